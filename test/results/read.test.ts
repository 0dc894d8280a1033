import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { recordPath } from '../../src/results/path.ts';
import { readExistingRecord, readRecord, readRecords } from '../../src/results/read.ts';
import { SCHEMA_VERSION } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-read-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('finds records at any depth, sorted by path', async () => {
  const records = [
    makeRecord({ machine: 'a', model: 'knn' }),
    makeFailedRecord({ machine: 'a', model: 'svm' }),
    makeRecord({ machine: 'b', model: 'cnn' }),
  ];
  for (const record of records.toReversed()) await writeRecord(recordPath(folder, record), record);
  expect(await readRecords(folder)).toEqual({
    records: records.map((record) => ({ file: recordPath(folder, record), record })),
    problems: [],
  });
});

test('reports each invalid file and reads the others', async () => {
  const good = path.join(folder, 'good.json');
  await writeRecord(good, makeRecord());
  const text = await readFile(good, 'utf8');
  const bad: Record<string, [content: string, message: string]> = {
    'cut.json': [text.slice(0, text.length / 2), 'not JSON, or truncated'],
    'empty.json': ['', 'the file is empty'],
    'newer.json': [
      '{"schemaVersion": 99}',
      `schema version 99 is newer than ${SCHEMA_VERSION}, the latest known here; update Fitting Room`,
    ],
    'other.json': ['{"name": "a package"}', 'status: Invalid discriminator value'],
    'seed.json': [text.replace('"seed": 0', '"seed": -1'), 'seed: Too small: expected number to be >=0'],
  };
  for (const [name, [content]] of Object.entries(bad)) await writeFile(path.join(folder, name), content);
  const { records, problems } = await readRecords(folder);
  expect(records.map(({ file }) => file)).toEqual([good]);
  expect(problems.map(({ file }) => path.relative(folder, file))).toEqual(Object.keys(bad));
  for (const [i, [, message]] of Object.values(bad).entries()) expect(problems[i]!.message).toContain(message);
});

test('does not read the temporary file of a killed process', async () => {
  await writeFile(path.join(folder, '.0b9c.tmp'), '{"schemaVer');
  await writeFile(path.join(folder, 'README.md'), 'results');
  expect(await readRecords(folder)).toEqual({ records: [], problems: [] });
});

test('leaves out folders whose name starts with a dot, except the given one', async () => {
  const hidden = path.join(folder, '.baselines', 'good');
  const file = path.join(hidden, 'sub', 'a.json');
  await writeRecord(file, makeRecord());
  expect((await readRecords(folder)).records).toEqual([]);
  expect((await readRecords(hidden)).records.map((one) => one.file)).toEqual([file]);
});

test('reports a missing folder', async () => {
  const missing = path.join(folder, 'missing');
  const failure = await readRecords(missing).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toBe(
    `cannot read records: ${missing}: no such folder (npm run bench makes records)`,
  );
});

test('names the file of a single record that cannot be read', async () => {
  const file = path.join(folder, 'a.json');
  await expect(readRecord(file)).rejects.toThrow(`unreadable record: ${file}: no such file`);
  await writeFile(file, '{');
  await expect(readRecord(file)).rejects.toThrow(`unreadable record: ${file}: not JSON, or truncated`);
  await expect(readRecord(file)).rejects.toBeInstanceOf(UserError);
});

test('reads a record if there is one, and does not hide one that cannot be read', async () => {
  const file = path.join(folder, 'a.json');
  expect(await readExistingRecord(file)).toBeNull();
  await writeFile(file, JSON.stringify({ ...makeRecord(), seed: -1 }));
  await expect(readExistingRecord(file)).rejects.toThrow(`unreadable record: ${file}: seed: `);
});
