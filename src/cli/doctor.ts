// `npm run doctor`: which engine, device, data and versions will be used, and what is wrong with them; with models named,
// what is wrong with those.
import { access, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import picocolors from 'picocolors';
import { cacheFolder, folderBytes } from '../base/cache.ts';
import { messageOf } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.ts';
import { duration } from '../document/format.ts';
import { type EngineProgress, type EngineStatus, ensureEngine } from '../engine/provision/provision-engine.ts';
import { formatSettings } from '../engine/runtime/environment.ts';
import { type CardUse, showsOnCard } from '../engine/runtime/nvidia-usage.ts';
import { formatAdapter } from '../engine/runtime/webgpu-adapter.ts';
import { probeWebgpu, type WebgpuProbe } from '../engine/runtime/webgpu-probe.ts';
import { type EngineTrial, tryEngine } from '../engine/trial/engine-trial.ts';
import { FITTED_LIMIT_BYTES } from '../fitted/store.ts';
import type { FitRecord } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import { packageVersions } from '../run/package-versions.ts';
import type { Io } from '../terminal/io.ts';
import type { Device } from '../types.ts';
import { type CheckModelsOptions, checkModels } from './doctor-models.ts';
import { collectSettings, wholeNumber } from './options.ts';

/** Something wrong. */
export interface Problem {
  /** What is wrong, and what to do about it. */
  readonly message: string;
  /** Whether `npm run bench` cannot work before it is cured. */
  readonly isBlocking: boolean;
}

/** The state of everything that the bench stands on. */
export interface Diagnosis {
  /** null when no engine could be loaded. */
  readonly engine: (EngineTrial & { readonly source: EngineStatus['source'] }) | null;
  readonly machine: FitRecord['machine'];
  /** What WebGPU finds and does; absent unless it was asked for and works. */
  readonly webgpu?: WebgpuProbe;
  /** Where kernels that are compiled for a card are kept, and their bytes; absent unless CUDA computes. */
  readonly kernels?: { readonly folder: string; readonly bytes: number };
  /** Node's version, without the v. */
  readonly node: string;
  /** Version by name of every run-time dependency. */
  readonly packages: Readonly<Record<string, string>>;
  /** `folder` is null when the files are not on this machine yet. */
  readonly data: { readonly name: string; readonly folder: string | null };
  readonly cache: {
    readonly folder: string;
    /** Bytes by part. */
    readonly parts: Readonly<Record<string, number>>;
    /** Room on its disk; null when the folder does not exist yet. */
    readonly freeBytes: number | null;
  };
  /** The worst first; empty when all is well. */
  readonly problems: readonly Problem[];
}

/** How a diagnosis reaches the engine; tests hand in others. */
export interface DoctorTools {
  ensure(onProgress: (progress: EngineProgress) => void, device?: 'auto' | Device): Promise<EngineStatus>;
  /** Takes training steps with the engine in a process of its own. */
  tryEngine(device: Device): Promise<EngineTrial>;
  /** Loads the images that models are checked on. */
  loadDataset(name: string): Promise<Dataset>;
  /** Lists the cards that WebGPU finds. */
  probeWebgpu?(): Promise<WebgpuProbe>;
}

/** Said before the first step on a card that TensorFlow has no code for. */
const PATIENCE = ' (the first on a new card may take minutes: its kernels are compiled)';
const OLDEST_NODE = [20, 12] as const;
/** Seconds that one check of a model may take unless the user says otherwise. */
const CHECK_SECONDS = 300;

const realTools: DoctorTools = {
  ensure: (onProgress, device = 'auto') => ensureEngine({ device, onProgress }),
  tryEngine,
  loadDataset: (name) => loadDataset(name),
  probeWebgpu,
};

/**
 * Examines everything that the bench stands on. Makes the engine available first, as the bench would.
 *
 * @param onProgress told of the engine's download
 * @param tools fakes for tests
 * @param device what shall compute
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
  // Where it does not work, the engine's problem says so.
  const webgpu = device === 'webgpu' ? await tools.probeWebgpu?.().catch(() => undefined) : undefined;
  const folder = cacheFolder();
  const [machine, packages, data, parts, kernels, freeBytes] = await Promise.all([
    describeMachine(),
    packageVersions(projectRoot),
    findData(),
    partSizes(folder),
    examined?.kernelFolder === undefined
      ? undefined
      : folderBytes(examined.kernelFolder).then((bytes) => ({ folder: examined.kernelFolder!, bytes })),
    statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    ),
  ]);
  if (machine.gpu && engine?.device === 'cpu') {
    problems.push({
      message: `there is a GPU (${machine.gpu.model}), and the engine computes on the CPU; see the engine's problems, and its driver (nvidia-smi)`,
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

/**
 * Writes a diagnosis as text of two columns, problems last.
 *
 * @param diagnosis what was found
 * @param colour whether problems are red or yellow
 */
export function formatDiagnosis(diagnosis: Diagnosis, colour: boolean): string {
  const { engine, machine, webgpu, kernels, node, packages, data, cache, problems } = diagnosis;
  const paint = picocolors.createColors(colour);
  const { gpu } = machine;
  const facts: [string, string][] = [
    ['engine', engine ? `${engine.name} ${engine.version} (${SOURCES[engine.source]})` : 'none'],
    ['backend', engine?.backend ?? 'none'],
    ['device', engine?.device ?? 'none'],
    ['threads', engine ? String(engine.threads) : 'none'],
    ['settings', engine ? formatSettings(engine.settings) : 'none'],
    ['SIMD', engine?.simd ?? 'unknown'],
    ['steps', engine ? formatSteps(engine) : 'none'],
    ['GPU', gpu ? `${gpu.model}, driver ${gpu.driver}, ${formatBytes(gpu.memoryBytes)}` : 'none'],
    ...(engine?.card ? [['', formatCardUse(engine.card)] as [string, string]] : []),
    ...(kernels
      ? [['kernels', `${kernels.folder}, ${formatBytes(kernels.bytes)}: compiled once for a card`] as [string, string]]
      : []),
    ...(webgpu?.adapters ?? []).map((adapter, i): [string, string] => [
      i === 0 ? 'WebGPU' : '',
      formatAdapter(adapter),
    ]),
    ['machine', machine.id],
    ['system', `${machine.os}, ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}`],
    ['data', `${data.name}: ${data.folder ?? 'not here yet, npm run bench fetches it'}`],
    ['cache', `${cache.folder}${cache.freeBytes === null ? '' : `, ${formatBytes(cache.freeBytes)} free`}`],
    ...Object.entries(cache.parts).map(([name, bytes]): [string, string] => [
      '',
      `${name.padEnd(11)} ${formatBytes(bytes)}${name === 'fitted' ? ` of models, at most ${formatBytes(FITTED_LIMIT_BYTES)}` : ''}`,
    ]),
    ['Node', node],
    ...Object.entries(packages).map(([name, version], i): [string, string] => [
      i === 0 ? 'packages' : '',
      `${name} ${version}`,
    ]),
  ];
  const lines = facts.map(([name, value]) => `${paint.bold(name.padEnd(9))} ${value}`);
  const findings = problems.map(({ message, isBlocking }) =>
    isBlocking ? `${paint.red('problem:')} ${message}` : `${paint.yellow('warning:')} ${message}`,
  );
  return [...lines, '', ...(findings.length > 0 ? findings : [paint.green('all is well')])].join('\n');
}

/**
 * Builds the command that examines the machine, or models.
 *
 * @param io where it prints
 * @param tools fakes for tests
 */
export function doctorCommand(io: Io, tools: DoctorTools = realTools): Command {
  return new Command('doctor')
    .description(
      'say which engine, device, data and versions will be used, and what is wrong; or what is wrong with models',
    )
    .argument('[model...]', 'models to check, each by all checks (docs/models.md lists them)')
    .option('--set <model.param=value>', 'check with another parameter; may be repeated', collectSettings, [])
    .option('--seed <n>', 'the seed of the fits', wholeNumber(0), 1)
    .addOption(
      new Option('--device <device>', 'what computes').choices(['auto', 'cpu', 'gpu', 'webgpu']).default('auto'),
    )
    .option('--timeout <seconds>', 'how long one check may take', wholeNumber(1), CHECK_SECONDS)
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nSets the engine up where that was not done yet. Exits with 1 when the bench cannot work, or a check fails.',
    )
    .action(async (ids: string[], options: CheckModelsOptions) => {
      let step = '';
      const onProgress = (progress: EngineProgress): void => {
        if (progress.step !== step) io.err(`engine: ${progress.step}`);
        step = progress.step;
      };
      if (ids.length > 0) {
        await checkModels(ids, options, io, {
          loadDataset: tools.loadDataset,
          async provision(device) {
            const status = await tools.ensure(onProgress, device);
            for (const notice of status.notices) io.err(`engine: ${notice}`);
            return status.device;
          },
        });
        return;
      }
      const diagnosis = await diagnose(onProgress, tools, options.device);
      io.out(options.json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis, io.colour));
      io.exit(diagnosis.problems.some(({ isBlocking }) => isBlocking) ? 1 : 0);
    });
}

