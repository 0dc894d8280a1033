import { access, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { processMark } from '../../../src/base/process-mark.ts';
import { type EnginePlan, planEngine } from '../../../src/engine/provision/engine-plan.ts';
import type { EngineOptions } from '../../../src/engine/provision/engine-status.ts';
import type { EngineTools } from '../../../src/engine/provision/engine-tools.ts';
import { ensureEngine } from '../../../src/engine/provision/provision-engine.ts';
import type { Wheel } from '../../../src/engine/provision/wheels.ts';
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

/** A wheel with the used entries of the real one, and some that are not used. */
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

/** Tools that work, except for the changes of a test; calls are recorded. */
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
    packageDownload: async () => {
      calls.push('package download');
      throw new UserError('no route to host');
    },
    ...changes,
  };
}

const withCard = { findCudaObstacle: async () => null };
const throwing = (message: string) => async () => {
  throw new UserError(message);
};
const inPackage = (name: string) => readFile(path.join(options.packageDir, name), 'utf8');

it('downloads, unpacks, compiles and links, and does nothing the second time', async () => {
  const steps = new Set<string>();
  const status = await ensureEngine({ ...options, onProgress: ({ step }) => void steps.add(step) }, fakeTools());
  expect(status).toEqual({ kind: 'native', source: 'cpu', device: 'cpu', notices: [], environment: {} });
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
  expect([...steps]).toEqual([
    'downloading tensorflow-cpu 2.21.0',
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

it('only links again after the package was reinstalled', async () => {
  await ensureEngine(options, fakeTools());
  for (const name of ['deps', 'lib']) await rm(path.join(options.packageDir, name), { recursive: true });
  calls = [];
  await ensureEngine(options, fakeTools());
  expect(calls).toEqual(['probe']);
  expect(await inPackage('lib/napi-v8/tfjs_binding.node')).toBe('addon');
});

it('links the CUDA libraries where TensorFlow searches them', async () => {
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
      // TensorFlow's framework does not search nvidia/cusolver.
      'nvidia/cublas/lib/libcusolver.so.12',
    ].sort(),
  );
  expect(await inPackage('deps/nvidia/cudnn/lib/libcudnn.so.12')).toBe(
    'nvidia-cudnn-cu12: nvidia/cudnn/lib/libcudnn.so.12',
  );
});

it('uses an installed CUDA library for the CPU, with the card hidden', async () => {
  await ensureEngine(options, fakeTools(withCard));
  calls = [];
  const status = await ensureEngine({ ...options, device: 'cpu' }, fakeTools());
  expect(status).toMatchObject({ source: 'cuda', device: 'cpu', environment: { CUDA_VISIBLE_DEVICES: '-1' } });
  expect(calls).toEqual([]);
});

it('reports a card that is listed but that the library cannot use', async () => {
  const tools = fakeTools({
    ...withCard,
    probe: async () => ({ version: '2.21.0', isGpu: false, whyNoGpu: 'libcufft.so.11 does not load (no such file)' }),
  });
  const status = await ensureEngine(options, tools);
  expect(status).toMatchObject({ source: 'cuda', device: 'cpu' });
  expect(status.notices.join()).toMatch(
    /^the CPU computes: nvidia-smi lists a GPU, but TensorFlow does not use it: libcufft.so.11 does not load \(no such/,
  );
  await expect(ensureEngine({ ...options, device: 'gpu' }, tools)).rejects.toThrow('--device gpu: nvidia-smi lists');
});

it('falls back to the CPU library if the installed CUDA library no longer loads', async () => {
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

it('makes one of two processes wait for the other', async () => {
  let openGate = (): void => {};
  const gate = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  const whole = fakeTools();
  const slow = fakeTools({
    download: async (...args) => {
      await gate;
      return whole.download(...args);
    },
  });
  const waitsFor = (step: string): EngineOptions => ({
    ...options,
    onProgress: (progress) => {
      if (progress.step === step) openGate();
    },
  });
  const waiting = waitsFor('waiting for another process that installs the engine');
  const both = await Promise.all([ensureEngine(waiting, slow), ensureEngine(waiting, slow)]);
  expect(both.map(({ kind }) => kind)).toEqual(['native', 'native']);
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
});

it('takes over the lock of a process that has died', async () => {
  const lock = path.join(options.cacheDir, 'lock');
  await mkdir(lock, { recursive: true });
  await utimes(lock, 1, 1);
  expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'native' });
  await expect(access(lock)).rejects.toThrow('ENOENT');
});

it('continues after a killed run and removes its temporary files', async () => {
  const work = path.join(options.cacheDir, 'work-killed');
  await mkdir(path.join(work, 'lib'), { recursive: true });
  await writeFile(path.join(work, 'lib/libtensorflow_cc.so.2'), 'half');
  await mkdir(path.join(options.packageDir, '.deps-killed'));
  await ensureEngine(options, fakeTools());
  expect((await readdir(options.cacheDir)).filter((name) => name.startsWith('work-'))).toEqual([]);
  expect((await readdir(options.packageDir)).sort()).toEqual(['deps', 'lib', 'package.json']);
});

it.each(['download', 'compile', 'probe'] as const)(
  'installs everything after a run that failed at %s',
  async (step) => {
    const broken = fakeTools({ [step]: throwing('power failure') });
    expect(await ensureEngine(options, broken)).toMatchObject({ kind: 'javascript' });
    vi.stubEnv('FITTING_ROOM_ENGINE', undefined);
    expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'native', source: 'cpu', notices: [] });
    expect(await inPackage('lib/napi-v8/tfjs_binding.node')).toBe('addon');
  },
);

it.each(['writeFile', 'sync'] as const)(
  'uses nothing that a full disk has left, and says what is full: %s',
  async (method) => {
    const handle = await open(folder, 'r');
    await handle.close();
    const prototype = Object.getPrototypeOf(handle) as Record<typeof method, (...args: unknown[]) => Promise<unknown>>;
    const original = prototype[method];
    for (const writable of [0, 1, 3]) {
      let count = 0;
      const spy = vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...args: unknown[]) {
        if (count++ < writable) return Reflect.apply(original, this, args);
        return Promise.reject(Object.assign(new Error('ENOSPC: from the test'), { code: 'ENOSPC' }));
      });
      const { kind, notices } = await ensureEngine(options, fakeTools());
      spy.mockRestore();
      vi.stubEnv('FITTING_ROOM_ENGINE', undefined);
      expect(kind).toBe('javascript');
      expect(notices.join()).toContain('the disk is full; set FITTING_ROOM_CACHE to another folder');
    }
    expect(await ensureEngine(options, fakeTools())).toMatchObject({ kind: 'native', source: 'cpu', notices: [] });
    expect((await readdir(options.cacheDir)).filter((name) => name.startsWith('work-'))).toEqual([]);
    expect(await inPackage('deps/lib/libtensorflow.so')).toBe('tensorflow-cpu: tensorflow/libtensorflow_cc.so.2');
  },
);

