import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { type Diagnosis, type DoctorTools, diagnose } from '../../src/cli/diagnose.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { formatDiagnosis } from '../../src/cli/format-diagnosis.ts';
import { checks } from '../../src/conformance/all-checks.ts';
import { fashionMnist } from '../../src/data/fashion-mnist.ts';
import { readOutput } from './read-output.ts';

const engine = {
  name: 'tensorflow',
  version: '2.21.0',
  backend: 'tensorflow',
  device: 'cpu',
  threads: 2,
  settings: { TF_ENABLE_ONEDNN_OPTS: '1' },
  steps: { firstSeconds: 1.234, secondSeconds: 0.0041, isCompiled: true },
  card: null,
} as const;
const healthy: DoctorTools = {
  ensure: async (onProgress) => {
    onProgress({ step: 'linking', done: 0, total: 1 });
    return { kind: 'native', source: 'cpu', device: 'cpu', notices: [], environment: {} };
  },
  tryEngine: async () => engine,
  loadDataset: async (name) => {
    throw new UserError(`no source has ${name}`);
  },
};
const diagnosis: Diagnosis = {
  engine: { ...engine, source: 'cpu' },
  machine: {
    id: 'amd-epyc-2-cores',
    os: 'Debian GNU/Linux 12 (bookworm), Linux 6.1.0 x64',
    cpu: 'AMD EPYC',
    cores: 2,
    memoryBytes: 24e9,
    gpu: null,
  },
  node: '20.20.2',
  packages: { '@tensorflow/tfjs-node-gpu': '4.22.0', zod: '4.6.7' },
  data: { name: 'fashion-mnist', folder: null },
  cache: {
    folder: '/home/u/.cache/fitting-room',
    parts: { engine: 853_600_000, fitted: 1.2e9, splits: 1.5e9 },
    freeBytes: 72e9,
  },
  problems: [],
};
let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'doctor-'));
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
  vi.stubEnv('PATH', '/nowhere');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** Runs the command and collects what it prints. */
async function run(tools: DoctorTools, ...args: string[]): Promise<{ out: string; err: string; code: number | null }> {
  const said = { out: '', err: '', code: null as number | null };
  const io = {
    out: (text: string) => {
      said.out += `${text}\n`;
    },
    err: (text: string) => {
      said.err += text;
    },
    exit: (code: 0 | 1 | 2) => {
      said.code = code;
    },
    isTerminal: false,
    columns: 100,
    colour: false,
  };
  await doctorCommand(io, tools).parseAsync(['node', 'doctor', ...args]);
  return said;
}

it('prints the facts in two columns', () => {
  expect(formatDiagnosis(diagnosis, false)).toMatchInlineSnapshot(`
    "engine    tensorflow 2.21.0 (native, CPU library)
    backend   tensorflow
    device    cpu
    threads   2
    settings  TF_ENABLE_ONEDNN_OPTS=1
    steps     first 1.23 s, second 4 ms: a small convolutional network on cpu
    GPU       none
    machine   amd-epyc-2-cores
    system    Debian GNU/Linux 12 (bookworm), Linux 6.1.0 x64, 2 cores, 24.0 GB
    processor AMD EPYC, family unknown
    data      fashion-mnist: not downloaded yet; npm run bench downloads it
    cache     /home/u/.cache/fitting-room, 72.0 GB free
              engine      854 MB, at most 8.00 GB
              fitted      1.20 GB, at most 2.00 GB
              splits      1.50 GB, at most 2.00 GB
    Node      20.20.2
    packages  @tensorflow/tfjs-node-gpu 4.22.0
              zod 4.6.7

    no problems found"
  `);
});

it('prints problems last, and a card with its driver', () => {
  const gpu = { model: 'NVIDIA H200', driver: '570.133.20', memoryBytes: 150754820096 };
  const problems = [
    { message: 'Node 18.0.0 is too old: install 20.12 or newer', isBlocking: true },
    { message: 'the CPU computes', isBlocking: false },
  ];
  const text = formatDiagnosis({ ...diagnosis, engine: null, machine: { ...diagnosis.machine, gpu }, problems }, false);
  expect(text).toContain('engine    none\n');
  expect(text).toContain('GPU       NVIDIA H200, driver 570.133.20, 150.8 GB\n');
  expect(text.split('\n').slice(-3)).toEqual([
    '',
    'problem: Node 18.0.0 is too old: install 20.12 or newer',
    'warning: the CPU computes',
  ]);
});

it('exits with 0 and says so when there is no problem', async () => {
  const { out, err, code } = await run(healthy);
  expect(out).toContain('engine    tensorflow 2.21.0 (native, CPU library)');
  expect(out).toContain('no problems found');
  expect(err).toBe('engine: linkingengine: training two steps on cpu');
  expect(code).toBe(0);
});

it('exits with 1 and passes the cure on when no engine loads', async () => {
  const broken = {
    ...healthy,
    tryEngine: async () => {
      throw new UserError('the engine was killed by SIGILL when it was tried; remove /x to set it up anew');
    },
  };
  const { out, code } = await run(broken);
  expect(out).toContain('problem: the engine was killed by SIGILL when it was tried; remove /x to set it up anew');
  expect(code).toBe(1);
});

it('warns of a fallback without calling it a failure', async () => {
  const { out, code } = await run({
    ...healthy,
    ensure: async () => ({
      ...(await healthy.ensure(() => {})),
      notices: ['pip: none found; apt-get install python3-pip'],
    }),
  });
  expect(out).toContain('warning: pip: none found; apt-get install python3-pip');
  expect(code).toBe(0);
});

