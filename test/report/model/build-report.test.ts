import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { finishedRows } from '../../../src/report/model/report-data.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../../fixtures/records.ts';

const published = [
  { modelId: 'cnn', recipe: 'ours', accuracy: 0.9, asPublished: '90 %' },
  { modelId: null, recipe: 'human', accuracy: 0.835, asPublished: '83.5 %' },
].map((one) => ({ ...one, dataset: 'fashion-mnist', trainImages: 60_000, source: 'a paper' }));

function build(records: readonly FitRecord[]) {
  return buildReport(records, { published });
}

function only(records: readonly FitRecord[]) {
  const { comparisons } = build(records);
  expect(comparisons).toHaveLength(1);
  return comparisons[0]!;
}

/** A record whose accuracy is exactly what a test needs. */
function withAccuracy(model: string, accuracy: number, more: Parameters<typeof makeRecord>[0] = {}) {
  const record = makeRecord({ model, ...more });
  return { ...record, metrics: { ...record.metrics, accuracy } };
}

test('no records are an error of the user', () => {
  expect(() => build([])).toThrow(UserError);
});

describe('references', () => {
  const asReference = (record: FitRecord): FitRecord => ({ ...record, model: { ...record.model, role: 'reference' } });

  test('are in the table, marked, but never picked and never in a finding', () => {
    const { rows, picks, sides, findings } = only([
      withAccuracy('svm', 0.8),
      asReference(withAccuracy('svm-scikit-learn', 0.9)),
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['svm-scikit-learn (reference)', 'svm']);
    expect(JSON.stringify({ picks, sides, findings })).not.toContain('scikit-learn');
    expect(picks.map(({ name }) => name)).toContain('svm');
  });

  test('may be the only rows', () => {
    const { rows, picks } = only([asReference(withAccuracy('svm-scikit-learn', 0.9))]);
    expect(rows).toHaveLength(1);
    expect(picks).toEqual([]);
  });
});

describe('rows', () => {
  test('are ordered by accuracy, failures last, with one rank for equal accuracies', () => {
    const { rows } = only([
      makeFailedRecord({ model: 'resnet' }),
      withAccuracy('a', 0.8),
      withAccuracy('b', 0.9),
      withAccuracy('c', 0.8),
      withAccuracy('d', 0.7),
    ]);
    expect(rows.map((row) => [row.name, row.status === 'ok' ? row.rank : row.status])).toEqual([
      ['b', 1],
      ['a', 2],
      ['c', 2],
      ['d', 4],
      ['resnet', 'failed'],
    ]);
  });

  test('carry the Wilson interval of the test images', () => {
    // from scipy.stats import binomtest; binomtest(180, 200).proportion_ci(method='wilson')
    const [row] = finishedRows(only([withAccuracy('a', 0.9)]));
    expect(row!.interval[0]).toBeCloseTo(0.8505941875672826, 9);
    expect(row!.interval[1]).toBeCloseTo(0.9343295513309041, 9);
  });

  test('pool seeds into mean and deviation, never the best', () => {
    const [row] = finishedRows(
      only([
        withAccuracy('a', 0.8, { seed: 0, trainSeconds: 10 }),
        withAccuracy('a', 0.9, { seed: 1, trainSeconds: 40 }),
        withAccuracy('a', 0.85, { seed: 2, trainSeconds: 20 }),
      ]),
    );
    // mean (0.8 + 0.9 + 0.85) / 3 = 0.85; sd sqrt((0.05² + 0.05²) / 2) = 0.05
    expect(row!.accuracy).toMatchObject({ count: 3, min: 0.8, max: 0.9 });
    expect(row!.accuracy.mean).toBeCloseTo(0.85, 12);
    expect(row!.accuracy.sd).toBeCloseTo(0.05, 12);
    expect(row!.fitSeconds.median).toBe(20);
    expect(row!.seeds).toEqual([0, 1, 2]);
  });

  test('take times from all fits of a seed, and everything else from one', () => {
    const fitted = (seed: number, repeat: number, accuracy: number, trainSeconds: number) => {
      const record = makeRecord({ seed, repeat, accuracy });
      return { ...record, timing: { ...record.timing, trainSeconds } };
    };
    const fits = [fitted(0, 1, 0.9, 3), fitted(0, 2, 0.5, 1), fitted(0, 3, 0.5, 2), fitted(1, 1, 0.9, 50)];
    const [row] = finishedRows(only(fits));
    expect(row).toMatchObject({ seeds: [0, 1], runs: 4, fitSeconds: { min: 1, median: 2.5, max: 50 } });
    expect(only(fits).cautions).toEqual([`${row!.name}: fits of the same seed do not predict the same labels.`]);
    const [alone] = finishedRows(only([fits[0]!, fits[3]!]));
    expect(only([fits[1]!, fits[3]!]).cautions).toEqual([]);
    expect(row!.accuracy).toEqual(alone!.accuracy);
    expect(row!.confusion).toEqual(alone!.confusion);
  });

  test('average confusion matrices over seeds', () => {
    const first = makeRecord({ seed: 0 });
    const second = makeRecord({ seed: 1 });
    const [row] = finishedRows(only([first, second]));
    expect(row!.confusion[0]![2]).toBe((first.metrics.confusion[0]![2]! + second.metrics.confusion[0]![2]!) / 2);
  });

  test('keep a seed that failed with those that did not', () => {
    const { rows } = only([makeRecord({ seed: 0 }), makeFailedRecord({ seed: 1 })]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: 'ok', seeds: [0], failures: [{ seed: 1, status: 'failed' }] });
  });

  test('take the newer of two fits with one seed', () => {
    const { rows } = only([
      withAccuracy('a', 0.9, { startedAt: '2026-01-02T00:00:00Z' }),
      withAccuracy('a', 0.7, { startedAt: '2026-01-03T00:00:00Z' }),
    ]);
    expect(finishedRows({ rows } as never).map(({ accuracy }) => accuracy.mean)).toEqual([0.7]);
  });

  test('leave out fits of a model’s older code, and say so', () => {
    const old = makeRecord({ seed: 0, startedAt: '2026-01-01T00:00:00Z' });
    const { rows, cautions } = only([
      { ...old, model: { ...old.model, sourceHash: 'ab'.repeat(32) } },
      makeRecord({ seed: 1, startedAt: '2026-01-02T00:00:00Z' }),
    ]);
    expect(rows[0]!.seeds).toEqual([1]);
    expect(cautions).toEqual(["One fit of cnn is left out: the model's code has changed since."]);
  });

  test('leave out fits of older code with other parameters, too', () => {
    const old = makeRecord({ startedAt: '2026-01-01T00:00:00Z' });
    const { rows, cautions } = only([
      makeRecord({ startedAt: '2026-01-02T00:00:00Z' }),
      { ...old, command: 'other', model: { ...old.model, params: { units: 9 }, sourceHash: 'ab'.repeat(32) } },
      { ...old, command: 'others', model: { ...old.model, params: { units: 8 }, sourceHash: 'ab'.repeat(32) } },
      // The newest code made it again by the same command, with other defaults.
      { ...old, model: { ...old.model, params: { units: 7 }, sourceHash: 'ab'.repeat(32) } },
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['cnn']);
    expect(cautions).toEqual(["2 fits of cnn are left out: the model's code has changed since."]);
  });

  test('are separate where parameters differ, and named by the difference', () => {
    const three = makeRecord();
    const nine = { ...three, model: { ...three.model, params: { ...three.model.params, epochs: 9 } } };
    expect(only([three, nine]).rows.map(({ name }) => name)).toEqual(['cnn (epochs=3)', 'cnn (epochs=9)']);
  });

  test('are separate where the device differs', () => {
    const cpu = makeRecord({ seed: 0 });
    const gpu = makeRecord({ seed: 1 });
    const engine = { ...gpu.software.engine, device: 'gpu' as const };
    const { rows, differences } = only([cpu, { ...gpu, software: { ...gpu.software, engine } }]);
    expect(rows.map(({ name }) => name).sort()).toEqual(['cnn (cpu)', 'cnn (gpu)']);
    expect(differences.map(({ name }) => name)).toContain('device');
  });

  test('name the largest confusions, most frequent first', () => {
    const record = makeRecord({ classCount: 3 });
    const confusion = [
      [40, 20, 7],
      [0, 60, 0],
      [9, 0, 64],
    ];
    const [row] = finishedRows(only([{ ...record, metrics: { ...record.metrics, confusion } }]));
    expect(row!.confusions).toEqual([
      // 20 of 40 + 20 + 7
      { truth: 'T-shirt/top', predicted: 'Trouser', count: 20, share: 20 / 67 },
      { truth: 'Pullover', predicted: 'T-shirt/top', count: 9, share: 9 / 73 },
      { truth: 'T-shirt/top', predicted: 'Pullover', count: 7, share: 7 / 67 },
    ]);
  });

  test('average classes as scikit-learn does, undefined values left out', () => {
    const record = makeRecord({ classCount: 2 });
    const perClass = [
      { label: 0, precision: 0.5, recall: 0.8, f1: 0.6, support: 30 },
      { label: 1, precision: null, recall: 0, f1: 0, support: 10 },
    ];
    const [row] = finishedRows(only([{ ...record, metrics: { ...record.metrics, perClass } }]));
    expect(row!.averages).toEqual([
      { name: 'macro average', precision: 0.5, recall: 0.4, f1: 0.3 },
      // recall (30 x 0.8 + 10 x 0) / 40 = 0.6; F1 30 x 0.6 / 40 = 0.45
      { name: 'weighted average', precision: 0.5, recall: expect.closeTo(0.6, 12), f1: expect.closeTo(0.45, 12) },
    ]);
  });
});

describe('comparisons', () => {
  test('never mix machines, splits or benchmarks', () => {
    const other = makeRecord();
    const { comparisons } = build([
      makeRecord(),
      makeRecord({ machine: 'other-machine' }),
      { ...other, benchmark: 'latency' },
      { ...other, dataset: { ...other.dataset, train: 6000, splitHash: 'cd'.repeat(32) } },
    ]);
    expect(comparisons.map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1]);
    expect(comparisons.at(-1)!.counts.train).toBe(6000);
    expect(new Set(comparisons.map(({ slug }) => slug)).size).toBe(4);
  });

  test('show published results only for fits on as many images', () => {
    const full = only([makeRecord()]);
    expect(finishedRows(full)[0]!.published.map(({ asPublished }) => asPublished)).toEqual(['90 %']);
    expect(full.otherPublished.map(({ recipe }) => recipe)).toEqual(['human']);
    const record = makeRecord();
    const part = only([{ ...record, dataset: { ...record.dataset, train: 6000 } }]);
    expect(finishedRows(part)[0]!.published).toEqual([]);
    expect(part.otherPublished).toEqual([]);
  });

  test('separate what holds for all rows from what differs', () => {
    const cnn = makeRecord();
    const svm = makeRecord({ model: 'svm' });
    const engine = { ...svm.software.engine, threads: 2 };
    const { conditions, differences } = only([cnn, { ...svm, software: { ...svm.software, engine } }]);
    expect(differences).toEqual([{ name: 'threads', value: '8 (cnn); 2 (svm)' }]);
    expect(conditions).toContainEqual({ name: 'Node', value: '20.19.0' });
    expect(conditions).toContainEqual({ name: 'commit', value: '0123456789abcdef0123456789abcdef01234567' });
  });

  test('name fits with uncommitted changes', () => {
    const record = makeRecord();
    expect(only([{ ...record, git: { ...record.git!, dirty: true } }]).cautions).toEqual([
      'Measured with uncommitted changes: cnn.',
    ]);
  });
});

