import { execFile, spawn } from 'node:child_process';
import { mkdir, open, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CACHE_KINDS } from '../../src/base/cache-policy.ts';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { processMark } from '../../src/base/process-mark.ts';
import { type Dataset, loadDataset } from '../../src/data/dataset.ts';
import { openSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { smallFiles, temporaryFolder, writeFiles } from '../fixtures/idx.ts';

let cache: string;
let source: string;
let dataset: Dataset;

beforeEach(async () => {
  cache = await temporaryFolder();
  source = await temporaryFolder();
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
  await writeFiles(source, smallFiles());
  dataset = await loadDataset(source);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function splitsOnDisk(): Promise<string[]> {
  return readdir(path.join(cache, 'splits'));
}

describe('a prepared split', () => {
  it('returns the images of its index lists, in shared memory', async () => {
    const split = splitDataset(dataset, { validation: 3 });
    const prepared = await prepareSplit(dataset, split);
    const images = await openSplit(JSON.parse(JSON.stringify(prepared)));
    expect(prepared.counts).toEqual({ train: 9, validation: 3, test: 6 });
    for (const part of ['train', 'validation', 'test'] as const) {
      // All bytes of the fixture's image i are 10 x i, and its label is i modulo 3.
      const expected = Array.from(split[part]).flatMap((i) => Array<number>(20).fill(10 * i));
      expect(Array.from(images[part].bytes)).toEqual(expected);
      expect(Array.from(images[part].labels)).toEqual(Array.from(split[part], (i) => i % 3));
      expect(Array.from(images[part].pixels)).toEqual(expected.map((byte) => Math.fround(byte / 255)));
      expect(images[part].shape).toEqual({ height: 5, width: 4, channels: 1 });
      expect(images[part].bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(images[part].labels.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it('may have no validation images', async () => {
    const images = await openSplit(await prepareSplit(dataset, splitDataset(dataset, { validation: 0 })));
    expect([images.train.count, images.validation.count, images.validation.pixels.length]).toEqual([12, 0, 0]);
  });

  it('is written once', async () => {
    const split = splitDataset(dataset);
    const prepared = await prepareSplit(dataset, split);
    const before = await stat(path.join(prepared.folder, 'train.bytes'));
    expect(await prepareSplit(dataset, split)).toEqual(prepared);
    expect((await stat(path.join(prepared.folder, 'train.bytes'))).ino).toBe(before.ino);
    expect(await splitsOnDisk()).toEqual([split.splitHash]);
  });

  it('is complete if several callers prepare it at once', async () => {
    const split = splitDataset(dataset);
    const all = await Promise.all(Array.from({ length: 5 }, () => prepareSplit(dataset, split)));
    for (const prepared of all) expect((await openSplit(prepared)).train.count).toBe(split.train.length);
    expect(await splitsOnDisk()).toEqual([split.splitHash]);
  });

  it('is complete if two processes prepare it at once', async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const script = `
      import { loadDataset } from '${root}/src/data/dataset.ts';
      import { splitDataset } from '${root}/src/data/split.ts';
      import { openSplit, prepareSplit } from '${root}/src/data/prepared.ts';
      const dataset = await loadDataset(${JSON.stringify(source)});
      const images = await openSplit(await prepareSplit(dataset, splitDataset(dataset, { validation: 3 })));
      console.log(images.train.labels.join(''));`;
    const start = () =>
      promisify(execFile)(process.execPath, ['--import', TYPESCRIPT, '--input-type=module', '--eval', script], {
        cwd: root,
      });
    const outputs = (await Promise.all([start(), start()])).map(({ stdout }) => stdout.trim());
    const split = splitDataset(dataset, { validation: 3 });
    const expected = Array.from(split.train, (i) => i % 3).join('');
    expect(outputs).toEqual([expected, expected]);
    expect(await splitsOnDisk()).toEqual([split.splitHash]);
  });

  it('is rejected if damaged, and written again by the next preparation', async () => {
    const split = splitDataset(dataset);
    const prepared = await prepareSplit(dataset, split);
    await truncate(path.join(prepared.folder, 'train.bytes'), 7);
    await expect(openSplit(prepared)).rejects.toThrow(/damaged split: .*train\.bytes: found 7 bytes, expected/);
    await prepareSplit(dataset, split);
    expect((await openSplit(prepared)).train.count).toBe(split.train.length);
    expect(await splitsOnDisk()).toEqual([split.splitHash]);
  });

  it.each([
    ['ENOSPC', 'the disk is full', 'writeFile'],
    ['ENOSPC', 'the disk is full', 'sync'],
    ['EROFS', 'the file system is read-only', 'writeFile'],
  ] as const)('is complete or absent if the cache cannot be written: %s, %s, at %s', async (code, reason, method) => {
    const split = splitDataset(dataset);
    const prototype = await fileHandlePrototype();
    for (let writable = 0; writable < 6; writable++) {
      let calls = 0;
      const original = prototype[method];
      const spy = vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...args: unknown[]) {
        if (calls++ < writable) return Reflect.apply(original, this, args);
        return Promise.reject(Object.assign(new Error(`${code}: from the test`), { code }));
      });
      await expect(prepareSplit(dataset, split)).rejects.toThrow(
        expect.objectContaining({
          name: 'UserError',
          message: expect.stringMatching(
            new RegExp(`cannot write to the cache, .*splits: ${reason} .*set FITTING_ROOM_CACHE to another folder`),
          ),
        }),
      );
      spy.mockRestore();
      expect(await splitsOnDisk()).toEqual([]);
    }
    expect((await openSplit(await prepareSplit(dataset, split))).train.count).toBe(split.train.length);
  });

  it('is used from a cache that cannot be written', async () => {
    const split = splitDataset(dataset);
    await prepareSplit(dataset, split);
    // Nothing can be marked as in use where a file is in the place of the folder.
    await rm(path.join(cache, 'in-use'), { recursive: true });
    await writeFiles(cache, { 'in-use': 'a file' });
    vi.spyOn(await fileHandlePrototype(), 'writeFile').mockRejectedValue(new Error('EROFS'));
    expect((await openSplit(await prepareSplit(dataset, split))).train.count).toBe(split.train.length);
  });

  it('reports the cache folder and what to do if it cannot be written', async () => {
    await writeFiles(cache, { splits: 'a file where a folder belongs' });
    await expect(prepareSplit(dataset, splitDataset(dataset))).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining('FITTING_ROOM_CACHE') }),
    );
  });
});

describe('splits beyond the limit of the cache', () => {
  it('are removed, those that were unused for longest first', async () => {
    const all = await prepareSix();
    // As if the processes that used them had ended.
    await rm(path.join(cache, 'in-use'), { recursive: true });
    await openSplit(all[0]!);
    // The others are older than this one.
    await fill(all[5]!.splitHash);
    await prepareSplit(dataset, splitDataset(dataset, { validation: 7 }));
    const kept = (await splitsOnDisk()).sort();
    expect(kept).toEqual([splitDataset(dataset, { validation: 7 }).splitHash, all[0]!.splitHash].sort());
  });

  it('are kept while the process that uses them runs, whatever the clock says', async () => {
    const other = await prepareInOtherProcess();
    // What a clock of 1970 wrote is older than everything else.
    await fill(other.hash);
    await utimes(path.join(cache, 'splits', other.hash), 1, 1);
    await prepareSix();
    expect(await splitsOnDisk()).toContain(other.hash);
    await other.end();
    await prepareSplit(dataset, splitDataset(dataset, { validation: 6 }));
    expect(await splitsOnDisk()).not.toContain(other.hash);
  });

  it('are in the order of their use while the clock is behind', async () => {
    const all = await prepareSix();
    await rm(path.join(cache, 'in-use'), { recursive: true });
    vi.spyOn(Date, 'now').mockReturnValue(0);
    await openSplit(all[0]!);
    vi.restoreAllMocks();
    await fill(all[5]!.splitHash);
    await prepareSplit(dataset, splitDataset(dataset, { validation: 7 }));
    expect(await splitsOnDisk()).toContain(all[0]!.splitHash);
    expect(await splitsOnDisk()).toHaveLength(2);
  });

  it('that a killed process was writing are removed, those of running and unknown processes are not', async () => {
    const other = await prepareInOtherProcess();
    await other.end();
    const hash = '0'.repeat(64);
    const names = [`${hash}.${other.mark}-1.part`, `${hash}.${processMark()}-1.part`, `${hash}.part`];
    for (const name of names) await mkdir(path.join(cache, 'splits', name));
    const { splitHash } = await prepareSplit(dataset, splitDataset(dataset));
    expect((await splitsOnDisk()).sort()).toEqual([names[1]!, names[2]!, other.hash, splitHash].sort());
  });

  async function prepareSix() {
    const all = [];
    for (let validation = 1; validation <= 6; validation++)
      all.push(await prepareSplit(dataset, splitDataset(dataset, { validation })));
    return all;
  }

  /** Lets a split take all space of the cache for splits: a sparse file, which needs none on the disk. */
  async function fill(name: string): Promise<void> {
    const folder = path.join(cache, 'splits', name);
    const { mtime } = await stat(folder);
    await writeFile(path.join(folder, 'large'), '');
    await truncate(path.join(folder, 'large'), CACHE_KINDS.splits.limitBytes);
    await utimes(folder, mtime, mtime);
  }
});

/** Prepares a split in a process that runs until `end` is called. */
async function prepareInOtherProcess() {
  const root = path.resolve(import.meta.dirname, '../..');
  const script = `
    import { processMark } from '${root}/src/base/process-mark.ts';
    import { loadDataset } from '${root}/src/data/dataset.ts';
    import { splitDataset } from '${root}/src/data/split.ts';
    import { prepareSplit } from '${root}/src/data/prepared.ts';
    const dataset = await loadDataset(${JSON.stringify(source)});
    const { splitHash } = await prepareSplit(dataset, splitDataset(dataset, { validation: 7 }));
    console.log(splitHash, processMark());
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, '--input-type=module', '--eval', script], {
    cwd: root,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [hash, mark] = await new Promise<string[]>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim().split(' '))),
  );
  return {
    hash: hash!,
    mark: mark!,
    end: () => new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL')),
  };
}

/** The methods of every file handle. */
async function fileHandlePrototype() {
  const handle = await open(cache, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as Record<'writeFile' | 'sync', (...args: unknown[]) => Promise<unknown>>;
}