it('does not remove the work folder of a process that runs', async () => {
  const running = path.join(options.cacheDir, `work-${processMark()}-abc`);
  const ended = path.join(options.cacheDir, `work-${processMark().replace(/-\d+-\d+$/, '-4194304-1')}-abc`);
  for (const work of [running, ended]) await mkdir(work, { recursive: true });
  await ensureEngine(options, fakeTools());
  expect((await readdir(options.cacheDir)).filter((name) => name.startsWith('work-'))).toEqual([
    path.basename(running),
  ]);
});

it('downloads only the CUDA libraries that are missing', async () => {
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

it('downloads a truncated library again', async () => {
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

it('falls back from CUDA to the CPU library if there is an obstacle, and reports it', async () => {
  const status = await ensureEngine(options, fakeTools(oldDriver));
  expect(status).toMatchObject({ source: 'cpu', device: 'cpu' });
  expect(status.notices).toEqual(['CUDA is not used: the NVIDIA driver 470.256.02 is too old']);
  expect(calls).toEqual(['download tensorflow-cpu', 'compile', 'probe']);
});

it('downloads nothing for --device gpu if there is an obstacle', async () => {
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools(oldDriver))).rejects.toThrow(
    '--device gpu: the NVIDIA driver 470.256.02 is too old',
  );
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools())).rejects.toThrow(
    '--device gpu: nvidia-smi is not installed',
  );
  expect(calls).toEqual([]);
});

it('checks the operating system for CUDA before it looks for a card', async () => {
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools({ platform: 'darwin' }))).rejects.toThrow(
    'TensorFlow 2.21.0 for NVIDIA GPUs: no library for darwin on x64; there is one for linux on x64',
  );
});

it('does not look for a card if the CPU is requested', async () => {
  const findCudaObstacle = vi.fn(async () => null);
  await ensureEngine({ ...options, device: 'cpu' }, fakeTools({ findCudaObstacle }));
  expect(findCudaObstacle).not.toHaveBeenCalled();
});

it("keeps the user's cache of kernels", async () => {
  vi.stubEnv('CUDA_CACHE_PATH', '/mine');
  vi.stubEnv('CUDA_CACHE_MAXSIZE', '1000');
  const { environment } = await ensureEngine(options, fakeTools(withCard));
  expect(environment).toEqual({ CUDA_CACHE_PATH: '/mine', CUDA_CACHE_MAXSIZE: '1000' });
});

