import { execFile } from 'node:child_process';
import { readdir, stat, truncate, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
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

  it('reports the cache folder and what to do if it cannot be written', async () => {
    await writeFiles(cache, { splits: 'a file where a folder belongs' });
    await expect(prepareSplit(dataset, splitDataset(dataset))).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining('FITTING_ROOM_CACHE') }),
    );
  });
});

describe('old splits', () => {
  it('are removed if they are older than a day and not among the four latest', async () => {
    const hashes: string[] = [];
    for (let validation = 1; validation <= 6; validation++) {
      const prepared = await prepareSplit(dataset, splitDataset(dataset, { validation }));
      hashes.push(prepared.splitHash);
    }
    // Splits 1 to 5 are 2 to 6 days old. With the new one, the latest four are 6, 1, 2 and 3.
    for (let i = 0; i < 5; i++) await age(hashes[i]!, i + 2);
    await age(`${'0'.repeat(64)}.abc.part`, 3, true);
    await prepareSplit(dataset, splitDataset(dataset, { validation: 6 }));
    expect((await splitsOnDisk()).sort()).toEqual([5, 0, 1, 2].map((i) => hashes[i]!).sort());
  });

  it('are kept if they were opened within a day', async () => {
    const all = [];
    for (let validation = 1; validation <= 6; validation++)
      all.push(await prepareSplit(dataset, splitDataset(dataset, { validation })));
    for (const prepared of all) await age(prepared.splitHash, 9);
    for (const prepared of all) await openSplit(prepared);
    await prepareSplit(dataset, splitDataset(dataset, { validation: 6 }));
    expect((await splitsOnDisk()).length).toBe(6);
  });

  async function age(name: string, days: number, isMade = false): Promise<void> {
    const folder = path.join(cache, 'splits', name);
    if (isMade) await writeFiles(folder, { 'train.bytes': 'half' });
    const then = new Date(Date.now() - days * 24 * 3600_000);
    await utimes(folder, then, then);
  }
});
