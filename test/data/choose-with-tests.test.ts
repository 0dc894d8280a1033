// Records are chosen together with their test images; those that disagree with the true classes are left out.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseWithTests, compareWithTests } from '../../src/data/choose-with-tests.ts';
import { decodeLabels, encodeLabels } from '../../src/results/encode.ts';
import type { RecordProblem, StoredRecord } from '../../src/results/read.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { latestRecords } from '../../src/results/select.ts';
import { makeFailedRecord, makeRecord, makeTruth } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTests } from '../report/images.ts';

beforeEach(async () => {
  const cache = await temporaryFolder();
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
  const { splitHash, shape, test: images } = makeRecord().dataset;
  const split = path.join(cache, 'splits', splitHash);
  await mkdir(split, { recursive: true });
  await writeFile(path.join(split, 'test.bytes'), new Uint8Array(images * shape.height * shape.width));
  await writeFile(path.join(split, 'test.labels'), makeTruth());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function swapped(record: FinishedRecord): FinishedRecord {
  const labels = decodeLabels(record.predictions);
  [labels[0], labels[1]] = [labels[1]!, labels[0]!];
  return { ...record, predictions: encodeLabels(labels) };
}

const on = (day: number) => ({ startedAt: `2026-01-0${day}T00:00:00Z` });
const stored = (record: StoredRecord['record'], i: number): StoredRecord => ({ file: `${i}.json`, record });
/** Chooses the newest record. */
const newest = (problems: RecordProblem[]) => ({
  choose: (entries: readonly StoredRecord[]) => latestRecords(entries).map(({ record }) => record),
  recordsOf: (records: readonly StoredRecord['record'][]) => records,
  leftOut: (problem: RecordProblem) => problems.push(problem),
});

test('a record that disagrees is left out, and the next one of the same fit is chosen', async () => {
  const good = makeRecord(on(1));
  const problems: RecordProblem[] = [];
  const entries = [good, swapped(makeRecord(on(3))), swapped(makeRecord(on(2)))].map(stored);
  const { chosen, tests } = await chooseWithTests(entries, newest(problems));
  expect(chosen).toEqual([good]);
  expect([...tests.keys()]).toEqual([good.dataset.splitHash]);
  expect(problems.map(({ file }) => file)).toEqual(['1.json', '2.json']);
  expect(problems[0]!.message).toMatch(/^metrics\.confusion\.0\.0: /);
});

test('failed fits, and records without test images, are not compared', async () => {
  const record = makeRecord();
  const elsewhere = { ...swapped(record), dataset: { ...record.dataset, splitHash: 'f'.repeat(64), name: 'gone' } };
  const entries = [makeFailedRecord(), elsewhere].map(stored);
  const problems: RecordProblem[] = [];
  const { chosen } = await chooseWithTests(entries, newest(problems));
  expect(chosen).toHaveLength(2);
  expect(problems).toEqual([]);
});

test('an error of the choice is thrown after the records that were left out are named', async () => {
  const problems: RecordProblem[] = [];
  const choice = {
    ...newest(problems),
    choose(entries: readonly StoredRecord[]) {
      if (entries.length === 0) throw new Error('nothing left');
      return entries.map(({ record }) => record);
    },
  };
  await expect(chooseWithTests([stored(swapped(makeRecord()), 0)], choice)).rejects.toThrow('nothing left');
  expect(problems).toHaveLength(1);
});

test('compareWithTests divides records by their agreement', () => {
  const record = makeRecord();
  const entries = [record, swapped(record)].map(stored);
  const { agreeing, problems } = compareWithTests(entries, makeTests([record]));
  expect(agreeing).toEqual([entries[0]]);
  expect(problems.map(({ file }) => file)).toEqual(['1.json']);
});