it('sets the cache of kernels to 4 GiB, the maximum of the driver, before anything is loaded', async () => {
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

it('checks the disk space for CUDA before it downloads anything, and reports the fallback', async () => {
  const small = { ...withCard, freeBytes: async () => 2e9 };
  // 4566 MB unpacked and 2 x 716.5 MB of the largest wheel.
  const message = `${options.cacheDir}: 2.0 GB free, 6.0 GB needed for TensorFlow's library; free some space`;
  await expect(ensureEngine({ ...options, device: 'gpu' }, fakeTools(small))).rejects.toThrow(message);
  expect(calls).toEqual([]);
  const status = await ensureEngine(options, fakeTools(small));
  expect(status).toMatchObject({ source: 'cpu', device: 'cpu' });
  expect(status.notices[0]).toContain(message);
});

it('falls back to plain JavaScript and reports every reason', async () => {
  const status = await ensureEngine(
    options,
    fakeTools({ download: throwing('pip is not installed; apt-get install it') }),
  );
  expect(status).toMatchObject({ kind: 'javascript', source: 'none', device: 'cpu' });
  expect(status.notices).toEqual([
    'pip is not installed; apt-get install it',
    "the package's own download failed, too: no route to host",
    'WebGPU finds no graphics card',
    'plain JavaScript computes: correct, but too slow for networks at full size',
  ]);
  expect(process.env['FITTING_ROOM_ENGINE']).toBe('javascript');
});

it("uses the package's own download if nothing newer is available, and does not try it again", async () => {
  const tools = fakeTools({
    download: throwing('pip is not installed'),
    packageDownload: async (packageDir) => {
      calls.push('package download');
      for (const name of ['deps/lib', 'lib/napi-v8']) await mkdir(path.join(packageDir, name), { recursive: true });
      await writeFile(path.join(packageDir, 'lib/napi-v8/tfjs_binding.node'), 'prebuilt');
    },
  });
  const status = await ensureEngine(options, tools);
  expect(status).toMatchObject({ kind: 'native', source: 'package' });
  expect(status.notices).toHaveLength(2);
  expect(await ensureEngine(options, tools)).toMatchObject({ source: 'package' });
  expect(calls).toEqual(['package download', 'probe']);
});

it('checks the disk space before it downloads anything', async () => {
  const status = await ensureEngine(options, fakeTools({ freeBytes: async () => 1e9 }));
  // 853.6 MB unpacked and 2 x 273.8 MB of wheel.
  expect(status.notices[0]).toBe(
    `${options.cacheDir}: 1.0 GB free, 1.4 GB needed for TensorFlow's library; free some space, or set FITTING_ROOM_CACHE ` +
      'to a folder on another disk',
  );
  expect(calls).toEqual(['package download', 'probe WebGPU']);
});

it('explains a full disk', async () => {
  const full = async (): Promise<string> => {
    throw Object.assign(new Error('write'), { code: 'ENOSPC', path: '/cache/x' });
  };
  const status = await ensureEngine(options, fakeTools({ download: full }));
  expect(status.notices[0]).toBe(
    '/cache/x: the disk is full; set FITTING_ROOM_CACHE to another folder for the cache, and make sure that you own ' +
      'node_modules',
  );
});

it('does not hide a bug behind a fallback', async () => {
  const buggy = async (): Promise<EnginePlan & string> => {
    throw new TypeError('x is undefined');
  };
  await expect(ensureEngine(options, fakeTools({ download: buggy }))).rejects.toThrow(TypeError);
});

it('uses plain JavaScript if the environment selects it', async () => {
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

  it('is used if it is requested, and the card is reported', async () => {
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

  it('is not replaced by a slower engine if it was requested', async () => {
    await expect(ensureEngine({ ...options, device: 'webgpu' }, fakeTools())).rejects.toThrow(
      'WebGPU finds no graphics card',
    );
  });

  it('replaces a native library that is not available, but not if the CPU was requested', async () => {
    const tools = fakeTools({ plan: unsupported, probeWebgpu });
    expect(await ensureEngine({ ...options, device: 'cpu' }, tools)).toMatchObject({ kind: 'javascript' });
    vi.stubEnv('FITTING_ROOM_ENGINE', undefined);
    const status = await ensureEngine(options, tools);
    expect(status).toMatchObject({ kind: 'webgpu', device: 'webgpu' });
    expect(status.notices[0]).toBe('no native library for freebsd');
  });

  it('is tried before plain JavaScript, and its failure is reported', async () => {
    const status = await ensureEngine(options, fakeTools({ plan: unsupported }));
    expect(status.kind).toBe('javascript');
    expect(status.notices).toContain('WebGPU finds no graphics card');
  });

  it.each(['cpu', 'gpu'] as const)('contradicts --device %s', async (device) => {
    vi.stubEnv('FITTING_ROOM_ENGINE', 'webgpu');
    await expect(ensureEngine({ ...options, device }, fakeTools({ probeWebgpu }))).rejects.toThrow(
      `FITTING_ROOM_ENGINE=webgpu and --device ${device} contradict each other; unset the variable`,
    );
  });
});
