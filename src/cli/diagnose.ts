// Examines what a bench depends on: engine, device, data, cache, Node and packages.
import { access, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cacheFolder, folderBytes } from '../base/cache.ts';
import { messageOf } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.ts';
import type { EngineProgress, EngineStatus } from '../engine/provision/engine-status.ts';
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { showsOnCard } from '../engine/runtime/nvidia-usage.ts';
import { probeWebgpu, type WebgpuProbe } from '../engine/runtime/webgpu-probe.ts';
import { type EngineTrial, tryEngine } from '../engine/trial/engine-trial.ts';
import type { FitRecord } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import { packageVersions } from '../run/package-versions.ts';
import type { Device } from '../types.ts';

/** A problem of the set-up. */
export interface Problem {
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Whether `npm run bench` cannot work until it is solved. */
  readonly isBlocking: boolean;
}

/** Everything that a bench depends on. */
export interface Diagnosis {
  /** null when no engine could be loaded. */
  readonly engine: (EngineTrial & { readonly source: EngineStatus['source'] }) | null;
  readonly machine: FitRecord['machine'];
  /** The WebGPU adapters; absent unless WebGPU was requested and works. */
  readonly webgpu?: WebgpuProbe;
  /** Folder and size of the compiled CUDA kernels; absent unless CUDA computes. */
  readonly kernels?: { readonly folder: string; readonly bytes: number };
  /** Node's version, without the v. */
  readonly node: string;
  /** Version by name of every run-time dependency. */
  readonly packages: Readonly<Record<string, string>>;
  /** `folder` is null if the files are not on this machine yet. */
  readonly data: { readonly name: string; readonly folder: string | null };
  readonly cache: {
    readonly folder: string;
    /** Bytes by part. */
    readonly parts: Readonly<Record<string, number>>;
    /** Free space on its disk; null if the folder does not exist yet. */
    readonly freeBytes: number | null;
  };
  /** Blocking problems first; empty without any. */
  readonly problems: readonly Problem[];
}

/** Access to engine and data; tests pass fakes. */
export interface DoctorTools {
  ensure(onProgress: (progress: EngineProgress) => void, device?: 'auto' | Device): Promise<EngineStatus>;
  /** Takes training steps with the engine in a separate process. */
  tryEngine(device: Device): Promise<EngineTrial>;
  /** Loads the images that models are checked on. */
  loadDataset(name: string): Promise<Dataset>;
  /** Lists the cards that WebGPU finds. */
  probeWebgpu?(): Promise<WebgpuProbe>;
}

/** Shown before the first step on a card for which TensorFlow must compile kernels. */
const PATIENCE = ' (the first on a new card may take minutes: its kernels are compiled)';
const OLDEST_NODE = [20, 12] as const;
/** The tools of the product; tests hand in fakes. */
export const realTools: DoctorTools = {
  ensure: (onProgress, device = 'auto') => ensureEngine({ device, onProgress }),
  tryEngine,
  loadDataset: (name) => loadDataset(name),
  probeWebgpu,
};

/**
 * Examines everything that a bench depends on. Provides the engine first, as a bench does.
 *
 * @param onProgress receives the progress of the engine's download
 * @param tools fakes for tests
 * @param device that should compute
 */
