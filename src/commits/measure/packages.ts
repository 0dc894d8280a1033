// The packages of another commit: ours where its lock file is ours, else what its lock file says.
import { access, lstat, mkdir, readFile, realpath, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { startNpm } from './npm.ts';

/** What `npm ci` says when the lock file does not have all that package.json asks for. */
const OUT_OF_STEP = 'can only install packages when';
/** Lies in packages that were installed whole. */
const MARK = '.fitting-room-installed';
/** Lines of npm's that a message quotes. */
const QUOTED_LINES = 10;

/** Where packages go and come from. */
export interface PackagePlaces {
  /** The other commit's project, in a work tree. */
  readonly tree: string;
  /** Our project, whose packages may serve. */
  readonly own: string;
}

/** What happens meanwhile, and what ends it. */
export interface PackageOptions {
  readonly signal: AbortSignal;
  /** Told before an installation, which takes a while, and why it is not exactly what the commit had if so. */
  onInstalling(remark?: string): void;
}

/**
 * Makes the packages of a work tree available. An installation that is whole is kept.
 *
 * @throws UserError when the tree holds no project of npm's, or npm cannot install its packages; the signal's reason
 *   when it is aborted
 */
export async function providePackages({ tree, own }: PackagePlaces, options: PackageOptions): Promise<void> {
  const folder = path.join(tree, 'node_modules');
  const lock = await readFile(path.join(tree, 'package-lock.json')).catch(() => null);
  if (lock === null) throw new UserError(`that commit has no package-lock.json: it is no Fitting Room that can run`);
  const ownLock = await readFile(path.join(own, 'package-lock.json')).catch(() => null);
  const ownFolder = await realpath(path.join(own, 'node_modules')).catch(() => null);
  if (ownLock?.equals(lock) && ownFolder !== null) {
    if (!(await isInstalled(folder))) await link(folder, ownFolder);
    return;
  }
  // npm empties the folder that a link leads to.
  await unlinkPackages(tree);
  if (await isInstalled(folder)) return;
  options.onInstalling();
  await install(tree, options);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, MARK), '');
}

/**
 * Takes away a tree's link to packages, if it is one: what removes the tree then cannot follow it.
 *
 * @param tree the project's root in a work tree
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
  // Windows lets everybody make a junction, and a link not; elsewhere it is a link.
  await symlink(target, folder, 'junction');
}

async function install(tree: string, { signal, onInstalling }: PackageOptions): Promise<void> {
  let failure = await runNpm(tree, ['ci'], signal);
  if (failure?.includes(OUT_OF_STEP)) {
    onInstalling('their lock file lacks some, which are the newest that fit');
    // Without saving: a lock file that changes would make the tree another state of the code.
    failure = await runNpm(tree, ['install', '--no-save'], signal);
  }
  if (failure === null) return;
  const isFull = /ENOSPC|no space left/i.test(failure);
  const cure = 'the disk is full: make room, or set FITTING_ROOM_CACHE to a folder on another disk';
  throw new UserError(`npm cannot install the packages of that commit: ${isFull ? cure : errorsIn(failure)}`);
}

/** Runs npm; gives its words when it fails, null when it does not. */
async function runNpm(tree: string, command: readonly string[], signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted();
  // The level said aloud: it may be inherited from an npm that was asked to be silent.
  const args = [...command, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = startNpm(tree, args, ['ignore', 'pipe', 'pipe']);
  let words = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
  }
  const stop = (): void => void npm.kill();
  signal.addEventListener('abort', stop);
  try {
    const code = await new Promise<number | null>((resolve, reject) => npm.on('error', reject).on('close', resolve));
    signal.throwIfAborted();
    return code === 0 ? null : words;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What npm says of its error, without warnings before it and help after it. */
function errorsIn(words: string): string {
  const lines = words.trim().split('\n');
  const errors = lines.filter((line) => /^npm (?:error|ERR!)/.test(line));
  return (errors.length > 0 ? errors.slice(0, QUOTED_LINES) : lines.slice(-QUOTED_LINES)).join('\n');
}
