// The prepared split in the cache folder: written once, then read by each fit's child process into shared memory.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { trimCache } from '../base/cache-policy.ts';
import { cacheFault, isForbidden } from '../base/disk-errors.ts';
import { messageOf, UserError } from '../base/errors.ts';
import { useInCache } from '../base/in-use.ts';
import { markLastUsed } from '../base/last-used.ts';
import { makeFolder } from '../base/make-folder.ts';
import { ownerOf, processMark } from '../base/process-mark.ts';
import type { ImageShape, LabelledImages } from '../types.ts';
import type { Dataset, DatasetPart } from './dataset.ts';
import { copyItems, createImages, imageSize, NORMALIZATION, sharedBytes } from './images.ts';
import type { Split } from './split.ts';

const TEMPORARY_SPLIT = 'fitting-room-split-';
const PARTS = ['train', 'validation', 'test'] as const;
type Part = (typeof PARTS)[number];

/** Location and description of a prepared split: plain JSON that can be sent to another process. */
export interface PreparedSplit {
  /** The data set's name. */
  readonly name: string;
  /** SHA-256 of the data set's decompressed files by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly splitHash: string;
  readonly shape: ImageShape;
  readonly classNames: readonly string[];
  /** Number of images of each part. */
  readonly counts: Readonly<Record<Part, number>>;
  /** Description of the step from bytes to pixels. */
  readonly normalization: string;
  /** Absolute path of the folder with `train.bytes`, `train.labels` and so on. */
  readonly folder: string;
}

/** The three parts of a split in memory. */
export type SplitImages = Readonly<Record<Part, LabelledImages>>;

/**
 * Writes a split into the cache, unless it is already there. It is safe if two processes do this at the same time or a
 * process is killed: the folder is renamed into place when it is complete. The split is marked as in use until this
 * process ends. Where this user may not write to the cache, the split is written to a temporary folder, which is removed when
 * this process ends. Splits beyond the limit of the cache are removed.
 *
 * @param dataset the data set
 * @param split index lists of this data set
 * @throws UserError if the disk is full, or neither cache nor temporary folder can be written to
 */
export async function prepareSplit(dataset: Dataset, split: Split): Promise<PreparedSplit> {
  const prepared: PreparedSplit = {
    name: dataset.name,
    files: dataset.files,
    splitHash: split.splitHash,
    shape: dataset.shape,
    classNames: dataset.classNames,
    counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    normalization: NORMALIZATION,
    folder: cacheFolder('splits', split.splitHash),
  };
  const parent = path.dirname(prepared.folder);
  // Before the check: from here on no other process removes it.
  await useInCache(prepared.folder);
  if (!(await isWhole(prepared))) {
    const sources = { train: dataset.train, validation: dataset.train, test: dataset.test };
    try {
      await write(prepared, sources, split);
    } catch (error) {
      const elsewhere = isForbidden(error) ? { ...prepared, folder: temporarySplitFolder() } : null;
      if (
        elsewhere &&
        (await write(elsewhere, sources, split).then(
          () => true,
          () => false,
        ))
      )
        return elsewhere;
      const fault = cacheFault(parent, error);
      if (fault) throw fault;
      const reason = `cannot write the split to ${parent}: ${messageOf(error)}`;
      throw new UserError(`${reason}; set FITTING_ROOM_CACHE to another folder`, { cause: error });
    }
  }
  await markLastUsed(prepared.folder);
  await trimCache('splits');
  return prepared;
}

/** Names a folder for a split outside of the cache. It is removed when this process ends, or by the next one like it. */
function temporarySplitFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(TEMPORARY_SPLIT) && ownerOf(name) === 'ended') removeNow(path.join(tmpdir(), name));
  }
  const folder = path.join(tmpdir(), `${TEMPORARY_SPLIT}${processMark()}-${randomBytes(6).toString('hex')}`);
  process.once('exit', () => removeNow(folder));
  return folder;
}

function removeNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // That of another user.
  }
}

/**
 * Reads a prepared split into shared memory. Pixels are computed on first use.
 *
 * @param prepared the result of `prepareSplit`, in this or another process
 * @throws Error if a file is missing or has an unexpected length
 */
export async function openSplit(prepared: PreparedSplit): Promise<SplitImages> {
  await markLastUsed(prepared.folder);
  const [train, validation, test] = await Promise.all(PARTS.map((part) => openPart(prepared, part)));
  return { train: train!, validation: validation!, test: test! };
}

/**
 * Reads the test part of a prepared split.
 *
 * @param folder folder of the split
 * @param shape size of one image
 * @param count number of test images
 * @throws Error if a file is missing or has an unexpected length
 */
export async function openTestPart(folder: string, shape: ImageShape, count: number): Promise<LabelledImages> {
  return openPart({ folder, shape, counts: { train: 0, validation: 0, test: count } }, 'test');
}

/** Location and sizes of the files of a split. */
type PartPlaces = Pick<PreparedSplit, 'folder' | 'shape' | 'counts'>;

/** The files of a part and their lengths in bytes. */
function filesOf(prepared: PartPlaces, part: Part): { bytes: [string, number]; labels: [string, number] } {
  const count = prepared.counts[part];
  return {
    bytes: [path.join(prepared.folder, `${part}.bytes`), count * imageSize(prepared.shape)],
    labels: [path.join(prepared.folder, `${part}.labels`), count],
  };
}

async function openPart(prepared: PartPlaces, part: Part): Promise<LabelledImages> {
  const files = filesOf(prepared, part);
  const [bytes, labels] = await Promise.all([readShared(...files.bytes), readShared(...files.labels)]);
  return createImages(bytes, labels, prepared.shape);
}

async function readShared(file: string, length: number): Promise<Uint8Array> {
  const bytes = sharedBytes(length);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size !== length) {
      throw new Error(
        `damaged split: ${file}: found ${size} bytes, expected ${length}; remove its folder and run again`,
      );
    }
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, done);
      if (bytesRead === 0) {
        throw new Error(
          `damaged split: ${file}: ends at ${done} bytes, expected ${length}; remove its folder and run again`,
        );
      }
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

async function isWhole(prepared: PreparedSplit): Promise<boolean> {
  for (const part of PARTS) {
    for (const [file, length] of Object.values(filesOf(prepared, part))) {
      const status = await stat(file).catch(() => undefined);
      if (status?.size !== length) return false;
    }
  }
  return true;
}

async function write(prepared: PreparedSplit, sources: Record<Part, DatasetPart>, split: Split): Promise<void> {
  const temporary = `${prepared.folder}.${processMark()}-${randomBytes(6).toString('hex')}.part`;
  const size = imageSize(prepared.shape);
  await makeFolder(temporary);
  try {
    for (const part of PARTS) {
      const files = filesOf({ ...prepared, folder: temporary }, part);
      await writeItems(files.bytes[0], sources[part].bytes, size, split[part]);
      await writeItems(files.labels[0], sources[part].labels, 1, split[part]);
    }
    await moveInto(temporary, prepared);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeItems(file: string, source: Uint8Array, size: number, indices: Uint32Array): Promise<void> {
  const items = new Uint8Array(indices.length * size);
  copyItems(source, size, indices, items);
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(items);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function moveInto(temporary: string, prepared: PreparedSplit): Promise<void> {
  try {
    await rename(temporary, prepared.folder);
  } catch (error) {
    // Another process has finished first, or the existing folder is damaged and is replaced.
    if (await isWhole(prepared)) return;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    await rm(prepared.folder, { recursive: true, force: true });
    await rename(temporary, prepared.folder);
  }
}
