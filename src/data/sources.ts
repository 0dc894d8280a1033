// Locates the files of a known data set: cache folder, system folder, publisher's site, Debian package, in this order.
// A file is used only if its checksum is right.
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '../base/cache.ts';
import { describeEnd, runChild } from '../base/child-process.ts';
import { cacheFault, diskReason } from '../base/disk-errors.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { useInCache } from '../base/in-use.ts';
import { makeFolder } from '../base/make-folder.ts';
import { ownerOf, processMark } from '../base/process-mark.ts';
import { decompress } from './idx.ts';

/** A data set whose files have known checksums. */
export interface KnownDataset {
  readonly name: string;
  /** Class i is classNames[i]. */
  readonly classNames: readonly string[];
  /** SHA-256 of the decompressed bytes by file name: train images, train labels, test images, test labels. */
  readonly files: Readonly<Record<string, string>>;
  /** Folder into which a system package installs the files. */
  readonly systemFolder: string;
  /** Download addresses; the file name and `.gz` are appended. */
  readonly addresses: readonly string[];
  /** Debian package with the files. */
  readonly debianPackage: string;
}

/** Progress of a download. */
export interface DataProgress {
  /** Name of the file or package. */
  readonly file: string;
  /** Address or command. */
  readonly source: string;
  readonly doneBytes: number;
  /** null if the source does not report it. */
  readonly totalBytes: number | null;
}

/** Runs a program in a folder. Rejects with the program's error output if it fails. */
export type RunProgram = (program: string, args: readonly string[], folder: string) => Promise<void>;

/** Options of `locate`. Tests replace the network and the programs. */
export interface LocateOptions {
  readonly onProgress?: ((progress: DataProgress) => void) | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly run?: RunProgram | undefined;
  /** Milliseconds without data from a server before the download fails. */
  readonly answerMs?: number | undefined;
  /** Whether `apt-get update` may run, which only root can do. */
  readonly isRoot?: boolean | undefined;
}

const ANSWER_MS = 15_000;
/** Larger than any file of a known data set. */
const MAX_DOWNLOAD_BYTES = 256 * 2 ** 20;
const PROGRAM_SECONDS = 10 * 60;
/** Makes apt fail soon without a network. */
const APT_OPTIONS = ['-o', 'Acquire::http::Timeout=15', '-o', 'Acquire::https::Timeout=15', '-o', 'Acquire::Retries=1'];

/**
 * Locates a known data set's files, and downloads missing ones into the cache. Two processes may do this at the same time:
 * each writes to temporary files with unique names and renames them when they are complete and correct.
 *
 * @param dataset the data set
 * @param options progress callback and replacements for tests
 * @returns decompressed and verified bytes by file name, in the order of `dataset.files`
 * @throws UserError if a file cannot be found; the message lists each source and why it failed. Also if a file must be
 *   downloaded and the cache cannot be written to
 */
export async function locate(dataset: KnownDataset, options: LocateOptions = {}): Promise<Map<string, Uint8Array>> {
  const search: Search = {
    dataset,
    cache: cacheFolder('datasets', dataset.name),
    found: new Map(),
    failures: [],
    options,
  };
  await useInCache(search.cache);
  await removeLeftovers(search.cache);
  await fromFolder(search, search.cache, `the cache ${search.cache}`, 'cached');
  await fromFolder(search, dataset.systemFolder, `the folder ${dataset.systemFolder}`, 'foreign');
  if (missing(search).length > 0) {
    await makeFolder(search.cache).catch((error: unknown) => {
      throwDiskError(search, error);
      throw new UserError(
        `cannot create the cache folder ${search.cache}: ${messageOf(error)}; set FITTING_ROOM_CACHE to another folder`,
        { cause: error },
      );
    });
  }
  for (const address of dataset.addresses) await fromAddress(search, address);
  await fromDebian(search);
  if (missing(search).length > 0) throw notFound(search);
  return new Map(Object.keys(dataset.files).map((file) => [file, search.found.get(file)!]));
}

/** State of a search: the files found so far, and the failures. */
interface Search {
  readonly dataset: KnownDataset;
  readonly cache: string;
  readonly found: Map<string, Uint8Array>;
  readonly failures: { source: string; reason: string }[];
  readonly options: LocateOptions;
}

function missing(search: Search): string[] {
  return Object.keys(search.dataset.files).filter((file) => !search.found.has(file));
}

async function fromFolder(search: Search, folder: string, source: string, origin: Origin): Promise<void> {
  const wanted = missing(search);
  const faults: string[] = [];
  const absent: string[] = [];
  for (const file of wanted) {
    const names = [];
    for (const name of [`${file}.gz`, file]) if (await isFile(path.join(folder, name))) names.push(name);
    if (names.length === 0) absent.push(file);
    for (const name of names) {
      if (search.found.has(file)) break;
      await accept(search, file, path.join(folder, name), origin).catch((error: unknown) => {
        faults.push(messageOf(error));
      });
    }
  }
  if (absent.length > 0)
    faults.push(
      absent.length === Object.keys(search.dataset.files).length ? 'no files there' : `no ${absent.join(', ')} there`,
    );
  if (faults.length > 0) search.failures.push({ source, reason: faults.join('; ') });
}

