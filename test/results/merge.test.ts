import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type MergePlan, planMerge, type RecordFolder } from '../../src/results/merge.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

/** A folder as bench would write it. */
function folder(name: string, ...records: (FitRecord | [FitRecord, variant: string])[]): RecordFolder {
  const entries = records.map((item) => {
    const [record, variant] = Array.isArray(item) ? item : [item, undefined];
    return { file: recordPath(name, { ...record, variant }), record };
  });
  return { name, entries };
}

const merge = (present: RecordFolder, incoming: RecordFolder[], machine?: string): MergePlan =>
  planMerge(present, incoming, { out: 'results', machine });
const empty = folder('results');
const namesOf = (plan: MergePlan): string[] => plan.writes.map(({ file }) => path.basename(file));

const early = '2026-01-02T01:00:00Z';
const late = '2026-01-02T02:00:00Z';
const withMachine = (record: FitRecord, machine: Partial<FitRecord['machine']>): FitRecord => ({
  ...record,
  machine: { ...record.machine, ...machine },
});
const withData = (record: FitRecord, dataset: Partial<FitRecord['dataset']>): FitRecord => ({
  ...record,
  dataset: { ...record.dataset, ...dataset },
});

describe('the places of records', () => {
  it('joins shards by machine and commit', () => {
    const other = makeRecord({ model: 'mlp', machine: 'other' });
    const dirty = makeRecord({ model: 'svm' });
    const plan = merge(empty, [
      folder('one', makeRecord(), makeFailedRecord({ model: 'knn' })),
      folder('two', other, { ...dirty, git: { ...dirty.git!, dirty: true } }),
    ]);
    expect(plan.writes.map(({ file }) => file.replaceAll(path.sep, '/'))).toEqual([
      'results/test-machine/01234567/cnn-s0.json',
      'results/test-machine/01234567/knn-s0.json',
      'results/other/01234567/mlp-s0.json',
      'results/test-machine/01234567-dirty/svm-s0.json',
    ]);
    expect(plan.sources).toMatchObject([
      {
        folder: 'one',
        machine: 'test-machine',
        commit: '01234567',
        fits: 2,
        unfinished: 1,
        added: 2,
        same: 0,
        superseded: 0,
      },
      { folder: 'two', machine: 'other', commit: '01234567', fits: 1, unfinished: 0, added: 1, same: 0, superseded: 0 },
      {
        folder: 'two',
        machine: 'test-machine',
        commit: '01234567-dirty',
        fits: 1,
        unfinished: 0,
        added: 1,
        same: 0,
        superseded: 0,
      },
    ]);
  });

  it('keeps variants and repeats apart, wherever in a folder they are', () => {
    const again = makeRecord({ repeat: 2, startedAt: late });
    const { entries } = folder('one', makeRecord(), [makeRecord(), 'quick'], again, [again, 'quick']);
    const moved = entries.map(({ file, record }) => ({ record, file: path.join('one', 'deep', path.basename(file)) }));
    expect(namesOf(merge(empty, [{ name: 'one', entries: moved }]))).toEqual([
      'cnn-s0.json',
      'cnn-s0-quick.json',
      'cnn-s0-r2.json',
      'cnn-s0-quick-r2.json',
    ]);
  });

  it.each(['mlp-s0.json', 'cnn-s1.json', 'cnn-s01.json', 'copy of cnn-s0.json'])(
    'leaves a fit named %s out',
    (name) => {
      const plan = merge(empty, [{ name: 'one', entries: [{ file: `one/${name}`, record: makeRecord() }] }]);
      expect(plan.writes).toEqual([]);
      expect(plan.problems).toEqual([{ file: `one/${name}`, message: 'the file name does not match the record' }]);
    },
  );

  it('leaves out a repeat whose file name does not say so, because it would replace the first', () => {
    const record = makeRecord({ repeat: 2 });
    const plan = merge(empty, [{ name: 'one', entries: [{ file: 'one/cnn-s0.json', record }] }]);
    expect(plan.problems).toHaveLength(1);
  });

  it('gives incoming records the machine id that the user names', () => {
    const shards = [
      folder('one', makeRecord({ machine: 'runner-1' })),
      folder('two', makeRecord({ model: 'mlp', machine: 'runner-2' })),
    ];
    const plan = merge(empty, shards, 'pool');
    expect(plan.writes.map(({ record }) => record.machine.id)).toEqual(['pool', 'pool']);
    expect(plan.writes.map(({ file }) => file.split(path.sep)[1])).toEqual(['pool', 'pool']);
  });
});

