// `npm run doctor`: which engine, device, data and versions will be used, and what is wrong with them; with models named,
// what is wrong with those.
import { execFile } from 'node:child_process';
import { access, readdir, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import picocolors from 'picocolors';
import { cacheFolder, folderBytes } from '../cache.ts';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.ts';
import type { EngineDescription } from '../engine/describe.ts';
import { ENGINE_ENVIRONMENT, formatSettings } from '../engine/environment.ts';
import { type EngineProgress, type EngineStatus, ensureEngine } from '../engine/provision/index.ts';
import { formatAdapter } from '../engine/webgpu/adapter.ts';
import { probeWebgpu, type WebgpuProbe } from '../engine/webgpu/probe.ts';
import { messageOf, UserError } from '../errors.ts';
import { FITTED_LIMIT_BYTES } from '../fitted/store.ts';
import { describeMachine } from '../machine.ts';
import type { FitRecord } from '../results/schema.ts';
import { projectRoot } from '../root.ts';
import { packageVersions } from '../run/packages.ts';
import type { Device } from '../types.ts';
import { collectSettings, wholeNumber } from './bench.ts';
import { type CheckModelsOptions, checkModels } from './check-models.ts';
import type { Io } from './io.ts';

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
  readonly engine: (EngineDescription & { readonly source: EngineStatus['source'] }) | null;
  readonly machine: FitRecord['machine'];
  /** What WebGPU finds and does; absent unless it was asked for and works. */
  readonly webgpu?: WebgpuProbe;
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
  /** Loads the engine in a process of its own. */
  describe(): Promise<EngineDescription>;
  /** Loads the images that models are checked on. */
  loadDataset(name: string): Promise<Dataset>;
  /** Lets WebGPU take a step. */
  probeWebgpu?(): Promise<WebgpuProbe>;
}

const OLDEST_NODE = [20, 12] as const;
const ENGINE_MILLISECONDS = 5 * 60_000;
const LAST_WORDS = 400;
/** Seconds that one check of a model may take unless the user says otherwise. */
const CHECK_SECONDS = 300;

const realTools: DoctorTools = {
  ensure: (onProgress, device = 'auto') => ensureEngine({ device, onProgress }),
  describe: describeInChild,
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
  const engine = await examineEngine(onProgress, tools, device, problems);
  // Where it does not work, the engine's problem says so.
  const webgpu = device === 'webgpu' ? await tools.probeWebgpu?.().catch(() => undefined) : undefined;
  const folder = cacheFolder();
  const [machine, packages, data, parts, freeBytes] = await Promise.all([
    describeMachine(),
    packageVersions(projectRoot),
    findData(),
    partSizes(folder),
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
  return { engine, machine, ...(webgpu && { webgpu }), node: process.versions.node, packages, data, cache, problems };
}

/**
 * Writes a diagnosis as text of two columns, problems last.
 *
 * @param diagnosis what was found
 * @param colour whether problems are red or yellow
 */
export function formatDiagnosis(diagnosis: Diagnosis, colour: boolean): string {
  const { engine, machine, webgpu, node, packages, data, cache, problems } = diagnosis;
  const paint = picocolors.createColors(colour);
  const { gpu } = machine;
  const facts: [string, string][] = [
    ['engine', engine ? `${engine.name} ${engine.version} (${SOURCES[engine.source]})` : 'none'],
    ['backend', engine?.backend ?? 'none'],
    ['device', engine?.device ?? 'none'],
    ['threads', engine ? String(engine.threads) : 'none'],
    ['settings', engine ? formatSettings(engine.settings) : 'none'],
    ['SIMD', engine?.simd ?? 'unknown'],
    ['GPU', gpu ? `${gpu.model}, driver ${gpu.driver}, ${formatBytes(gpu.memoryBytes)}` : 'none'],
    ...(webgpu?.adapters ?? []).map((adapter, i): [string, string] => [
      i === 0 ? 'WebGPU' : '',
      formatAdapter(adapter) + (i === 0 ? formatSteps(webgpu!) : ''),
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
  device: 'auto' | Device,
  problems: Problem[],
): Promise<Diagnosis['engine']> {
  try {
    const { source, notices } = await tools.ensure(onProgress, device);
    for (const message of notices) problems.push({ message, isBlocking: false });
    return { ...(await tools.describe()), source };
  } catch (error) {
    problems.push({ message: messageOf(error), isBlocking: true });
    return null;
  }
}

function formatSteps({ stepMilliseconds: [first, second] }: WebgpuProbe): string {
  return `; first step of a convolution ${first.toFixed(0)} ms, second ${second.toFixed(0)} ms`;
}

async function describeInChild(): Promise<EngineDescription> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fileURLToPath(new URL('../engine/describe-child.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, child], {
      env: { ...ENGINE_ENVIRONMENT, ...process.env },
      timeout: ENGINE_MILLISECONDS,
      killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineDescription;
  } catch (error) {
    const { stderr, signal } = error as { stderr?: string; signal?: string };
    const words = /^.*Error: .*$/m.exec(stderr ?? '')?.[0] ?? stderr?.trim().slice(-LAST_WORDS) ?? messageOf(error);
    throw new UserError(
      `the engine ${signal ? `was killed by ${signal}` : 'failed'} when it was tried${words ? `: ${words}` : ''}; ` +
        `remove ${cacheFolder('engine')} to set it up anew`,
    );
  }
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