async function fromAddress(search: Search, address: string): Promise<void> {
  try {
    for (const file of missing(search)) {
      const temporary = path.join(search.cache, `${file}.gz.${processMark()}-${randomBytes(6).toString('hex')}.part`);
      try {
        await download(search, `${address}${file}.gz`, file, temporary);
        await accept(search, file, temporary, 'fetched');
      } finally {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    }
  } catch (error) {
    throwDiskError(search, error);
    // Files that this source delivered are kept. Its other files are not tried, because each could take a time-out.
    search.failures.push({ source: address, reason: messageOf(error) });
  }
}

async function download(search: Search, url: string, file: string, target: string): Promise<void> {
  const { answerMs = ANSWER_MS, onProgress, fetch: get = fetch } = search.options;
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Error(`no answer within ${answerMs / 1000} s`));
  let timer = setTimeout(abort, answerMs);
  try {
    const response = await get(url, { signal: controller.signal });
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
    const totalBytes = Number(response.headers.get('content-length')) || null;
    let doneBytes = 0;
    const watch = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(abort, answerMs);
        doneBytes += chunk.length;
        if (doneBytes > MAX_DOWNLOAD_BYTES) {
          done(new Error(`${url} sent more than ${MAX_DOWNLOAD_BYTES} bytes`));
          return;
        }
        onProgress?.({ file, source: url, doneBytes, totalBytes });
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, watch, createWriteStream(target), { signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    if (diskReason(error)) throw error;
    // fetch says only 'fetch failed'; its cause has the reason.
    const cause = error instanceof Error && error.cause ? `: ${messageOf(error.cause)}` : '';
    throw new Error(`${messageOf(error)}${cause}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function fromDebian(search: Search): Promise<void> {
  if (missing(search).length === 0) return;
  const { debianPackage } = search.dataset;
  const source = `apt-get download ${debianPackage}`;
  const { run = runProgram, isRoot = process.getuid?.() === 0, onProgress } = search.options;
  let folder: string | undefined;
  try {
    folder = await mkdtemp(path.join(search.cache, `apt-${processMark()}-`));
    const workFolder = folder;
    onProgress?.({ file: debianPackage, source, doneBytes: 0, totalBytes: null });
    const fetchPackage = (): Promise<void> => run('apt-get', [...APT_OPTIONS, 'download', debianPackage], workFolder);
    await fetchPackage().catch(async (error: unknown) => {
      // A new container has no package lists; only root can fetch them.
      if (!isRoot) throw error;
      await run('apt-get', [...APT_OPTIONS, 'update'], workFolder);
      await fetchPackage();
    });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    if (!archive) throw new Error('apt-get downloaded no package');
    await run('dpkg-deb', ['-x', archive, 'unpacked'], folder);
    const unpacked = path.join(folder, 'unpacked', search.dataset.systemFolder);
    for (const file of missing(search)) await accept(search, file, path.join(unpacked, `${file}.gz`), 'fetched');
  } catch (error) {
    throwDiskError(search, error);
    search.failures.push({ source, reason: messageOf(error) });
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Every further source would fail at a cache that cannot be written to. */
function throwDiskError(search: Search, error: unknown): void {
  const fault = cacheFault(search.cache, error);
  if (fault) throw fault;
}

async function runProgram(program: string, args: readonly string[], folder: string): Promise<void> {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const end = await runChild([program, ...args], { cwd: folder, env, timeoutSeconds: PROGRAM_SECONDS });
  if (end.code === 0) return;
  if (end.startError?.code === 'ENOENT') throw new Error(`the program ${program} is not installed`);
  const lines = end.stderr.split('\n').filter((line) => line.startsWith('E:') || line.includes('error'));
  throw new Error(`${program} failed: ${lines.join(' ') || describeEnd(end)}`);
}

/** Where a file comes from: its place in the cache, a download into the cache, or a folder that must not be changed. */
type Origin = 'cached' | 'fetched' | 'foreign';

/** Accepts a file if its checksum is right. A wrong file in the cache or from a download is renamed. */
async function accept(search: Search, file: string, location: string, origin: Origin): Promise<void> {
  const place = path.join(search.cache, `${file}.gz`);
  const stored = await readFile(location);
  const expected = search.dataset.files[file]!;
  let fault: string;
  try {
    const bytes = decompress(stored, location);
    const found = sha256Of(bytes);
    if (found === expected) {
      if (origin === 'fetched') await rename(location, place);
      search.found.set(file, bytes);
      return;
    }
    fault = `wrong file: ${location}: found SHA-256 ${found}, expected ${expected}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fault = error.message;
  }
  if (origin === 'foreign') throw new UserError(`${fault}; the file was not used and not changed`);
  const aside = `${place}.rejected-${sha256Of(stored).slice(0, 8)}`;
  const isMoved = await rename(location, aside).then(
    () => true,
    () => false,
  );
  throw new UserError(`${fault}; ${isMoved ? `renamed to ${aside}` : 'it could not be renamed'}`);
}

function notFound(search: Search): UserError {
  const { dataset } = search;
  const tried = search.failures.map(({ source, reason }) => `  - ${source}: ${reason}`);
  return new UserError(
    [
      `no source has ${missing(search).join(', ')} of ${dataset.name}; tried in this order:`,
      ...tried,
      `Put the four files (${Object.keys(dataset.files).join(', ')}; plain or .gz) into a folder and pass it: --dataset DIR`,
    ].join('\n'),
  );
}

/** Removes what killed processes have left. Errors are ignored, because nothing depends on it. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!(name.endsWith('.part') || name.startsWith('apt-')) || ownerOf(name) !== 'ended') continue;
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Computes the SHA-256 of bytes, as 64 lower-case hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function isFile(location: string): Promise<boolean> {
  return stat(location).then(
    (status) => status.isFile(),
    () => false,
  );
}
