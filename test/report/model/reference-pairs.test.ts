import { describe, expect, test } from 'vitest';
import type { Block } from '../../../src/document/blocks.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { finishedRows } from '../../../src/report/model/report-data.ts';
import { enginesTable, epochBlocks, pairRemarks, referencesTable } from '../../../src/report/sections/pair-tables.ts';
import type { FinishedRecord, FitRecord } from '../../../src/results/schema.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { libraryPairs, makeReferences, makeSide } from '../parts.ts';

function build(records: readonly FitRecord[]) {
  return buildReport(records, { libraryPairs });
}

function rowsOf(blocks: readonly Block[]) {
  return blocks.find((block) => block.kind === 'table')!.table.rows;
}

function compare(records: readonly FitRecord[]) {
  return build(records).comparisons[0]!;
}

describe('references', () => {
  const own = makeRecord({ model: 'knn', kind: 'traditional', trainSeconds: 77 });

  test('join the comparison of their split and machine, which keeps its times of our models', () => {
    const { comparisons } = build([own, makeRecord(), ...makeReferences()]);
    expect(comparisons).toHaveLength(1);
    const { rows, benchmark } = comparisons[0]!;
    expect(benchmark).toBe('fashion-mnist');
    expect(rows.map(({ name }) => name).sort()).toEqual([
      'cnn',
      'knn',
      'knn-other (reference)',
      'knn-scikit-learn (reference)',
    ]);
    expect(rows.find(({ name }) => name === 'knn')).toMatchObject({ fitSeconds: { median: 77 } });
  });

  test('take no rank from models', () => {
    const at = (record: FinishedRecord, accuracy: number) => ({ ...record, metrics: { ...record.metrics, accuracy } });
    const [, first, second] = makeReferences();
    const records = [at(own, 0.5), at(makeRecord(), 0.7), at(first!, 0.9), at(second!, 0.6)];
    const rows = finishedRows(build(records).comparisons[0]!);
    expect(rows.map(({ name, rank }) => [name, rank])).toEqual([
      ['knn-scikit-learn (reference)', null],
      ['cnn', 1],
      ['knn-other (reference)', null],
      ['knn', 2],
    ]);
  });

  test('are a comparison with ours of their run where no other has their split', () => {
    const elsewhere = { ...own, dataset: { ...own.dataset, splitHash: 'cd'.repeat(32) } };
    const { comparisons } = build([elsewhere, ...makeReferences()]);
    expect(comparisons.map(({ benchmark, rows, references }) => [benchmark, rows.length, references.length])).toEqual([
      ['fashion-mnist', 1, 0],
      ['references', 3, 2],
    ]);
  });

  test('join one comparison only', () => {
    const { comparisons } = build([own, makeRecord(), { ...own, benchmark: 'other' }, ...makeReferences()]);
    expect(comparisons.map(({ benchmark, references }) => [benchmark, references.length])).toEqual([
      ['fashion-mnist', 2],
      ['other', 0],
    ]);
  });

  test('of one model with other parameters are separate pairs, each with ours of the same run', () => {
    const variant = ([ours, reference]: FinishedRecord[], batchSize: number): FinishedRecord[] =>
      [ours!, reference!].map((record) => ({
        ...record,
        command: `npm run references -- --set knn.batchSize=${batchSize}`,
        model: { ...record.model, params: { batchSize } },
        timing: { ...record.timing, trainSeconds: batchSize },
      }));
    const { references, rows } = compare([own, ...variant(makeReferences(), 64), ...variant(makeReferences(), 256)]);
    // Our row has other parameters: these references would mislead next to it.
    expect(rows.map(({ name }) => name)).toEqual(['knn']);
    expect(references.map(({ ours, theirs, ratios }) => [ours.modelId, theirs.modelId, ratios.sum])).toEqual([
      ['knn (batchSize=256)', 'knn-scikit-learn', 0.5],
      ['knn (batchSize=64)', 'knn-scikit-learn', 0.5],
    ]);
  });

  test('have ratios of each round, of which the median counts', () => {
    const { references } = compare([own, ...makeReferences()]);
    const pair = references.find(({ theirs }) => theirs.modelId === 'knn-scikit-learn')!;
    // Sums 1, 4, 2 over 4, 8, 4: ratios 0.25, 0.5, 0.5. Fits 1/2, 3/4, 2/4. The third round's prediction took them no time.
    expect(pair.ratios).toEqual({ fit: 0.5, predict: null, sum: 0.5, epoch: null });
    expect(pair.ours.sumSeconds).toMatchObject({ count: 3, median: 2, min: 1, max: 4 });
    expect(pair.agreement).toBe(0.75);
    expect(referencesTable(references).table.rows.map((cells) => cells.slice(0, 5))).toEqual([
      // Sums 1, 4, 2 over 10: the median is 0.2.
      ['knn', 'engine of knn-other', '0.200', '2.00 s (1.00 to 4.00 s)', '10.0 s'],
      ['knn', 'engine of knn-scikit-learn', '0.500', '2.00 s (1.00 to 4.00 s)', '4.00 s (4.00 to 8.00 s)'],
    ]);
  });

  test('that are networks have seconds of an epoch, round by round', () => {
    const network = (record: FinishedRecord, epochSecondsOfRounds: string): FinishedRecord => ({
      ...record,
      model: { ...record.model, notes: { ...record.model.notes, epochSecondsOfRounds } },
    });
    const [ours, theirs, other] = makeReferences();
    const { references } = compare([own, network(ours!, '1 2 3'), network(theirs!, '4 4 4'), other!]);
    expect(rowsOf(epochBlocks(references))).toEqual([
      ['knn', 'engine of knn-scikit-learn', '0.500', '2.00 s (1.00 to 3.00 s)', '4.00 s'],
    ]);
  });

  test('of another run have no ratio, and the report says why', () => {
    const [ours, theirs] = makeReferences();
    const { references } = compare([own, ours!, { ...theirs!, command: 'npm run references -- --rounds 5' }]);
    expect(references[0]!.ratios).toEqual({ fit: null, predict: null, sum: null, epoch: null });
    expect(pairRemarks(references).items).toEqual([
      { name: 'knn', text: 'The two were not measured in one run, so there is no ratio.' },
    ]);
  });

  test('that failed keep their row, their pair and the reason', () => {
    const [ours] = makeReferences();
    const failed = makeFailedRecord({ model: 'knn-scikit-learn' });
    const theirs: FitRecord = {
      ...failed,
      benchmark: 'references',
      model: { ...failed.model, role: 'reference', referenceOf: 'knn' },
    };
    const { references, rows } = compare([own, ours!, theirs]);
    expect(rows.map(({ status }) => status)).toEqual(['ok', 'failed']);
    expect(referencesTable(references).table.rows[0]!.slice(2)).toEqual([
      'n/a',
      '2.00 s (1.00 to 4.00 s)',
      'n/a',
      expect.stringMatching(/^\d/),
      'n/a',
      'n/a',
      '839 MB',
      'n/a',
    ]);
    expect(pairRemarks(references).items).toEqual([
      { name: 'knn-scikit-learn', text: 'failed: loss is NaN after epoch 2' },
    ]);
  });

  test('have separate packages in the conditions, and lack none of ours', () => {
    const [ours, theirs] = makeReferences();
    const packaged = { ...theirs!, software: { ...theirs!.software, packages: { 'scikit-learn': '1.9.1' } } };
    const { conditions, differences } = compare([own, ours!, packaged]);
    expect(conditions).toContainEqual({ name: 'scikit-learn of references', value: '1.9.1' });
    expect(conditions).toContainEqual({ name: '@tensorflow/tfjs-node-gpu', value: '4.22.0' });
    expect(differences.map(({ name }) => name)).toEqual(['benchmark']);
  });
});

