// Makes TensorFlow's native engine available: fetches, unpacks, links and compiles what is missing, and nothing twice.

import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'proper-lockfile';
import { cacheFolder } from '../../base/cache.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { formatAdapter } from '../../document/engine-text.ts';
import type { Device } from '../../types.ts';
import { ENGINE_VARIABLE } from '../runtime/tensorflow.ts';
import { probeWebgpu, type WebgpuProbe } from '../runtime/webgpu-probe.ts';
import { ADDON_FILE, compileAddon, installAddon, isAddonInstalled, moveIntoPlace } from './addon.ts';
import { type CudaObstacle, findCudaObstacle } from './cuda-obstacle.ts';
import {
  type CompilePaths,
  diskNeed,
  type EnginePlan,
  type Link,
  type PlanFacts,
  partName,
  planEngine,
  planLinks,
  TENSORFLOW_VERSION,
  type Wheel,
} from './engine-plan.ts';
import { areLinksMade, makeLinks } from './links.ts';
import { downloadWheel } from './pip.ts';
import { type Probe, type ProbeOptions, probeEngine } from './probe.ts';
import { readManifest, unpackWheel } from './unpack.ts';

/** How far provisioning has come. */
export interface EngineProgress {
  /** What is under way, in words. */
  readonly step: string;
  /** Bytes, or 0 and 1 for a step that cannot be measured. */
  readonly done: number;
  readonly total: number;
}

/** What is wished for. */
export interface EngineOptions {
  /**
   * `'auto'` takes an NVIDIA GPU where there is one, and WebGPU only where the native library is not to be had;
   * `'gpu'` accepts nothing less than CUDA, and `'webgpu'` nothing but a graphics card that WebGPU finds.
   */
  readonly device: 'auto' | Device;
  onProgress?(progress: EngineProgress): void;
  /** The engine's folder in the cache. */
  readonly cacheDir?: string;
  /** The folder of @tensorflow/tfjs-node-gpu. */
  readonly packageDir?: string;
}

/** What there is now. */
export interface EngineStatus {
  /** `'javascript'` is tfjs without any library: right, but far too slow for deep models at full size. */
  readonly kind: 'native' | 'webgpu' | 'javascript';
  /** Which library: the CPU or CUDA wheel's, the older one of the package's own download, WebGPU's, or none. */
  readonly source: 'cpu' | 'cuda' | 'package' | 'webgpu' | 'none';
  /** What the engine computes on. */
  readonly device: Device;
  /** What the user should know: each says what was not to be had, and the cure. Empty when all is well. */
  readonly notices: readonly string[];
  /** Variables that a process using the engine needs; set in this process already, so that child processes inherit them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How provisioning reaches the world; tests hand in others. */
export interface EngineTools {
  readonly platform: string;
  readonly arch: string;
  /** Looks what is in CUDA's way, before anything is fetched for it. */
  findCudaObstacle(): Promise<CudaObstacle | null>;
  plan(facts: PlanFacts): EnginePlan;
  freeBytes(folder: string): Promise<number>;
  download(wheel: Wheel, folder: string, onBytes: (done: number) => void): Promise<string>;
  compile(packageDir: string, paths: CompilePaths): Promise<void>;
  probe(options: ProbeOptions): Promise<Probe>;
  /** Runs the package's own install script, for its CPU library. */
  ownDownload(packageDir: string): Promise<void>;
  /** Finds the card that WebGPU computes on. */
  probeWebgpu(): Promise<Pick<WebgpuProbe, 'adapter'>>;
}

/** Written beside the library of the package's own download once that has been probed. */
const OWN_DOWNLOAD_MARK = 'deps/own-download';
const OWN_DOWNLOAD_MILLISECONDS = 20 * 60_000;
const LOCK_STALE_MILLISECONDS = 15_000;
/** The most that the driver allows, four times its default. */
const KERNEL_CACHE_BYTES = 4 * 2 ** 30;
/** The system's words for a disk that cannot take what is written. */
const DISK_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'not allowed to write',
  EPERM: 'not allowed to write',
  EROFS: 'the file system is read-only',
};