describe('the same fit twice', () => {
  it('is kept once when both are the same', () => {
    const plan = merge(empty, [folder('one', makeRecord()), folder('two', makeRecord())]);
    expect(namesOf(plan)).toEqual(['cnn-s0.json']);
    expect(plan.sources.map(({ added, same }) => [added, same])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(plan.conflicts).toEqual([]);
  });

  it('is kept as two repeats when both finished, the older first, whichever folder comes first', () => {
    const [older, newer] = [makeRecord({ startedAt: early }), makeRecord({ startedAt: late })];
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const plan = merge(
        empty,
        order.map((record, i) => folder(`folder-${i}`, record)),
      );
      expect(new Map(plan.writes.map(({ file, record }) => [path.basename(file), record]))).toEqual(
        new Map([
          ['cnn-s0.json', older],
          ['cnn-s0-r2.json', { ...newer, repeat: 2 }],
        ]),
      );
      expect(plan.conflicts).toEqual([]);
    }
  });

  it.each([
    ['the newer of two that did not finish', makeFailedRecord({ startedAt: late })],
    ['the finished one, if the failure is older', makeRecord({ startedAt: late })],
  ])('leaves %s, whichever comes first', (_, better) => {
    const worse = makeFailedRecord({ startedAt: early });
    for (const order of [
      [better, worse],
      [worse, better],
    ]) {
      const plan = merge(
        empty,
        order.map((record, i) => folder(`folder-${i}`, record)),
      );
      expect(plan.writes.map(({ record }) => record)).toEqual([better]);
      expect(plan.conflicts).toEqual([
        {
          file: path.join('results', 'test-machine', '01234567', 'cnn-s0.json'),
          kept: { folder: `folder-${order.indexOf(better)}`, status: better.status, startedAt: better.startedAt },
          left: { folder: `folder-${order.indexOf(worse)}`, status: worse.status, startedAt: worse.startedAt },
        },
      ]);
      expect(plan.sources.map(({ added, superseded }) => added + superseded)).toEqual([1, 1]);
    }
  });

  it('never replaces a finished record by an unfinished one, and keeps a later failure next to it', () => {
    const finished = makeRecord({ startedAt: early });
    const failed = makeFailedRecord({ startedAt: late });
    const plan = merge(folder('results', finished), [folder('one', failed)]);
    expect(plan.writes).toEqual([
      { file: path.join('results', 'test-machine', '01234567', 'cnn-s0-r2.json'), record: { ...failed, repeat: 2 } },
    ]);
  });

  it('also compares with existing records, and reports those that it leaves out', () => {
    const nights = Array.from({ length: 10 }, (_, i) => {
      return makeRecord({ repeat: i + 1, startedAt: `2026-01-${10 + i}T00:00:00Z` });
    });
    expect(merge(folder('results', ...nights), [folder('one', makeRecord({ startedAt: early }))])).toMatchObject({
      writes: [],
      conflicts: [{ kept: { folder: 'results' }, left: { folder: 'one' } }],
    });
    const fresh = makeRecord({ startedAt: '2026-01-20T00:00:00Z' });
    expect(merge(folder('results', ...nights), [folder('one', fresh)])).toMatchObject({
      writes: [{ record: fresh }],
      conflicts: [{ kept: { folder: 'one' }, left: { folder: 'results', startedAt: '2026-01-10T00:00:00Z' } }],
    });
  });

  test('changes nothing when merged again', () => {
    const shards = [
      folder('one', makeRecord({ startedAt: early }), makeFailedRecord({ model: 'knn' })),
      folder('two', makeRecord({ startedAt: late })),
    ];
    const first = merge(empty, shards);
    const second = merge({ name: 'results', entries: first.writes }, shards);
    expect(second.writes).toEqual([]);
    expect(second.sources.reduce((sum, { same }) => sum + same, 0)).toBe(3);
  });
});

