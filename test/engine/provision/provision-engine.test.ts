import { access, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { type EnginePlan, planEngine, type Wheel } from '../../../src/engine/provision/engine-plan.ts';
import { type EngineOptions, type EngineTools, ensureEngine } from '../../../src/engine/provision/provision-engine.ts';
import { buildWheel } from '../../fixtures/wheel.ts';

const headers = [
  ...['c_api.h', 'c_api_macros.h', 'tf_attrtype.h', 'tf_buffer.h', 'tf_datatype.h', 'tf_status.h', 'tf_tensor.h'].map(
    (name) => `tensorflow/c/${name}`,
  ),
  ...['tensorflow/c/tf_tstring.h', 'tensorflow/c/eager/c_api.h'],
  ...['tensorflow', 'tsl'].flatMap((root) => {
    const folder = root === 'tsl' ? 'tsl/platform' : 'tensorflow/core/platform';
    return [`${folder}/ctstring.h`, `${folder}/ctstring_internal.h`];
  }),
  'xla/tsl/c/tsl_status.h',
];
let folder: string;
let options: EngineOptions & { cacheDir: string; packageDir: string };
let calls: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'engine-'));
  options = { device: 'auto', cacheDir: path.join(folder, 'cache'), packageDir: path.join(folder, 'package') };
  calls = [];
  await mkdir(options.packageDir);
  await writeFile(path.join(options.packageDir, 'package.json'), '{ "version": "4.22.0" }');
  for (const name of ['FITTING_ROOM_ENGINE', 'CUDA_VISIBLE_DEVICES', 'CUDA_CACHE_PATH', 'CUDA_CACHE_MAXSIZE']) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A wheel with the entries that the real one has at the places that matter, and some that it has elsewhere. */
function fakeWheel({ name }: Wheel): Buffer {
  const part = /^nvidia-(.+)-cu12$/.exec(name)?.[1]?.replaceAll('-', '_');
  const names = part
    ? [`nvidia/${part}/lib/lib${part}.so.12`, `nvidia/${part}/include/${part}.h`, `nvidia/${part}/__init__.py`]
    : [
        'tensorflow/libtensorflow_cc.so.2',
        'tensorflow/libtensorflow_framework.so.2',
        'tensorflow/python/_pywrap.so',
        ...headers.map((header) => `tensorflow/include/${header}`),
      ];
  return buildWheel(Object.fromEntries(names.map((entry) => [entry, `${name}: ${entry}`])));
}

/** A world in which everything works, apart from what a test changes; notes down what is called. */
function fakeTools(changes: Partial<EngineTools> = {}): EngineTools {
  return {
    platform: 'linux',
    arch: 'x64',
    findCudaObstacle: async () => ({ problem: 'nvidia-smi is not installed', isSuspected: false }),
    plan: planEngine,
    freeBytes: async () => 1e12,
    download: async (wheel, work, onBytes) => {
      calls.push(`download ${wheel.name}`);
      const file = path.join(work, wheel.file);
      await writeFile(file, fakeWheel(wheel));
      onBytes(wheel.bytes);
      return file;
    },
    compile: async (_packageDir, { output }) => {
      calls.push('compile');
      await writeFile(output, 'addon');
    },
    probe: async () => {
      calls.push('probe');
      return { version: '2.21.0', isGpu: true, whyNoGpu: null };
    },
    probeWebgpu: async () => {
      calls.push('probe WebGPU');
      throw new UserError('WebGPU finds no graphics card');
    },
    ownDownload: async () => {
      calls.push('own download');
      throw new UserError('no route to host');
    },
    ...changes,
  };
}

const withCard = { findCudaObstacle: async () => null };
const throwing = (words: string) => async () => {
  throw new UserError(words);
};
const inPackage = (name: string) => readFile(path.join(options.packageDir, name), 'utf8');

