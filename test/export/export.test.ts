import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { splitDataset } from '../../src/data/split.ts';
import { toCsv } from '../../src/export/csv.ts';
import { toParquet } from '../../src/export/parquet.ts';
import { longTable, wideTable } from '../../src/export/record-tables.ts';
import type { Table } from '../../src/export/table.ts';
import { testLabels } from '../../src/export/test-labels.ts';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import { readRecords, type StoredRecord } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { expectSafe, run } from '../cli/every-command.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const KEPT = path.join(import.meta.dirname, '..', 'fixtures', 'kept-records');
const stored = (record: FitRecord, file = 'a.json'): StoredRecord => ({ file, record });
const column = ({ columns, rows }: Table, name: string) => {
  const at = columns.findIndex((one) => one.name === name);
  expect(at, name).toBeGreaterThanOrEqual(0);
  return rows.map((row) => row[at]);
};

describe('the wide table', () => {
  it('has a row for each record of every schema version, all with a repeat', async () => {
    const { records } = await readRecords(KEPT);
    const versions = await Promise.all(records.map(async ({ file }) => JSON.parse(await readFile(file, 'utf8'))));
    expect(new Set(versions.map(({ schemaVersion }) => schemaVersion)).size).toBeGreaterThan(2);
    const table = wideTable(records);
    expect(table.rows).toHaveLength(records.length);
    expect(column(table, 'repeat').every((repeat) => Number.isInteger(repeat))).toBe(true);
  });

  it('has a column for each metric, and nulls where a fit did not finish', () => {
    const record = makeRecord();
    const table = wideTable([stored(record), stored(makeFailedRecord({ model: 'knn' }))]);
    expect(column(table, 'accuracy')).toEqual([record.metrics.accuracy, null]);
    expect(column(table, 'fitSeconds')).toEqual([record.timing.trainSeconds, null]);
    expect(column(table, 'peakRssBytes')).toEqual([record.resources.peakRssBytes, null]);
    expect(column(table, 'status')).toEqual(['ok', 'failed']);
    expect(column(table, 'commit')).toEqual([record.git!.commit, record.git!.commit]);
    for (const { key } of allMetrics) expect(table.columns.map(({ name }) => name)).toContain(key);
    expect(new Set(table.columns.map(({ name }) => name)).size).toBe(table.columns.length);
  });
});

it('the long table has a row for each metric of a finished record, with its unit', () => {
  const record = makeRecord();
  const table = longTable([stored(record), stored(makeFailedRecord({ model: 'knn' }))]);
  const rows = column(table, 'metric').map((metric, i) => [
    metric,
    column(table, 'unit')[i],
    column(table, 'value')[i],
  ]);
  expect(rows).toContainEqual(['fitSeconds', 'seconds', record.timing.trainSeconds]);
  expect(rows).toContainEqual(['accuracy', 'fraction', record.metrics.accuracy]);
  expect(new Set(column(table, 'model'))).toEqual(new Set(['cnn']));
});

describe('formats', () => {
  const table: Table = {
    columns: [
      { name: 'name', type: 'text' },
      { name: 'share', type: 'number' },
      { name: 'count', type: 'integer' },
      { name: 'isSo', type: 'boolean' },
      { name: 'at', type: 'time' },
    ],
    rows: [
      ['a "b", c\u001b', 0.1 + 0.2, 2 ** 40, true, '2026-01-02T03:04:05.678Z'],
      [null, null, null, null, null],
    ],
  };

  it('CSV quotes texts, keeps all digits, and leaves missing values empty', () => {
    expect(toCsv(table)).toBe(
      'name,share,count,isSo,at\n"a ""b"", c\\u001b",0.30000000000000004,1099511627776,true,2026-01-02T03:04:05.678Z\n,,,,\n',
    );
  });

  it('Parquet has the same values, typed', async () => {
    const bytes = toParquet(table);
    const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
    expect(rows).toEqual([
      {
        name: 'a "b", c\u001b',
        share: 0.1 + 0.2,
        count: BigInt(2 ** 40),
        isSo: true,
        at: new Date('2026-01-02T03:04:05.678Z'),
      },
      { name: null, share: null, count: null, isSo: null, at: null },
    ]);
  });
});

describe('the test labels of a split', () => {
  const dataset = twoClassDataset(40);
  const facts = (options: Parameters<typeof splitDataset>[1], files = dataset.files) => {
    const split = splitDataset(dataset, options);
    const { splitHash, train, validation, test } = split;
    const counts = { train: train.length, validation: validation.length, test: test.length };
    return { split, facts: { ...makeRecord().dataset, name: dataset.name, files: { ...files }, splitHash, ...counts } };
  };

  it.each([
    ['a whole one', {}],
    ['one without validation images', { validation: 0 }],
    ['one of a limited run', { validation: 4, limit: 8 }],
    ['one of a quick run, with a part of the test images', { validation: 4, limit: 8, testLimit: 10 }],
  ])('are those that a fit was scored on: %s', (_, options) => {
    const { split, facts: of } = facts(options);
    const table = testLabels(of, dataset);
    expect(column(table, 'testIndex')).toEqual([...split.test]);
    expect(column(table, 'label')).toEqual([...split.test].map((index) => dataset.test.labels[index]));
    expect(column(table, 'position')).toEqual([...split.test.keys()]);
  });

  it('of other files are refused, naming the files', () => {
    const [file] = Object.keys(dataset.files);
    const { facts: of } = facts({}, { ...dataset.files, [file!]: 'f'.repeat(64) });
    const other = { ...of, splitHash: 'f'.repeat(64) };
    expect(() => testLabels(other, dataset)).toThrow(`these files differ: ${file}`);
  });
});

describe('npm run export', () => {
  it('results prints CSV and exits with 0', async () => {
    const { out, code } = await run('export', 'results', '--results', KEPT);
    expect(out).toMatch(/^file,benchmark,model,/);
    expect(code).toBe(0);
  });

  it('results writes Parquet to a file', async () => {
    const file = path.join(await temporaryFolder(), 'a.parquet');
    const printed = await run('export', 'results', '--results', KEPT, '--format', 'parquet', '--out', file);
    expect(printed.err).toMatch(/wrote \d+ rows to/);
    expect((await readFile(file)).subarray(0, 4).toString()).toBe('PAR1');
  });

  it.each([
    [['results', '--format', 'parquet'], '--format parquet needs a file'],
    [['split', 'ffff', '--results', KEPT], 'unknown split of the records in'],
    [['split', '', '--results', KEPT], 'ambiguous split'],
    [['rslts'], "unknown command 'rslts'"],
    [['results', '--shape', 'tall'], 'Allowed choices are wide, long'],
  ])('%j is refused', async (args, message) => {
    const printed = await run('export', ...args);
    expect(printed.err).toContain(message);
    expectSafe(printed);
    expect([printed.code, printed.out]).toEqual([2, '']);
  });
});
