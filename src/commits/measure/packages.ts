// Provides the npm packages of another commit: the checkout's own if they are the same, else a new installation.
import { access, lstat, mkdir, readFile, realpath, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { runNpm } from './run-npm.ts';

/** What `npm ci` prints if the lock file lacks packages of package.json. */
const OUT_OF_STEP = 'can only install packages when';
/** The file that marks a complete installation. */
const MARK = '.fitting-room-installed';
/** Lines of npm's output that a message quotes. */
const QUOTED_LINES = 10;

/** The two projects. */
export interface PackagePlaces {
  /** The project of the other commit, in a work tree. */
  readonly tree: string;
  /** This project, whose packages are used if they are the same. */
  readonly own: string;
}

/** Listener and abort signal of an installation. */
export interface PackageOptions {
  readonly signal: AbortSignal;
  /** Called before an installation, which takes a while; the remark says how it differs from the commit's own. */
  onInstalling(remark?: string): void;
}

/**
 * Makes the packages of a work tree available. A complete installation is kept.
 *
 * @throws UserError if the tree has no lock file, or npm cannot install its packages; the signal's reason when aborted
 */
export async function providePackages({ tree, own }: PackagePlaces, options: PackageOptions): Promise<void> {
  const folder = path.join(tree, 'node_modules');
  const lock = await readFile(path.join(tree, 'package-lock.json')).catch(() => null);
  if (lock === null) throw new UserError('that commit has no package-lock.json, so its packages cannot be installed');
  const ownLock = await readFile(path.join(own, 'package-lock.json')).catch(() => null);
  const ownFolder = await realpath(path.join(own, 'node_modules')).catch(() => null);
  if (ownLock?.equals(lock) && ownFolder !== null && !hasOwnPackages(lock)) {
    if (!(await isInstalled(folder))) await link(folder, ownFolder);
    return;
  }
  // npm would empty the folder that a link points to.
  await unlinkPackages(tree);
  if (await isInstalled(folder)) return;
  options.onInstalling();
  await install(tree, options);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, MARK), '');
}

/** Tells whether packages are folders of the project: the checkout's links lead to its own, not to those of the commit. */
function hasOwnPackages(lock: Buffer): boolean {
  try {
    const { packages = {} } = JSON.parse(lock.toString('utf8')) as {
      packages?: Record<string, { link?: boolean; resolved?: string }>;
    };
    return Object.values(packages).some(({ link: isLink, resolved }) => isLink && !resolved?.startsWith('..'));
  } catch {
    // npm says what is wrong with it.
    return false;
  }
}

/**
 * Removes a work tree's link to packages, if it has one, so that removing the tree cannot follow it.
 *
 * @param tree the project's root in the work tree
 */
export async function unlinkPackages(tree: string): Promise<void> {
  const folder = path.join(tree, 'node_modules');
  if ((await lstat(folder).catch(() => null))?.isSymbolicLink()) await unlink(folder);
}

async function isInstalled(folder: string): Promise<boolean> {
  if (!(await lstat(folder).catch(() => null))?.isDirectory()) return false;
  return access(path.join(folder, MARK)).then(
    () => true,
    () => false,
  );
}

async function link(folder: string, target: string): Promise<void> {
  if ((await realpath(folder).catch(() => null)) === target) return;
  await unlinkPackages(path.dirname(folder));
  await rm(folder, { recursive: true, force: true });
  await symlink(target, folder);
}

async function install(tree: string, { signal, onInstalling }: PackageOptions): Promise<void> {
  let failure = await installWith(['ci'], tree, signal);
  if (failure?.includes(OUT_OF_STEP)) {
    onInstalling('the lock file lacks some of them; their newest matching versions are installed');
    // Without saving: a changed lock file would make the tree dirty.
    failure = await installWith(['install', '--no-save'], tree, signal);
  }
  if (failure === null) return;
  const isFull = /ENOSPC|no space left/i.test(failure);
  const cure = 'the disk is full: make room, or set FITTING_ROOM_CACHE to a folder on another disk';
  throw new UserError(`npm cannot install the packages of that commit: ${isFull ? cure : errorsIn(failure)}`);
}

/** Runs npm. Returns its output if it fails, null if it succeeds. */
async function installWith(command: readonly string[], tree: string, signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted();
  // The log level is explicit: it may be inherited from an npm that runs silently.
  const args = [...command, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const end = await runNpm(tree, args, signal);
  signal.throwIfAborted();
  if (end.startError) throw end.startError;
  return end.code === 0 ? null : end.output;
}

/** The errors in npm's output, without warnings and help. */
function errorsIn(output: string): string {
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /^npm (?:error|ERR!)/.test(line));
  return (errors.length > 0 ? errors.slice(0, QUOTED_LINES) : lines.slice(-QUOTED_LINES)).join('\n');
}