it('fetches, unpacks, compiles and links, and does nothing the second time', async () => {
  const steps = new Set<string>();
  const status = await ensureEngine({ ...options, onProgress: ({ step }) => void steps.add(step) }, fakeTools());
  expect(status).toEqual({ kind: 'native', source: 'cpu', device: 'cpu', notices: [], environment: {} });
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
  expect([...steps]).toEqual([
    'fetching tensorflow-cpu 2.21.0',
    'unpacking tensorflow-cpu',
    'compiling the addon',
    'linking',
    'trying the engine',
  ]);
  expect(await inPackage('deps/lib/libtensorflow.so')).toBe('tensorflow-cpu: tensorflow/libtensorflow_cc.so.2');
  expect(await inPackage('deps/include/xla/tsl/c/tsl_status.h')).toMatch('tsl_status.h');
  expect(await inPackage('lib/napi-v8/tfjs_binding.node')).toBe('addon');
  await ensureEngine(options, fakeTools());
  expect(calls).toHaveLength(3);
});

it('keeps neither the wheel nor any work folder', async () => {
  await ensureEngine(options, fakeTools());
  expect((await readdir(options.cacheDir)).sort()).toEqual([
    'addon',
    'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64',
  ]);
  expect((await readdir(options.packageDir)).sort()).toEqual(['deps', 'lib', 'package.json']);
});

it('links again after a reinstall of the package, without a download or a compiler', async () => {
  await ensureEngine(options, fakeTools());
  for (const name of ['deps', 'lib']) await rm(path.join(options.packageDir, name), { recursive: true });
  calls = [];
  await ensureEngine(options, fakeTools());
  expect(calls).toEqual(['probe']);
  expect(await inPackage('lib/napi-v8/tfjs_binding.node')).toBe('addon');
});

it('lays the CUDA libraries out as TensorFlow looks for them', async () => {
  const status = await ensureEngine(options, fakeTools(withCard));
  expect(status).toMatchObject({ source: 'cuda', device: 'gpu', notices: [] });
  expect(status.environment['CUDA_CACHE_PATH']).toBe(path.join(options.cacheDir, 'cuda-kernels-x64'));
  expect(process.env['CUDA_CACHE_PATH']).toBe(status.environment['CUDA_CACHE_PATH']);
  const deps = await readdir(path.join(options.packageDir, 'deps'), { recursive: true });
  // 'include' is one link into the cache.
  expect(deps.filter((name) => !name.startsWith('include')).sort()).toEqual(
    [
      'lib',
      'lib/libtensorflow.so',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so',
      'lib/libtensorflow_framework.so.2',
      'nvidia',
      ...[...['cublas', 'cuda_nvrtc', 'cuda_runtime', 'cudnn', 'cufft', 'cusparse', 'nvjitlink']].flatMap((part) => [
        `nvidia/${part}`,
        `nvidia/${part}/lib`,
        `nvidia/${part}/lib/lib${part}.so.12`,
      ]),
      // Where TensorFlow's framework finds it, which does not look into nvidia/cusolver.
      'nvidia/cublas/lib/libcusolver.so.12',
    ].sort(),
  );
  expect(await inPackage('deps/nvidia/cudnn/lib/libcudnn.so.12')).toBe(
    'nvidia-cudnn-cu12: nvidia/cudnn/lib/libcudnn.so.12',
  );
});

it('computes on the CPU with the CUDA library that is there, the card hidden', async () => {
  await ensureEngine(options, fakeTools(withCard));
  calls = [];
  const status = await ensureEngine({ ...options, device: 'cpu' }, fakeTools());
  expect(status).toMatchObject({ source: 'cuda', device: 'cpu', environment: { CUDA_VISIBLE_DEVICES: '-1' } });
  expect(calls).toEqual([]);
});