describe('libraryPairs', () => {
  const benchmark = 'engines';

  test('are a separate part, with ratios, agreement and what cannot be made equal', () => {
    const { comparisons, engines } = build([
      makeSide('knn', [0, 1, 2, 3], { benchmark, trainSeconds: 1, predictSeconds: 2 }),
      makeSide('knn-mljs', [0, 1, 2, 4], { benchmark, trainSeconds: 4, predictSeconds: 20 }),
    ]);
    expect(comparisons).toEqual([]);
    expect(engines).toHaveLength(1);
    const [pair] = engines[0]!.pairs;
    // 1 / 4, 2 / 20 and 3 / 24
    expect(pair!.ratios).toEqual({ fit: 0.25, predict: 0.1, sum: 0.125, epoch: 0.25 });
    expect(pair!.agreement).toBe(0.75);
    expect(pairRemarks([pair!]).items).toEqual([{ name: 'knn', text: 'The library walks a tree.' }]);
    expect(enginesTable([pair!]).table.rows[0]!.slice(0, 7)).toEqual([
      'knn',
      'engine of knn-mljs',
      '0.125',
      '0.250',
      '0.100',
      '3.00 s',
      '24.0 s',
    ]);
  });

  test('of several seeds are compared seed by seed', () => {
    const side = (model: string, seed: number, trainSeconds: number) =>
      makeSide(model, [0, 1], { benchmark, seed, trainSeconds, predictSeconds: 0 });
    const { engines } = build([
      side('knn', 1, 1),
      side('knn', 2, 2),
      side('knn', 3, 50),
      side('knn-mljs', 2, 20),
      side('knn-mljs', 1, 4),
    ]);
    // Seed 1: 1 / 4, seed 2: 2 / 20; the library has no seed 3. Median of 0.25 and 0.1: 0.175.
    expect(engines[0]!.pairs[0]!.ratios.fit).toBeCloseTo(0.175, 12);
  });

  test('that were not measured say so', () => {
    const { engines } = build([makeSide('svm', [0], { benchmark })]);
    expect(pairRemarks(engines[0]!.pairs).items).toEqual([{ name: 'svm-libsvm', text: 'not measured' }]);
  });

  test('on different devices have no ratio', () => {
    const ours = makeSide('svm', [0], { benchmark });
    const engine = { ...ours.software.engine, device: 'gpu' as const };
    const { engines } = build([
      { ...ours, software: { ...ours.software, engine } },
      makeSide('svm-libsvm', [0], { benchmark }),
    ]);
    expect(engines[0]!.pairs[0]!).toMatchObject({
      ratios: { fit: null, predict: null, sum: null },
      agreement: 1,
      remarks: ['Ours ran on the gpu, the other on the cpu, so there is no ratio.'],
    });
  });

  test('by CUDA and by WebGPU on one card have a ratio', () => {
    const [webgpu, cuda] = (['webgpu', 'gpu'] as const).map((device, i) => {
      const record = makeSide(i === 0 ? 'svm' : 'svm-libsvm', [0], { benchmark });
      return { ...record, software: { ...record.software, engine: { ...record.software.engine, device } } };
    });
    const { engines } = build([webgpu!, cuda!]);
    expect(engines[0]!.pairs[0]!.ratios.fit).not.toBeNull();
    expect(engines[0]!.pairs[0]!.remarks).toEqual([]);
  });

  test('are an ordinary comparison where no pairs are given, and so is a model without a library counterpart', () => {
    const records = [makeSide('knn', [0], { benchmark }), makeSide('cnn', [0], { benchmark })];
    expect(buildReport(records).comparisons[0]!.rows).toHaveLength(2);
    expect(build(records).comparisons[0]!.rows.map(({ name }) => name)).toEqual(['cnn']);
  });
});
