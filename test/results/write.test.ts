import { mkdir, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { processMark } from '../../src/base/process-mark.ts';
import { readRecord } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-write-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Makes one method of every file handle fail as a system call does. */
async function failAt(method: 'writeFile' | 'sync', code: string) {
  const handle = await open(folder, 'r');
  const error = Object.assign(new Error(`${code}: from the test`), { code });
  vi.spyOn(Object.getPrototypeOf(handle), method).mockRejectedValue(error);
  await handle.close();
}

test('writes records that can be read again, in folders that it creates', async () => {
  const file = path.join(folder, 'machine', 'commit', 'cnn-s0.json');
  for (const record of [makeRecord(), makeFailedRecord()]) {
    await writeRecord(file, record);
    expect(await readRecord(file)).toEqual(record);
  }
  expect(await readdir(path.dirname(file))).toEqual(['cnn-s0.json']);
});

test('keeps numbers unrounded', async () => {
  const file = path.join(folder, 'a.json');
  await writeRecord(file, makeRecord({ trainSeconds: 0.1 + 0.2 }));
  expect((await readRecord(file)).timing).toMatchObject({ trainSeconds: 0.30000000000000004 });
});

test('writes nothing when the record is invalid', async () => {
  const file = path.join(folder, 'a.json');
  await expect(writeRecord(file, { ...makeRecord(), seed: Number.NaN })).rejects.toThrow(
    /^invalid record of cnn: seed: /,
  );
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['while it writes', 'writeFile', 'ENOSPC', 'the disk is full'],
  ['while it flushes', 'sync', 'ENOSPC', 'the disk is full'],
  ['on a quota', 'sync', 'EDQUOT', 'the quota is used up'],
] as const)('leaves the old record and nothing else when the disk is full: %s', async (_, method, code, message) => {
  const file = path.join(folder, 'a.json');
  const old = makeRecord({ model: 'old' });
  await writeRecord(file, old);
  await failAt(method, code);
  const failure = await writeRecord(file, makeRecord({ model: 'new' })).catch((error: unknown) => error);
  vi.restoreAllMocks();
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toBe(
    `cannot write ${file}: ${message}: free some space, then run again with --skip-existing`,
  );
  expect(await readRecord(file)).toEqual(old);
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('removes temporary files of a process that has ended, whatever their age, and nothing else', async () => {
  // No process has the largest id.
  const ended = `.${processMark().replace(/-\d+-\d+$/, '-4194304-1')}-1.tmp`;
  const running = `.${processMark()}-1.tmp`;
  const elsewhere = '.00000000-1-1-1.tmp';
  for (const name of [ended, running, elsewhere, '.notes.tmp', 'b.json']) {
    await writeFile(path.join(folder, name), 'half a rec');
    // A clock that was in 1970 when they were written.
    await utimes(path.join(folder, name), 1, 1);
  }
  await writeRecord(path.join(folder, 'a.json'), makeRecord());
  expect((await readdir(folder)).sort()).toEqual([running, elsewhere, '.notes.tmp', 'a.json', 'b.json'].sort());
});

test('throws other errors unchanged', async () => {
  await failAt('sync', 'EIO');
  await expect(writeRecord(path.join(folder, 'a.json'), makeRecord())).rejects.toThrow('EIO: from the test');
});

test('reports a file in the place of a folder, and a folder in the place of the record', async () => {
  await writeFile(path.join(folder, 'machine'), '');
  await expect(writeRecord(path.join(folder, 'machine', 'a.json'), makeRecord())).rejects.toThrow(
    'a file is in the place of a folder: choose another folder with --out',
  );
  await mkdir(path.join(folder, 'a.json'));
  await expect(writeRecord(path.join(folder, 'a.json'), makeRecord())).rejects.toThrow(UserError);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'machine']);
});

test('leaves the file complete at every moment while several processes write it', async () => {
  const file = path.join(folder, 'a.json');
  const records: FitRecord[] = Array.from({ length: 12 }, (_, seed) => makeRecord({ seed }));
  await writeRecord(file, records[0]!);
  const writing = Promise.all(records.map((record) => writeRecord(file, record)));
  let isDone = false;
  const done = writing.then(() => {
    isDone = true;
  });
  do {
    const seen = await readRecord(file);
    expect(seen).toEqual(records[seen.seed]);
  } while (!isDone);
  await done;
  expect(await readdir(folder)).toEqual(['a.json']);
  expect(await readFile(file, 'utf8')).toMatch(/\}\n$/);
});
