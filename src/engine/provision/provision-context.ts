// The context of one provisioning run: its folders and tools, the lock on the cache, and errors of the disk.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { cacheFolder } from '../../base/cache.ts';
import { diskReason } from '../../base/disk-errors.ts';
import { UserError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { EngineOptions } from './engine-status.ts';
import type { EngineTools } from './engine-tools.ts';
import { TENSORFLOW_VERSION } from './wheels.ts';

const LOCK_STALE_MILLISECONDS = 15_000;

/** The context of one provisioning run. */
export interface ProvisionContext {
  readonly tools: EngineTools;
  /** Folder of the engine in the cache. */
  readonly cacheDir: string;
  /** Folder of @tensorflow/tfjs-node-gpu. */
  readonly packageDir: string;
  /** Folder of Node's C headers. */
  readonly nodeHeaders: string;
  /** Path of the compiled addon in the cache, different for each combination of versions. */
  readonly addon: string;
  report(step: string, done: number, total: number): void;
}

/** Creates the context of a run. */
export async function createProvisionContext(options: EngineOptions, tools: EngineTools): Promise<ProvisionContext> {
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

/**
 * Runs work that only one process at a time may do in a folder: the engine's in the cache, or the package's. The lock of a
 * process that has died is taken over.
 */
export async function withLock<T>({ report }: ProvisionContext, folder: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(folder);
  const settings = {
    lockfilePath: path.join(folder, 'lock'),
    stale: LOCK_STALE_MILLISECONDS,
    // The lock can be lost while the machine sleeps. Two runs at once are then harmless, because all writes end in renames.
    onCompromised: () => {},
  };
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(folder, settings);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    report('waiting for another process that installs the engine', 0, 1);
    const retries = { forever: true, minTimeout: 100, maxTimeout: 1000 };
    release = await lockfile.lock(folder, { ...settings, retries });
  }
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

/** Runs work and converts errors of the disk to user errors. */
export async function withDiskErrors<T>(context: ProvisionContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toUserError(error, context) ?? error;
  }
}

/** Returns an error as a user error; a disk that cannot be written to counts as one. null for all other errors. */
export function toUserError(error: unknown, { cacheDir }: ProvisionContext): UserError | null {
  if (error instanceof UserError) return error;
  const reason = diskReason(error);
  if (reason === null) return null;
  const { path: file } = error as NodeJS.ErrnoException;
  return new UserError(
    `${file ?? cacheDir}: ${reason}; set FITTING_ROOM_CACHE to another folder for the cache, and make sure that you own ` +
      'node_modules',
  );
}