describe('mixed splits', () => {
  const other = (record: FitRecord) => withData(record, { splitHash: 'f'.repeat(64) });

  it('are refused, naming each folder', () => {
    const shards = [
      folder('one', makeRecord(), makeRecord({ model: 'knn' })),
      folder('two', other(makeRecord({ model: 'mlp' }))),
    ];
    expect(() => merge(empty, shards)).toThrow(
      /^mixed splits: fits of fashion-mnist on 55,000 images of fashion-mnist used different data:\n {2}split [0-9a-f]{8}: one \(2 fits\)\n {2}split ffffffff: two \(1 fit\)\n/,
    );
  });

  it('are refused when a file differs, naming it', () => {
    const { files } = makeRecord().dataset;
    const changed = withData(makeRecord({ model: 'mlp' }), {
      files: { ...files, 't10k-labels-idx1-ubyte': 'e'.repeat(64) },
    });
    expect(() => merge(folder('results', makeRecord()), [folder('two', changed)])).toThrow(
      /split [0-9a-f]{8}, t10k-labels-idx1-ubyte eeeeeeee: two \(1 fit\)/,
    );
  });

  it.each([
    ['another benchmark', { ...other(makeRecord({ model: 'mlp' })), benchmark: 'quick' }],
    ['another size', withData(other(makeRecord({ model: 'mlp' })), { train: 300 })],
    ['another commit', other(makeRecord({ model: 'mlp', commit: 'f'.repeat(40) }))],
    ['another data set', withData(other(makeRecord({ model: 'mlp' })), { name: 'kmnist' })],
  ])('are none in %s', (_, record) => {
    expect(merge(empty, [folder('one', makeRecord()), folder('two', record)]).writes).toHaveLength(2);
  });

  it('among existing records are no reason to refuse unrelated ones', () => {
    const present = folder('results', makeRecord(), other(makeRecord({ model: 'mlp' })));
    expect(merge(present, [folder('one', { ...makeRecord(), benchmark: 'quick' })]).sources).toHaveLength(1);
    expect(() => merge(present, [folder('one', makeRecord({ model: 'knn' }))])).toThrow('mixed splits');
  });
});

describe('mixed hardware', () => {
  const FAMILY = 'family 25 model 17 stepping 1, AVX-512, bf16';
  const OURS = `Example CPU 3000, ${FAMILY}`;
  const gpu = { model: 'NVIDIA H200', driver: '570', memoryBytes: 150e9 };

  it.each<[string, Partial<FitRecord['machine']>, string]>([
    ['processor', { cpu: 'Other CPU' }, `Other CPU, ${FAMILY}, 8 cores, 17.2 GB, no GPU: two (1 fit)`],
    [
      'family of processors of the same name',
      { processor: { family: 25, model: 1, instructionSets: ['AVX2'] } },
      'Example CPU 3000, family 25 model 1, AVX2, 8 cores, 17.2 GB, no GPU: two (1 fit)',
    ],
    ['cores', { cores: 1 }, `${OURS}, 1 core, 17.2 GB, no GPU: two (1 fit)`],
    ['memory', { memoryBytes: 8 * 2 ** 30 }, `${OURS}, 8 cores, 8.59 GB, no GPU: two (1 fit)`],
    ['graphics card', { gpu }, `${OURS}, 8 cores, 17.2 GB, NVIDIA H200 of 150.0 GB: two (1 fit)`],
  ])('under one machine is refused: another %s', (_, machine, described) => {
    const shards = [folder('one', makeRecord()), folder('two', withMachine(makeRecord({ model: 'mlp' }), machine))];
    expect(() => merge(empty, shards)).toThrow(
      'mixed hardware: the times of machine "test-machine" would come from different hardware:',
    );
    expect(() => merge(empty, shards)).toThrow(described);
    expect(() => merge(empty, shards)).toThrow(`${OURS}, 8 cores, 17.2 GB, no GPU: one (1 fit)`);
  });

  it('is also refused across commits, because their times are compared', () => {
    const before = withMachine(makeRecord({ commit: 'f'.repeat(40) }), { cpu: 'Other CPU' });
    expect(() => merge(folder('results', before), [folder('one', makeRecord())])).toThrow('mixed hardware');
  });

  it('is refused when --machine would cause it', () => {
    const shards = [
      folder('one', makeRecord()),
      folder('two', withMachine(makeRecord({ model: 'mlp', machine: 'other' }), { cores: 4 })),
    ];
    expect(merge(empty, shards).writes).toHaveLength(2);
    expect(() => merge(empty, shards, 'pool')).toThrow('machine "pool"');
  });

  it('is accepted under a separate machine id', () => {
    const slow = folder('two', withMachine(makeRecord({ model: 'mlp' }), { cores: 4 }));
    expect(merge(folder('results', makeRecord()), [slow], 'four-cores').writes).toHaveLength(1);
  });

  it.each<[string, Partial<FitRecord['machine']>]>([
    ['a little memory', { memoryBytes: 16 * 2 ** 30 - 2 ** 28 }],
    ['the system', { os: 'linux 6.2' }],
    ['what an older record does not say of the processor', { processor: { instructionSets: ['AVX-512'] } }],
  ])('is not what differs in %s', (_, machine) => {
    const shards = [folder('one', makeRecord()), folder('two', withMachine(makeRecord({ model: 'mlp' }), machine))];
    expect(merge(empty, shards).writes).toHaveLength(2);
  });
});