export async function diagnose(
  onProgress: (progress: EngineProgress) => void = () => {},
  tools: DoctorTools = realTools,
  device: 'auto' | Device = 'auto',
): Promise<Diagnosis> {
  const problems: Problem[] = [];
  const nodeProblem = checkNode(process.versions.node);
  if (nodeProblem) problems.push(nodeProblem);
  const examined = await examineEngine(onProgress, tools, device, problems);
  const engine = examined?.engine ?? null;
  // If WebGPU does not work, the engine's problem says so.
  const webgpu = device === 'webgpu' ? await tools.probeWebgpu?.().catch(() => undefined) : undefined;
  const folder = cacheFolder();
  const [machine, packages, data, parts, kernels, freeBytes] = await Promise.all([
    describeMachine(),
    packageVersions(projectRoot),
    findData(),
    partSizes(folder),
    examined?.kernelFolder === undefined
      ? undefined
      : { folder: examined.kernelFolder, bytes: folderBytes(examined.kernelFolder) },
    statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    ),
  ]);
  if (machine.gpu && engine?.device === 'cpu') {
    problems.push({
      message: `this machine has a GPU (${machine.gpu.model}), but the engine computes on the CPU; check the engine's problems and the driver (nvidia-smi)`,
      isBlocking: false,
    });
  }
  problems.sort((a, b) => Number(b.isBlocking) - Number(a.isBlocking));
  const cache = { folder, parts, freeBytes };
  return {
    engine,
    machine,
    ...(webgpu && { webgpu }),
    ...(kernels && { kernels }),
    node: process.versions.node,
    packages,
    data,
    cache,
    problems,
  };
}

async function examineEngine(
  onProgress: (progress: EngineProgress) => void,
  tools: DoctorTools,
  requested: 'auto' | Device,
  problems: Problem[],
): Promise<{ engine: NonNullable<Diagnosis['engine']>; kernelFolder?: string | undefined } | null> {
  try {
    const { source, device, notices, environment } = await tools.ensure(onProgress, requested);
    // With WebGPU the notice names the adapter, which is not a problem.
    const warnings = requested === 'webgpu' ? [] : notices;
    for (const message of warnings) problems.push({ message, isBlocking: false });
    onProgress({ step: `training two steps on ${device}${device === 'gpu' ? PATIENCE : ''}`, done: 0, total: 1 });
    const engine = { ...(await tools.tryEngine(device)), source };
    const contradiction = findContradiction(engine);
    if (contradiction !== null) problems.push({ message: contradiction, isBlocking: false });
    if (engine.device !== 'gpu') return { engine };
    if (process.env['CUDA_CACHE_DISABLE'] === '1') {
      problems.push({
        message: 'CUDA_CACHE_DISABLE=1: every process compiles its kernels again; unset it',
        isBlocking: false,
      });
    }
    return { engine, kernelFolder: environment['CUDA_CACHE_PATH'] };
  } catch (error) {
    problems.push({ message: messageOf(error), isBlocking: true });
    return null;
  }
}

/** Compares the device that TensorFlow reports with what nvidia-smi shows. */
function findContradiction({ device, card }: EngineTrial): string | null {
  if (!card) return null;
  if (device === 'gpu' && !showsOnCard(card)) {
    return (
      'TensorFlow says that the GPU computes, and nvidia-smi shows nothing of it: neither the process nor memory that it ' +
      'takes; in a container it may see no other processes, else watch nvidia-smi while a fit runs'
    );
  }
  if (device === 'cpu' && card.isListed) {
    return 'TensorFlow says that the CPU computes, and nvidia-smi lists its process: a card is held without being used';
  }
  return null;
}

function checkNode(version: string): Problem | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return { message: `Node ${version} is too old: install ${OLDEST_NODE.join('.')} or newer`, isBlocking: true };
}

/** Finds the files of the default data set without downloading any. */
async function findData(): Promise<Diagnosis['data']> {
  const { name, files, systemFolder } = fashionMnist;
  for (const folder of [cacheFolder('datasets', name), systemFolder]) {
    const found = Object.keys(files).map((file) =>
      Promise.any([file, `${file}.gz`].map((candidate) => access(path.join(folder, candidate)))),
    );
    const isComplete = await Promise.all(found).then(
      () => true,
      () => false,
    );
    if (isComplete) return { name, folder };
  }
  return { name, folder: null };
}

async function partSizes(folder: string): Promise<Record<string, number>> {
  const names = (await readdir(folder).catch(() => [])).sort();
  return Object.fromEntries(names.map((name) => [name, folderBytes(path.join(folder, name))]));
}