const SOURCES: Readonly<Record<EngineStatus['source'], string>> = {
  cpu: 'native, CPU library',
  cuda: 'native, CUDA library',
  package: "native, the package's own download",
  webgpu: 'WebGPU by Dawn',
  none: 'plain JavaScript',
};

async function examineEngine(
  onProgress: (progress: EngineProgress) => void,
  tools: DoctorTools,
  wish: 'auto' | Device,
  problems: Problem[],
): Promise<{ engine: NonNullable<Diagnosis['engine']>; kernelFolder?: string | undefined } | null> {
  try {
    const { source, device, notices, environment } = await tools.ensure(onProgress, wish);
    // Asked for WebGPU, it says what it computes on, which is nothing wrong.
    const warnings = wish === 'webgpu' ? [] : notices;
    for (const message of warnings) problems.push({ message, isBlocking: false });
    onProgress({ step: `training two steps on ${device}${device === 'gpu' ? PATIENCE : ''}`, done: 0, total: 1 });
    const engine = { ...(await tools.tryEngine(device)), source };
    const contradiction = findContradiction(engine);
    if (contradiction !== null) problems.push({ message: contradiction, isBlocking: false });
    if (engine.device !== 'gpu') return { engine };
    if (process.env['CUDA_CACHE_DISABLE'] === '1') {
      problems.push({ message: 'CUDA_CACHE_DISABLE=1: kernels are compiled anew in every process', isBlocking: false });
    }
    return { engine, kernelFolder: environment['CUDA_CACHE_PATH'] };
  } catch (error) {
    problems.push({ message: messageOf(error), isBlocking: true });
    return null;
  }
}

function formatSteps({ steps, device }: EngineTrial): string {
  const { firstSeconds, secondSeconds } = steps;
  return `first ${duration(firstSeconds)}, second ${duration(secondSeconds)}: a small convolutional network on ${device}`;
}

function formatCardUse({ isListed, processBytes, takenBytes }: CardUse): string {
  const listed = isListed ? 'nvidia-smi lists the process' : 'nvidia-smi does not list the process';
  const words = [processBytes === null ? listed : `${listed} with ${formatBytes(processBytes)}`];
  if (takenBytes !== null) words.push(`${formatBytes(Math.max(0, takenBytes))} more are taken on the cards`);
  return words.join('; ');
}

/** Compares what TensorFlow says it computes on with what the card shows. */
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

/** Looks where the default data set's files lie, without fetching any. */
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
  const sizes = await Promise.all(names.map((name) => folderBytes(path.join(folder, name))));
  return Object.fromEntries(names.map((name, i) => [name, sizes[i]!]));
}

function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