describe('of a machine with a card', () => {
  const onGpu = {
    ...engine,
    device: 'gpu',
    card: { isListed: true, processBytes: 1.6e9, takenBytes: 1.7e9 },
  } as const;
  let kernels: string;
  let tools: DoctorTools;

  beforeEach(async () => {
    kernels = path.join(cache, 'kernels');
    await mkdir(kernels);
    await writeFile(path.join(kernels, 'index'), 'ten bytes!');
    tools = {
      ...healthy,
      ensure: async () => ({
        kind: 'native',
        source: 'cuda',
        device: 'gpu',
        notices: [],
        environment: { CUDA_CACHE_PATH: kernels },
      }),
      tryEngine: async () => onGpu,
    };
  });

  it('says what nvidia-smi saw, how long steps took and where kernels are kept', async () => {
    const { out, err, code } = await run(tools, '--device', 'gpu');
    expect(out).toContain('steps     first 1.23 s, second 4 ms: a small convolutional network on gpu\n');
    expect(out).toContain(
      '          nvidia-smi lists the process with 1.60 GB; 1.70 GB more are taken on the cards\n' +
        `kernels   ${kernels}, 0 kB: compiled once for each card\n`,
    );
    expect(err).toContain('training two steps on gpu (the first on a new card may take minutes: its kernels are');
    expect(out).not.toContain('warning');
    expect(code).toBe(0);
  });

  it('warns when the card shows nothing of a process that is said to use it', async () => {
    const card = { isListed: false, processBytes: null, takenBytes: 0 };
    const { out, code } = await run({ ...tools, tryEngine: async () => ({ ...onGpu, card }) });
    expect(out).toContain('nvidia-smi does not list the process; 0 kB more are taken on the cards\n');
    expect(out).toContain('warning: TensorFlow says that the GPU computes, and nvidia-smi shows nothing of it');
    expect(code).toBe(0);
  });

  it('warns when a process that is said to use the processor holds a card', async () => {
    const { out } = await run({ ...healthy, tryEngine: async () => ({ ...onGpu, device: 'cpu' }) });
    expect(out).toContain('warning: TensorFlow says that the CPU computes, and nvidia-smi lists its process');
    expect(out).not.toMatch(/^kernels/m);
  });

  it('warns when kernels may not be kept', async () => {
    vi.stubEnv('CUDA_CACHE_DISABLE', '1');
    expect((await run(tools)).out).toContain('warning: CUDA_CACHE_DISABLE=1: every process compiles its kernels again');
  });
});

it('prints JSON that holds the whole diagnosis', async () => {
  const facts: Diagnosis = readOutput((await run(healthy, '--json')).out);
  expect(facts.engine).toEqual({ ...engine, source: 'cpu' });
  expect(facts.node).toBe(process.versions.node);
  expect(facts.packages['@tensorflow/tfjs-node-gpu']).toBe('4.22.0');
  expect(facts.problems).toEqual([]);
});

it('finds the data in the cache when all files are there, and weighs each part of the cache', async () => {
  const folder = path.join(cache, 'datasets', fashionMnist.name);
  await mkdir(folder, { recursive: true });
  const names = Object.keys(fashionMnist.files);
  for (const name of names) await writeFile(path.join(folder, `${name}.gz`), 'ten bytes!');
  const found = await diagnose(() => {}, healthy);
  expect(found.data).toEqual({ name: fashionMnist.name, folder });
  expect(found.cache.parts).toEqual({ datasets: 40 });
  expect(found.cache.freeBytes).toBeGreaterThan(0);
});

it('does not take a part of the files for the data', async () => {
  const folder = path.join(cache, 'datasets', fashionMnist.name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${Object.keys(fashionMnist.files)[0]}.gz`), '');
  expect((await diagnose(() => {}, healthy)).data.folder).not.toBe(folder);
});

describe('of a model', () => {
  it('prints the finding of each check, with generated images if no source has the real ones', async () => {
    const { out, err, code } = await run(healthy, 'majority');
    expect(err).toContain(
      'fashion-mnist cannot be loaded (no source has fashion-mnist); the checks use generated images instead',
    );
    for (const { id } of checks) expect(out).toMatch(new RegExp(`^[✓?-] ${id} `, 'm'));
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(code).toBe(0);
  });

  it('prints JSON, and exits with 1 when a check fails', async () => {
    // There are fewer than 1,000 training images.
    const { out, code } = await run(healthy, 'knn', '--set', 'knn.k=1000', '--json');
    const [report] = readOutput(out).models;
    expect(report).toMatchObject({ model: 'knn', params: { k: 1000 }, dataset: 'synthetic', seed: 1 });
    expect(report.checks).toHaveLength(checks.length);
    expect(report.checks[0]).toMatchObject({ id: 'runs', verdict: 'failed', cure: expect.any(String) });
    expect(report.checks[1]).toMatchObject({ verdict: 'not-run' });
    expect(code).toBe(1);
  });

  it.each([
    [['knm'], 'unknown model: "knm"; did you mean "knn"?'],
    [['knn', '--set', 'knn.q=1'], 'unknown parameter of knn: "q"'],
    [['knn', '--set', 'svm.C=1'], 'unknown model in --set: "svm"'],
  ])('refuses %j', async (args, message) => {
    await expect(run(healthy, ...args)).rejects.toThrow(message);
  });
});

it('refuses an unknown check with the nearest one, and a check without a model', async () => {
  await expect(run(healthy, 'majority', '--only', 'seeed')).rejects.toThrow(
    'unknown check: "seeed"; did you mean "seed"?',
  );
  await expect(run(healthy, '--only', 'seed')).rejects.toThrow('--only seed needs a model to check');
});