it('says so when the card is listed but the library cannot use it', async () => {
  const tools = fakeTools({
    ...withCard,
    probe: async () => ({ version: '2.21.0', isGpu: false, whyNoGpu: 'libcufft.so.11 does not load (no such file)' }),
  });
  const status = await ensureEngine(options, tools);
  expect(status).toMatchObject({ source: 'cuda', device: 'cpu' });
  expect(status.notices.join()).toMatch(
    /^the CPU computes: nvidia-smi lists a GPU, and TensorFlow does not use it: libcufft.so.11 does not load \(no such/,
  );
  await expect(ensureEngine({ ...options, device: 'gpu' }, tools)).rejects.toThrow('--device gpu: nvidia-smi lists');
});

it('falls back to the CPU library when the CUDA library stops loading one day', async () => {
  const tools = fakeTools(withCard);
  await ensureEngine(options, tools);
  const crashing = fakeTools({
    ...withCard,
    probe: async ({ environment }) => {
      if (environment?.['CUDA_CACHE_PATH'])
        throw new UserError("TensorFlow's library does not load: killed by SIGSEGV");
      return { version: '2.21.0', isGpu: false, whyNoGpu: null };
    },
  });
  expect(await ensureEngine(options, crashing)).toMatchObject({
    source: 'cpu',
    device: 'cpu',
    notices: ["TensorFlow's library does not load: killed by SIGSEGV"],
  });
  await expect(ensureEngine({ ...options, device: 'gpu' }, crashing)).rejects.toThrow('killed by SIGSEGV');
});

it('lets one of two processes work and the other wait', async () => {
  let openGate = (): void => {};
  const gate = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  const whole = fakeTools();
  const slow = fakeTools({
    download: async (...words) => {
      await gate;
      return whole.download(...words);
    },
  });
  const waitsFor = (step: string): EngineOptions => ({
    ...options,
    onProgress: (progress) => {
      if (progress.step === step) openGate();
    },
  });
  const waiting = waitsFor('waiting for another process that sets the engine up');
  const both = await Promise.all([ensureEngine(waiting, slow), ensureEngine(waiting, slow)]);
  expect(both.map(({ kind }) => kind)).toEqual(['native', 'native']);
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
});

it('takes over the lock of a process that died', async () => {
  const lock = path.join(options.cacheDir, 'lock');
  await mkdir(lock, { recursive: true });
  await utimes(lock, 1, 1);
  expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'native' });
  await expect(access(lock)).rejects.toThrow('ENOENT');
});

it('goes on where a killed run stopped, and removes its leftovers', async () => {
  const work = path.join(options.cacheDir, 'work-killed');
  await mkdir(path.join(work, 'lib'), { recursive: true });
  await writeFile(path.join(work, 'lib/libtensorflow_cc.so.2'), 'half');
  await mkdir(path.join(options.packageDir, '.deps-killed'));
  await ensureEngine(options, fakeTools());
  expect((await readdir(options.cacheDir)).filter((name) => name.startsWith('work-'))).toEqual([]);
  expect((await readdir(options.packageDir)).sort()).toEqual(['deps', 'lib', 'package.json']);
});

it.each(['download', 'compile', 'probe'] as const)('is whole after a run that broke off at %s', async (step) => {
  const broken = fakeTools({ [step]: throwing('power cut') });
  expect(await ensureEngine(options, broken)).toMatchObject({ kind: 'javascript' });
  vi.stubEnv('FITTING_ROOM_ENGINE', undefined);
  expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'native', source: 'cpu', notices: [] });
  expect(await inPackage('lib/napi-v8/tfjs_binding.node')).toBe('addon');
});

it('fetches only the CUDA libraries that are missing', async () => {
  const whole = fakeTools(withCard);
  const breaking = fakeTools({
    ...withCard,
    download: async (wheel, ...rest) => {
      if (wheel.name === 'nvidia-cudnn-cu12') throw new UserError('connection reset');
      return whole.download(wheel, ...rest);
    },
  });
  await expect(ensureEngine({ ...options, device: 'gpu' }, breaking)).rejects.toThrow('connection reset');
  calls = [];
  await ensureEngine({ ...options, device: 'gpu' }, whole);
  expect(calls[0]).toBe('download nvidia-cudnn-cu12');
});

it('notices a library that was cut short later, and fetches it again', async () => {
  await ensureEngine(options, fakeTools());
  await truncate(await libraryInCache(), 5);
  calls = [];
  await ensureEngine(options, fakeTools());
  expect(calls).toEqual(['download tensorflow-cpu', 'probe']);
  expect(await inPackage('deps/lib/libtensorflow.so')).toBe('tensorflow-cpu: tensorflow/libtensorflow_cc.so.2');
});

async function libraryInCache(): Promise<string> {
  const part = (await readdir(options.cacheDir)).find((name) => name.startsWith('tensorflow_cpu'))!;
  return path.join(options.cacheDir, part, 'lib/libtensorflow_cc.so.2');
}

