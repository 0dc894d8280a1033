// Unpacks a wheel into a folder of the cache. The folder is complete and verified, or it does not exist.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { messageOf, UserError } from '../../base/errors.ts';
import { processMark } from '../../base/process-mark.ts';
import type { UnpackRule } from './wheels.ts';

/** Files of an unpacked wheel: sizes in bytes by path, with slashes between folders. */
export type Manifest = Readonly<Record<string, number>>;

const MANIFEST = 'manifest.json';
/** Number of bytes between two progress reports. */
const REPORT_BYTES = 8 * 2 ** 20;

/** Options of `unpackWheel`. */
export interface UnpackOptions {
  readonly wheel: string;
  readonly rules: readonly UnpackRule[];
  /** The folder to create. It is renamed into place when it is complete. */
  readonly target: string;
  /** Called with the number of bytes written so far. */
  onBytes?(done: number): void;
}

/**
 * Unpacks selected entries of a wheel. Each is checked against the SHA-256 and the size in the wheel's RECORD and flushed to
 * the disk; then the folder is renamed into place. An existing folder is replaced.
 *
 * @returns the unpacked files
 * @throws UserError if the wheel is not a zip file, has no entry for a rule, or does not match its RECORD
 */
export async function unpackWheel({ wheel, rules, target, onBytes }: UnpackOptions): Promise<Manifest> {
  await mkdir(path.dirname(target), { recursive: true });
  // Not mkdtemp: its folders are closed to other users, whatever the umask says.
  const temporary = path.join(path.dirname(target), `work-${processMark()}-${randomUUID()}`);
  await mkdir(temporary);
  try {
    const zip = await openPromise(wheel, { autoClose: false });
    let manifest: Manifest;
    try {
      manifest = await unpackEntries(zip, rules, temporary, onBytes);
    } finally {
      zip.close();
    }
    await writeFile(path.join(temporary, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, { flush: true });
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
    return manifest;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Errors of the disk have a code; all others are caused by the archive.
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code) throw error;
    throw new UserError(
      `${wheel}: ${messageOf(error)}; the file is damaged; run the command again to download it again`,
    );
  }
}

/**
 * Reads the manifest of an unpacked wheel and checks the size of each file.
 *
 * @param folder the unpacked wheel
 * @returns null if the folder is missing or incomplete, or a file has another size
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    const manifest: Manifest = JSON.parse(await readFile(path.join(folder, MANIFEST), 'utf8'));
    for (const [file, bytes] of Object.entries(manifest)) {
      if ((await stat(path.join(folder, file))).size !== bytes) return null;
    }
    return manifest;
  } catch {
    return null;
  }
}

/**
 * Computes the SHA-256 of a file.
 *
 * @returns 64 hexadecimal digits
 */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}

async function unpackEntries(
  zip: ZipFile,
  rules: readonly UnpackRule[],
  folder: string,
  onBytes: UnpackOptions['onBytes'],
): Promise<Manifest> {
  const chosen: { entry: Entry; to: string }[] = [];
  const unused = new Set(rules);
  let recordEntry: Entry | undefined;
  for await (const entry of zip.eachEntry()) {
    if (/^[^/]+\.dist-info\/RECORD$/.test(entry.fileName)) recordEntry = entry;
    const rule = rules.find(({ from }) => from.test(entry.fileName));
    if (!rule) continue;
    unused.delete(rule);
    chosen.push({ entry, to: entry.fileName.replace(rule.from, rule.to) });
  }
  if (!recordEntry) throw new Error('it has no RECORD, so it is not a wheel');
  for (const { from } of unused) throw new Error(`no entry matches ${from.source}`);

  const record = parseRecord((await readAll(zip, recordEntry)).toString('utf8'));
  const manifest: Record<string, number> = {};
  let done = 0;
  let reported = 0;
  for (const { entry, to } of chosen) {
    const expected = record.get(entry.fileName);
    if (!expected) throw new Error(`${entry.fileName} is not in its RECORD`);
    const found = await extract(zip, entry, path.join(folder, to), (bytes) => {
      done += bytes;
      if (done - reported < REPORT_BYTES) return;
      reported = done;
      onBytes?.(done);
    });
    if (found.sha256 !== expected.sha256 || found.bytes !== expected.bytes) {
      throw new Error(
        `${entry.fileName} has ${found.bytes} bytes and SHA-256 ${found.sha256}; ` +
          `its RECORD says ${expected.bytes} and ${expected.sha256}`,
      );
    }
    manifest[to] = found.bytes;
  }
  onBytes?.(done);
  return manifest;
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  file: string,
  onChunk: (bytes: number) => void,
): Promise<{ sha256: string; bytes: number }> {
  await mkdir(path.dirname(file), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      bytes += chunk.length;
      onChunk(chunk.length);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  // RECORD writes digests in URL-safe base64 without padding.
  return { sha256: hash.digest('base64url'), bytes };
}

async function readAll(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Reads a wheel's RECORD: lines of `name,sha256=digest,bytes`.
 *
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 * @returns digest (URL-safe base64, no padding) and size by name, without entries that have no digest
 */
export function parseRecord(text: string): Map<string, { sha256: string; bytes: number }> {
  const record = new Map<string, { sha256: string; bytes: number }>();
  for (const line of text.split(/\r?\n/)) {
    // A name with commas is quoted; the last two fields have none.
    const match = /^(.*),sha256=([\w-]+),(\d+)$/.exec(line);
    if (!match) continue;
    const name = match[1]!.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
    record.set(name, { sha256: match[2]!, bytes: Number(match[3]) });
  }
  return record;
}

/** Flushes a folder to the disk, so that a rename survives a power failure. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