const realTools: EngineTools = {
  platform: process.platform,
  arch: process.arch,
  findCudaObstacle,
  plan: planEngine,
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  download: downloadWheel,
  compile: compileAddon,
  probe: probeEngine,
  ownDownload,
  probeWebgpu,
};

/**
 * Makes the engine available and says what there is. Where everything is in place this takes milliseconds; after a
 * reinstall of the package it takes a second or two; the first time it fetches 274 MB (2.9 GB for CUDA). Several
 * processes may call it at once: one works, the others wait. A run that is killed leaves nothing that the next one
 * takes for whole.
 *
 * Falls back to less, and says so in `notices`: from CUDA to the CPU library, to the package's own download of an older
 * library, to WebGPU (where `device` is `'auto'`), to plain JavaScript.
 *
 * @param options what is wished for
 * @param tools fakes for tests
 * @throws UserError when `device` is `'gpu'` and CUDA is not to be had, or `'webgpu'` and there is no graphics card, for
 *   whatever reason
 */
export async function ensureEngine(options: EngineOptions, tools: EngineTools = realTools): Promise<EngineStatus> {
  const status = await provision(options, tools);
  Object.assign(process.env, status.environment);
  return status;
}

async function provision(options: EngineOptions, tools: EngineTools): Promise<EngineStatus> {
  const notices: string[] = [];
  const chosen = process.env[ENGINE_VARIABLE];
  if (chosen === 'webgpu' && (options.device === 'cpu' || options.device === 'gpu')) {
    throw new UserError(`${ENGINE_VARIABLE}=webgpu and --device ${options.device} contradict each other; unset it`);
  }
  if (options.device === 'webgpu' || chosen === 'webgpu') {
    if (chosen === 'javascript') throw new UserError(`${ENGINE_VARIABLE}=javascript cannot use a GPU; unset it`);
    return webgpu(await tools.probeWebgpu(), notices);
  }
  if (chosen === 'javascript') {
    if (options.device === 'gpu') throw new UserError(`${ENGINE_VARIABLE}=javascript cannot use a GPU; unset it`);
    return javascript([`${ENGINE_VARIABLE}=javascript: plain JavaScript computes, unset it for the native library`]);
  }
  const workshop = await openProvisionContext(options, tools);
  const plans = await choosePlans(options.device, tools, notices);
  const ready = await findReady(workshop, options.device, plans);
  if (ready) {
    try {
      return await native(workshop, ready, options.device, notices);
    } catch (error) {
      // In place, and it does not load any more: below, something else is tried.
      if (!(error instanceof UserError) || options.device === 'gpu') throw error;
    }
  }
  if (options.device !== 'gpu' && (await hasOwnDownload(workshop))) return ownDownloaded(workshop, notices);

  return withDiskErrors(workshop, () =>
    withLock(workshop, async () => {
      for (const plan of plans) {
        try {
          await build(workshop, plan);
          return await native(workshop, plan, options.device, notices);
        } catch (error) {
          const reason = asUserError(error, workshop);
          if (!reason || options.device === 'gpu') throw reason ?? error;
          notices.push(reason.message);
        }
      }
      return fallBack(workshop, options.device, notices);
    }),
  );
}

/** Everything a run of provisioning works with. */
interface ProvisionContext {
  readonly tools: EngineTools;
  readonly cacheDir: string;
  readonly packageDir: string;
  readonly nodeHeaders: string;
  /** The compiled addon in the cache: one for each combination of versions. */
  readonly addon: string;
  report(step: string, done: number, total: number): void;
}

async function openProvisionContext(options: EngineOptions, tools: EngineTools): Promise<ProvisionContext> {
  const require = createRequire(import.meta.url);
  const cacheDir = options.cacheDir ?? cacheFolder('engine');
  const packageDir = options.packageDir ?? path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const headersDir = path.dirname(require.resolve('node-api-headers/package.json'));
  const [packageVersion, headersVersion] = await Promise.all([versionOf(packageDir), versionOf(headersDir)]);
  const key = `${packageVersion}-tensorflow-${TENSORFLOW_VERSION}-headers-${headersVersion}-${tools.platform}-${tools.arch}`;
  return {
    tools,
    cacheDir,
    packageDir,
    nodeHeaders: path.join(headersDir, 'include'),
    addon: path.join(cacheDir, 'addon', `tfjs_binding-${key}.node`),
    report: (step, done, total) => options.onProgress?.({ step, done, total }),
  };
}