const oldDriver = {
  findCudaObstacle: async () => ({ problem: 'the NVIDIA driver 470.256.02 is too old', isSuspected: true }),
};

it('falls back from CUDA to the CPU library when something is in the way, and says so', async () => {
  const status = await ensureEngine(options, fakeTools(oldDriver));
  expect(status).toMatchObject({ source: 'cpu', device: 'cpu' });
  expect(status.notices).toEqual(['CUDA does not compute: the NVIDIA driver 470.256.02 is too old']);
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
});

it('fetches nothing for --device gpu when something is in the way', async () => {
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools(oldDriver))).rejects.toThrow(
    '--device gpu: the NVIDIA driver 470.256.02 is too old',
  );
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools())).rejects.toThrow(
    '--device gpu: nvidia-smi is not installed',
  );
  expect(calls).toEqual([]);
});

it('names the systems that CUDA runs on before it looks for a card', async () => {
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools({ platform: 'darwin' }))).rejects.toThrow(
    'TensorFlow 2.21.0 for NVIDIA GPUs: no library for darwin on x64; there is one for linux on x64',
  );
});

it('does not look for a card when the CPU is asked for', async () => {
  const findCudaObstacle = vi.fn(async () => null);
  await ensureEngine({ ...options, device: 'cpu' }, fakeTools({ findCudaObstacle }));
  expect(findCudaObstacle).not.toHaveBeenCalled();
});

it("keeps the user's own cache of kernels", async () => {
  vi.stubEnv('CUDA_CACHE_PATH', '/mine');
  vi.stubEnv('CUDA_CACHE_MAXSIZE', '1000');
  const { environment } = await ensureEngine(options, fakeTools(withCard));
  expect(environment).toEqual({ CUDA_CACHE_PATH: '/mine', CUDA_CACHE_MAXSIZE: '1000' });
});

it('gives kernels 4 GiB, the most that the driver takes, before anything is loaded', async () => {
  const seen: unknown[] = [];
  const probe: EngineTools['probe'] = async ({ environment, wantsGpu }) => {
    seen.push([environment, wantsGpu]);
    return { version: '2.21.0', isGpu: true, whyNoGpu: null };
  };
  const { environment } = await ensureEngine(options, fakeTools({ ...withCard, probe }));
  expect(environment['CUDA_CACHE_MAXSIZE']).toBe('4294967296');
  expect(seen).toEqual([
    [environment, true],
    [environment, true],
  ]);
});

it('asks for the room that CUDA takes before it fetches anything, and falls back aloud', async () => {
  const small = { ...withCard, freeBytes: async () => 2e9 };
  // 4566 MB unpacked and 2 x 716.5 MB of the largest wheel.
  const words = `${options.cacheDir}: 2.0 GB free, 6.0 GB needed for TensorFlow's library; make room`;
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools(small))).rejects.toThrow(words);
  expect(calls).toEqual([]);
  const status = await ensureEngine(options, fakeTools(small));
  expect(status).toMatchObject({ source: 'cpu', device: 'cpu' });
  expect(status.notices[0]).toContain(words);
});

it('falls back to plain JavaScript, and names every reason', async () => {
  const status = await ensureEngine(options, fakeTools({ download: throwing('pip: none found; apt-get install it') }));
  expect(status).toMatchObject({ kind: 'javascript', source: 'none', device: 'cpu' });
  expect(status.notices).toEqual([
    'pip: none found; apt-get install it',
    "the package's own download failed as well: no route to host",
    'WebGPU finds no graphics card',
    'plain JavaScript computes: right, but far too slow for deep models at full size',
  ]);
  expect(process.env['FITTING_ROOM_ENGINE']).toBe('javascript');
});

it("uses the package's own download when nothing newer is to be had, and trusts it the next time", async () => {
  const tools = fakeTools({
    download: throwing('pip: none found'),
    ownDownload: async (packageDir) => {
      calls.push('own download');
      for (const name of ['deps/lib', 'lib/napi-v8']) await mkdir(path.join(packageDir, name), { recursive: true });
      await writeFile(path.join(packageDir, 'lib/napi-v8/tfjs_binding.node'), 'prebuilt');
    },
  });
  const status = await ensureEngine(options, tools);
  expect(status).toMatchObject({ kind: 'native', source: 'package' });
  expect(status.notices).toHaveLength(2);
  expect(await ensureEngine(options, tools)).toMatchObject({ source: 'package' });
  expect(calls).toEqual(['own download', 'probe']);
});