describe('findings and picks', () => {
  const traditional = { kind: 'traditional', family: 'svm' } as const;

  test('compare the best of both sides and their intervals', () => {
    const apart = only([withAccuracy('cnn', 0.95), withAccuracy('svm', 0.8, traditional)]);
    expect(apart.findings[0]).toBe(
      'The best deep model, cnn (95.00 %), is 15.00 percentage points more accurate than the best traditional model, ' +
        'svm (80.00 %); their 95 % intervals do not overlap.',
    );
    const close = only([withAccuracy('cnn', 0.9), withAccuracy('svm', 0.91, traditional)]);
    expect(close.findings[0]).toBe(
      'The best traditional model, svm (91.00 %), is 1.00 percentage points more accurate than the best deep model, ' +
        'cnn (90.00 %); their 95 % intervals overlap, so the difference may be chance.',
    );
  });

  test('say when no model of a kind finished', () => {
    expect(only([withAccuracy('cnn', 0.9), makeFailedRecord({ model: 'svm', ...traditional })]).findings[0]).toBe(
      'No traditional model finished, so there is none to compare with.',
    );
  });

  test('sum up each kind', () => {
    const { sides } = only([
      withAccuracy('svm', 0.9, { ...traditional, trainSeconds: 300, predictSeconds: 20 }),
      withAccuracy('knn', 0.8, { ...traditional, trainSeconds: 0.5, predictSeconds: 6 }),
      withAccuracy('cnn', 0.92),
    ]);
    expect(sides).toEqual([
      {
        kind: 'traditional',
        count: 2,
        best: { name: 'svm', accuracy: 0.9 },
        medianAccuracy: expect.closeTo(0.85, 12),
        fitSeconds: [0.5, 300],
        predictSeconds: [6, 20],
      },
      {
        kind: 'deep',
        count: 1,
        best: { name: 'cnn', accuracy: 0.92 },
        medianAccuracy: 0.92,
        fitSeconds: [12.5, 12.5],
        predictSeconds: [0.25, 0.25],
      },
    ]);
  });

  test('pick a model for each need, baselines left out', () => {
    const { picks } = only([
      withAccuracy('majority', 0.1, { kind: 'baseline', trainSeconds: 0, predictSeconds: 0 }),
      withAccuracy('cnn', 0.92, { trainSeconds: 400, predictSeconds: 2 }),
      withAccuracy('svm', 0.915, { ...traditional, trainSeconds: 300, predictSeconds: 20 }),
      withAccuracy('knn', 0.86, { ...traditional, trainSeconds: 0.1, predictSeconds: 6 }),
    ]);
    expect(Object.fromEntries(picks.map(({ need, name, value }) => [need, `${name} ${value}`]))).toMatchObject({
      'Most accurate': 'cnn 92.00 %',
      // 300 + 20 against 400 + 2 seconds, half a point below the best
      'Fastest within one point of the best': 'svm 5 min 20 s',
      'Fastest to fit': 'knn 100 ms',
      'Fastest to predict': 'cnn 2.00 s',
    });
  });

  test('name the models that are not clearly more accurate than the baseline', () => {
    const { findings } = only([withAccuracy('majority', 0.1, { kind: 'baseline' }), withAccuracy('cnn', 0.12)]);
    expect(findings).toContain('Not clearly more accurate than the baseline majority (10.00 %): cnn.');
  });
});

test('a report of failures alone has rows, and no winner', () => {
  const comparison = only([makeFailedRecord()]);
  expect(comparison.rows[0]).toMatchObject({ status: 'failed', failures: [{ message: 'loss is NaN after epoch 2' }] });
  expect(comparison.picks).toEqual([]);
});

test('a whole comparison becomes the same data every time', () => {
  const records = makeComparison();
  expect(build(records)).toEqual(build(records.toReversed()));
});