async function versionOf(folder: string): Promise<string> {
  return (JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The plans worth trying, the best first. */
async function choosePlans(
  device: EngineOptions['device'],
  tools: EngineTools,
  notices: string[],
): Promise<EnginePlan[]> {
  const plans: EnginePlan[] = [];
  const add = (variant: PlanFacts['variant']): void => {
    plans.push(tools.plan({ platform: tools.platform, arch: tools.arch, variant }));
  };
  if (device === 'gpu') {
    add('cuda');
    const obstacle = await tools.findCudaObstacle();
    if (obstacle) throw new UserError(`--device gpu: ${obstacle.problem}`);
    return plans;
  }
  const obstacle = device === 'auto' ? await tools.findCudaObstacle() : null;
  if (obstacle?.isSuspected) notices.push(`CUDA does not compute: ${obstacle.problem}`);
  const options: PlanFacts['variant'][] = device === 'cpu' || obstacle ? ['cpu'] : ['cuda', 'cpu'];
  for (const variant of options) {
    try {
      add(variant);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notices.push(error.message);
    }
  }
  return plans;
}

/** Looks whether the best plan is carried out already; for the CPU alone the CUDA library serves as well. */
async function findReady(
  workshop: ProvisionContext,
  device: EngineOptions['device'],
  plans: readonly EnginePlan[],
): Promise<EnginePlan | null> {
  const { tools } = workshop;
  const candidates = plans.slice(0, 1);
  if (device === 'cpu') {
    try {
      candidates.push(tools.plan({ platform: tools.platform, arch: tools.arch, variant: 'cuda' }));
    } catch {
      // No CUDA for this platform.
    }
  }
  for (const plan of candidates) if (await isReady(workshop, plan)) return plan;
  return null;
}

async function isReady(workshop: ProvisionContext, plan: EnginePlan): Promise<boolean> {
  const links = await linksOf(workshop, plan);
  return (
    links !== null &&
    (await areLinksMade(workshop.packageDir, links)) &&
    (await isAddonInstalled(workshop.addon, workshop.packageDir))
  );
}

/** The links of a plan, or null when one of its wheels is not unpacked whole. */
async function linksOf({ cacheDir }: ProvisionContext, plan: EnginePlan): Promise<Link[] | null> {
  const parts = [];
  for (const wheel of plan.wheels) {
    const folder = path.join(cacheDir, partName(wheel));
    const manifest = await readManifest(folder);
    if (!manifest) return null;
    parts.push({ folder, files: Object.keys(manifest) });
  }
  return planLinks(parts);
}

/** Carries a plan out, as far as it is not already; the lock is held. */
async function build(workshop: ProvisionContext, plan: EnginePlan): Promise<void> {
  // Another process may have done it while this one waited.
  if (await isReady(workshop, plan)) return;
  const { cacheDir, packageDir, addon, report } = workshop;
  await removeLeftovers(cacheDir);
  await fetchWheels(workshop, plan);
  const links = await linksOf(workshop, plan);
  if (!links) throw new Error(`${cacheDir}: a wheel unpacked just now is incomplete`);
  if (!(await exists(addon))) await compile(workshop, plan);
  report('linking', 0, 1);
  await makeLinks(packageDir, links);
  await installAddon(addon, packageDir);
  report('trying the engine', 0, 1);
  await tryOut(workshop, { environment: environmentOf(workshop, plan, 'auto'), wantsGpu: plan.variant === 'cuda' });
  report('trying the engine', 1, 1);
}

async function fetchWheels({ cacheDir, tools, report }: ProvisionContext, plan: EnginePlan): Promise<void> {
  const missing: Wheel[] = [];
  for (const wheel of plan.wheels) {
    if (!(await readManifest(path.join(cacheDir, partName(wheel))))) missing.push(wheel);
  }
  if (missing.length === 0) return;
  const [need, free] = [diskNeed(missing), await tools.freeBytes(cacheDir)];
  if (free < need) {
    throw new UserError(
      `${cacheDir}: ${gigabytes(free)} free, ${gigabytes(need)} needed for TensorFlow's library; make room, or set ` +
        'FITTING_ROOM_CACHE to a folder on another disk',
    );
  }
  for (const wheel of missing) {
    const work = await mkdtemp(path.join(cacheDir, 'work-'));
    try {
      const title = `fetching ${wheel.name} ${wheel.version}`;
      report(title, 0, wheel.bytes);
      const file = await tools.download(wheel, work, (done) => report(title, Math.min(done, wheel.bytes), wheel.bytes));
      report(title, wheel.bytes, wheel.bytes);
      const target = path.join(cacheDir, partName(wheel));
      await unpackWheel({
        wheel: file,
        rules: wheel.rules,
        target,
        onBytes: (done) => report(`unpacking ${wheel.name}`, Math.min(done, wheel.unpackedBytes), wheel.unpackedBytes),
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

async function compile(
  { cacheDir, packageDir, nodeHeaders, addon, tools, report }: ProvisionContext,
  plan: EnginePlan,
): Promise<void> {
  report('compiling the addon', 0, 1);
  const part = path.join(cacheDir, partName(plan.wheels[0]!));
  const work = await mkdtemp(path.join(cacheDir, 'work-'));
  try {
    const output = path.join(work, 'tfjs_binding.node');
    await tools.compile(packageDir, {
      nodeHeaders,
      include: path.join(part, 'include'),
      lib: path.join(part, 'lib'),
      output,
    });
    await mkdir(path.dirname(addon), { recursive: true });
    await moveIntoPlace(output, addon);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  report('compiling the addon', 1, 1);
}

/** Probes the engine; one that does not load is made to look absent, so that the next run does not trust it. */
async function tryOut(
  { packageDir, tools }: ProvisionContext,
  options: Omit<ProbeOptions, 'packageDir'>,
): Promise<void> {
  try {
    await tools.probe({ packageDir, ...options });
  } catch (error) {
    await rm(path.join(packageDir, ADDON_FILE), { force: true });
    throw error;
  }
}

async function fallBack(
  workshop: ProvisionContext,
  device: EngineOptions['device'],
  notices: string[],
): Promise<EngineStatus> {
  const { packageDir, tools, report } = workshop;
  try {
    report("the package's own download", 0, 1);
    await tools.ownDownload(packageDir);
    await tryOut(workshop, {});
    await writeFile(path.join(packageDir, OWN_DOWNLOAD_MARK), '');
    return ownDownloaded(workshop, notices);
  } catch (error) {
    notices.push(`the package's own download failed as well: ${messageOf(error)}`);
    if (device === 'auto') {
      try {
        return webgpu(await tools.probeWebgpu(), notices);
      } catch (without) {
        notices.push(messageOf(without));
      }
    }
    return javascript([...notices, 'plain JavaScript computes: right, but far too slow for deep models at full size']);
  }
}

async function hasOwnDownload({ packageDir }: ProvisionContext): Promise<boolean> {
  return (await exists(path.join(packageDir, OWN_DOWNLOAD_MARK))) && (await exists(path.join(packageDir, ADDON_FILE)));
}

function ownDownloaded({ packageDir }: ProvisionContext, notices: readonly string[]): EngineStatus {
  const notice =
    "the engine is the older TensorFlow of the package's own download, without a GPU; " +
    `remove ${path.join(packageDir, 'deps')} to try for ${TENSORFLOW_VERSION} again`;
  return { kind: 'native', source: 'package', device: 'cpu', notices: [...notices, notice], environment: {} };
}

async function native(
  workshop: ProvisionContext,
  plan: EnginePlan,
  wish: EngineOptions['device'],
  notices: readonly string[],
): Promise<EngineStatus> {
  const environment = environmentOf(workshop, plan, wish);
  const status = { kind: 'native', source: plan.variant, environment } as const;
  if (plan.variant === 'cpu' || wish === 'cpu') return { ...status, device: 'cpu', notices };
  // A card that is listed may still be out of reach (a container without it, a driver half updated): asked every time.
  workshop.report('trying the GPU', 0, 1);
  const { isGpu, whyNoGpu } = await workshop.tools.probe({
    packageDir: workshop.packageDir,
    environment,
    wantsGpu: true,
  });
  if (isGpu) return { ...status, device: 'gpu', notices };
  const problem =
    `nvidia-smi lists a GPU, and TensorFlow does not use it: ${whyNoGpu ?? 'it does not say why'}; see that no other ` +
    'CUDA stands in LD_LIBRARY_PATH and that the driver was not updated since the last restart';
  if (wish === 'gpu') throw new UserError(`--device gpu: ${problem}`);
  return { ...status, device: 'cpu', notices: [...notices, `the CPU computes: ${problem}`] };
}

function webgpu({ adapter }: Pick<WebgpuProbe, 'adapter'>, notices: readonly string[]): EngineStatus {
  return {
    kind: 'webgpu',
    source: 'webgpu',
    device: 'webgpu',
    notices: [...notices, `WebGPU computes on ${formatAdapter(adapter)}`],
    environment: { [ENGINE_VARIABLE]: 'webgpu' },
  };
}

function javascript(notices: readonly string[]): EngineStatus {
  return {
    kind: 'javascript',
    source: 'none',
    device: 'cpu',
    notices,
    environment: { [ENGINE_VARIABLE]: 'javascript' },
  };
}

function environmentOf(
  { tools, cacheDir }: ProvisionContext,
  plan: EnginePlan,
  device: EngineOptions['device'],
): Record<string, string> {
  if (plan.variant === 'cpu') return {};
  // The CUDA library computes on the CPU when no card is shown to it.
  if (device === 'cpu') return { CUDA_VISIBLE_DEVICES: '-1' };
  // Kernels for cards newer than the library are compiled by the driver at first use, which takes minutes: keep them.
  return {
    CUDA_CACHE_PATH: process.env['CUDA_CACHE_PATH'] || path.join(cacheDir, `cuda-kernels-${tools.arch}`),
    CUDA_CACHE_MAXSIZE: process.env['CUDA_CACHE_MAXSIZE'] || String(KERNEL_CACHE_BYTES),
  };
}

/** Runs work that no second process does at the same time on this cache. The lock of a process that died is taken over. */
async function withLock<T>({ cacheDir, report }: ProvisionContext, work: () => Promise<T>): Promise<T> {
  await mkdir(cacheDir, { recursive: true });
  const settings = {
    lockfilePath: path.join(cacheDir, 'lock'),
    stale: LOCK_STALE_MILLISECONDS,
    // A lock lost while the machine slept: all writes end in renames, so two at once are a waste and no harm.
    onCompromised: () => {},
  };
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(cacheDir, settings);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    report('waiting for another process that sets the engine up', 0, 1);
    const retries = { forever: true, minTimeout: 100, maxTimeout: 1000 };
    release = await lockfile.lock(cacheDir, { ...settings, retries });
  }
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

async function withDiskErrors<T>(workshop: ProvisionContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUserError(error, workshop) ?? error;
  }
}

/** A user's fault as such: a disk that cannot be written to is one. null for anything else. */
function asUserError(error: unknown, { cacheDir }: ProvisionContext): UserError | null {
  if (error instanceof UserError) return error;
  const { code, path: file } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : DISK_ERRORS[code];
  if (!words) return null;
  return new UserError(
    `${file ?? cacheDir}: ${words}; FITTING_ROOM_CACHE names another folder for the cache, and node_modules must be yours`,
  );
}

/** Removes what killed runs left half-done; the lock is held, so nobody works on it. */
async function removeLeftovers(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (name.startsWith('work-')) await rm(path.join(cacheDir, name), { recursive: true, force: true });
  }
}

async function ownDownload(packageDir: string): Promise<void> {
  // The script calls node-pre-gyp by its bare name, as npm would let it.
  const bin = path.resolve(packageDir, '..', '..', '.bin');
  await promisify(execFile)(process.execPath, ['scripts/install.js', 'cpu', 'download'], {
    cwd: packageDir,
    timeout: OWN_DOWNLOAD_MILLISECONDS,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
  }).catch((error: Error & { stderr?: string }) => {
    const words = /^\w*Error: .*$/m.exec(error.stderr ?? '')?.[0] ?? error.message;
    throw new UserError(`${words}; it fetches from storage.googleapis.com`);
  });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