it('asks for room before it fetches anything', async () => {
  const status = await ensureEngine(options, fakeTools({ freeBytes: async () => 1e9 }));
  // 853.6 MB unpacked and 2 x 273.8 MB of wheel.
  expect(status.notices[0]).toBe(
    `${options.cacheDir}: 1.0 GB free, 1.4 GB needed for TensorFlow's library; make room, or set FITTING_ROOM_CACHE to a ` +
      'folder on another disk',
  );
  expect(calls).toEqual(['own download', 'probe WebGPU']);
});

it('says what a full disk means', async () => {
  const full = async (): Promise<string> => {
    throw Object.assign(new Error('write'), { code: 'ENOSPC', path: '/cache/x' });
  };
  const status = await ensureEngine(options, fakeTools({ download: full }));
  expect(status.notices[0]).toBe(
    '/cache/x: the disk is full; FITTING_ROOM_CACHE names another folder for the cache, and node_modules must be yours',
  );
});

it('does not hide a fault of its own behind a fallback', async () => {
  const buggy = async (): Promise<EnginePlan & string> => {
    throw new TypeError('x is undefined');
  };
  await expect(ensureEngine(options, fakeTools({ download: buggy }))).rejects.toThrow(TypeError);
});

it('does without the library where the environment asks for that', async () => {
  vi.stubEnv('FITTING_ROOM_ENGINE', 'javascript');
  expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'javascript' });
  expect(calls).toEqual([]);
});

describe('WebGPU', () => {
  const adapter = {
    name: 'radeon',
    vendor: 'amd',
    architecture: 'rdna-3',
    api: 'Vulkan' as const,
    driver: 'Mesa 25.0',
    isSoftware: false,
  };
  const probeWebgpu = async () => ({ adapter });
  const unsupported = () => {
    throw new UserError('no native library for freebsd');
  };

  it('computes when it is asked for, and says on what', async () => {
    const status = await ensureEngine({ ...options, device: 'webgpu' }, fakeTools({ probeWebgpu }));
    expect(status).toMatchObject({
      kind: 'webgpu',
      source: 'webgpu',
      device: 'webgpu',
      notices: ['WebGPU computes on radeon (amd rdna-3, Vulkan, Mesa 25.0)'],
      environment: { FITTING_ROOM_ENGINE: 'webgpu' },
    });
    expect(calls).toEqual([]);
  });

  it('is never replaced by something slower when it was asked for', async () => {
    await expect(ensureEngine({ ...options, device: 'webgpu' }, fakeTools())).rejects.toThrow(
      'WebGPU finds no graphics card',
    );
  });

  it('stands in where the native library is not to be had, but not for the CPU that was asked for', async () => {
    const tools = fakeTools({ plan: unsupported, probeWebgpu });
    expect(await ensureEngine({ ...options, device: 'cpu' }, tools)).toMatchObject({ kind: 'javascript' });
    vi.stubEnv('FITTING_ROOM_ENGINE', undefined);
    const status = await ensureEngine(options, tools);
    expect(status).toMatchObject({ kind: 'webgpu', device: 'webgpu' });
    expect(status.notices[0]).toBe('no native library for freebsd');
  });

  it('goes before plain JavaScript, which says why it computes', async () => {
    const status = await ensureEngine(options, fakeTools({ plan: unsupported }));
    expect(status.kind).toBe('javascript');
    expect(status.notices).toContain('WebGPU finds no graphics card');
  });

  it.each(['cpu', 'gpu'] as const)('contradicts --device %s', async (device) => {
    vi.stubEnv('FITTING_ROOM_ENGINE', 'webgpu');
    await expect(ensureEngine({ ...options, device }, fakeTools({ probeWebgpu }))).rejects.toThrow(
      `FITTING_ROOM_ENGINE=webgpu and --device ${device} contradict each other; unset it`,
    );
  });
});
