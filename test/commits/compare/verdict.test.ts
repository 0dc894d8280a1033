import { describe, expect, it } from 'vitest';
import { decide, type Evidence, imageEvidence, runEvidence } from '../../../src/commits/compare/verdict.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import type { ImageMetric, MeasuredMetric } from '../../../src/metrics/metric.ts';
import { decodeLabels } from '../../../src/results/encode.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import type { SeedVariance } from '../../../src/stats/compare-fits.ts';
import { welchTest } from '../../../src/stats/welch.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';

const accuracy = findMetric('accuracy') as ImageMetric;
const fitTime = findMetric('fit-time') as MeasuredMetric;

function evidence(changes: Partial<Evidence>): Evidence {
  return { before: 0.9, after: 0.92, interval: [0.01, 0.03], p: 0.001, text: '', ...changes };
}

describe('a metric that is tested on images', () => {
  it.each([
    ['is better beyond chance', evidence({}), 0.001, 'better'],
    ['is worse beyond chance', evidence({ after: 0.88, interval: [-0.03, -0.01] }), 0.001, 'worse'],
    ['may have changed by chance', evidence({ interval: [-0.001, 0.03] }), 0.2, 'inconclusive'],
    ['is beyond chance alone, but not among all models', evidence({}), 0.08, 'inconclusive'],
    ['changed by too little to matter', evidence({ after: 0.9005, interval: [0.0001, 0.0009] }), 0.01, 'same'],
    ['has no test', evidence({ interval: null, p: null }), null, 'inconclusive'],
    ['is lacking', evidence({ after: null, settled: 'unmeasured' }), null, 'unmeasured'],
  ] as const)('%s', (_, known, p, verdict) => {
    expect(decide(accuracy, known, p)).toBe(verdict);
  });

  it('is better when it is lower, if lower is better', () => {
    expect(decide(findMetric('calibration-error'), evidence({ p: null }), null)).toBe('worse');
  });

  it('may have another minimum effect', () => {
    expect(decide(accuracy, evidence({}), 0.001, 0.05)).toBe('same');
  });

  const fitted = (accuracy: number, seed = 1) => makeRecord({ accuracy, seed, images: 10_000 });
  const judge = (before: FinishedRecord[], after: FinishedRecord[], known: SeedVariance | null = null) => {
    const truth = [...makeTests([before[0]!]).values()][0]!.labels;
    const labels = { truth, before: decodeLabels(before[0]!.predictions), after: decodeLabels(after[0]!.predictions) };
    return imageEvidence(accuracy, { before, after }, labels, known);
  };

  it('is judged by the images that only one prediction has right, and says that other seeds are unknown', () => {
    const found = judge([fitted(0.8)], [fitted(0.94)]);
    expect(found.text).toMatch(/^fixed \d+, broke \d+; other seeds unknown$/);
    expect(found.p).toBeLessThan(1e-6);
    expect(found.interval![0]).toBeGreaterThan(0.12);
    expect(found.interval![1]).toBeLessThan(0.18);
  });

  it('takes into account what is known of other seeds', () => {
    const known = { variance: 0.05 ** 2, degrees: 4 };
    const found = judge([fitted(0.8)], [fitted(0.94)], known);
    expect(found.text).toMatch(/; seeds vary by 5\.00$/);
    expect(decide(accuracy, found, found.p)).toBe('inconclusive');
    expect(decide(accuracy, judge([fitted(0.8)], [fitted(0.94)], { variance: 0, degrees: 4 }), 0)).toBe('better');
  });

  it.each([2, 3, 5])('is worse with %d seeds when every seed is far worse', (count) => {
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    const found = judge(
      seeds.map((seed) => fitted(0.922 + 0.001 * seed, seed)),
      seeds.map((seed) => fitted(0.882 + 0.001 * seed, seed)),
    );
    expect(found.text).toBe(`${count} seeds before, ${count} after`);
    expect(decide(accuracy, found, found.p)).toBe('worse');
  });

  it('may have other seeds, or more of them, after than before', () => {
    const found = judge([fitted(0.8, 1), fitted(0.802, 2)], [fitted(0.9, 3), fitted(0.9, 4), fitted(0.902, 5)]);
    expect(found.text).toBe('2 seeds before, 3 after');
    expect(decide(accuracy, found, found.p)).toBe('better');
  });

  it('is the same when every common seed predicts the same', () => {
    const found = judge([fitted(0.8, 1), fitted(0.9, 2)], [fitted(0.8, 1)]);
    expect(found).toMatchObject({ settled: 'same', before: fitted(0.8).metrics.accuracy, interval: [0, 0] });
  });

  it('has no test without the test images, or without probabilities where it needs them', () => {
    const fits = { before: [fitted(0.8)], after: [fitted(0.9)] };
    expect(imageEvidence(accuracy, fits, null, null)).toMatchObject({
      text: 'no test without the test images',
      p: null,
    });
    const truth = new Uint8Array(10_000);
    const labels = { truth, before: truth, after: truth };
    const found = imageEvidence(findMetric('log-loss') as ImageMetric, fits, labels, null);
    expect(found.text).toBe('no test: records do not keep all probabilities');
    expect(decide(accuracy, found, null)).toBe('inconclusive');
  });
});

describe('a metric that is tested on runs', () => {
  const before = [10, 10.2, 10.1, 9.9, 10.3];
  const find = (one: readonly number[], other: readonly number[], metric = fitTime, predictSeconds = 0.25) => {
    const [first, second] = [one, other].map((seconds) =>
      seconds.map((trainSeconds) => makeRecord({ trainSeconds, predictSeconds })),
    );
    return runEvidence(metric, { before: first!, after: second! }, null);
  };
  const times = (factor: number) => before.map((seconds) => seconds * factor);

  it('changed when the runs do not overlap and the ratio exceeds the minimum effect', () => {
    const after = times(1.3);
    const found = find(before, after);
    expect(found.p).toBe(welchTest(before.map(Math.log), after.map(Math.log)).p);
    expect(decide(fitTime, found, found.p)).toBe('worse');
    const back = find(after, before);
    expect(decide(fitTime, back, back.p)).toBe('better');
    expect(found.text).toBe('ratio 1.30, 5 and 5 runs');
  });

  it('is the same when the interval of the ratio is within the minimum effect, and otherwise inconclusive', () => {
    expect(find(before, [10.2, 10, 9.9, 10.1, 10.2]).settled).toBe('same');
    const near = find(before, times(1.09));
    expect(decide(fitTime, near, near.p)).toBe('inconclusive');
  });

  it('needs five runs before and after, on one machine', () => {
    expect(find([1], before)).toMatchObject({ settled: 'inconclusive' });
    const runs = { before: [makeRecord()], after: [makeRecord()] };
    expect(runEvidence(fitTime, runs, 'different machines')).toMatchObject({ settled: 'incomparable' });
    expect(find([], before)).toMatchObject({ settled: 'unmeasured', after: null });
  });

  it('is the same where no run takes 10 ms or 1 % of fit and prediction, as the fit of a lazy learner, even in one run', () => {
    const text = 'every run takes less than 20 ms, which does not matter';
    expect(find([0.00004], [0.0015], fitTime, 2)).toMatchObject({ settled: 'same', text, p: null });
    expect(find([0.001], [0.0099], fitTime, 0.05)).toMatchObject({ settled: 'same' });
    expect(find([0.001], [0.0101], fitTime, 0.05)).toMatchObject({ settled: 'inconclusive' });
    // Prediction is no part of the fit: it is judged by 10 ms alone.
    const predictTime = findMetric('predict-time') as MeasuredMetric;
    expect(find([100], [100], predictTime, 0.5)).toMatchObject({ settled: 'inconclusive' });
    expect(find([100], [100], predictTime, 0.009)).toMatchObject({ settled: 'same' });
  });

  it('is the same where five runs show a difference beyond chance of less than 10 ms', () => {
    const [some, more] = [
      [40, 40.1, 39.9, 40.2, 40],
      [47, 47.1, 46.9, 47.2, 47],
    ].map((all) => all.map((ms) => ms / 1000));
    expect(find(some!, more!, fitTime, 0.1)).toMatchObject({
      settled: 'same',
      text: 'medians differ by less than 10 ms, 5 and 5 runs',
    });
    const found = find(
      some!,
      some!.map((seconds) => seconds + 0.011),
      fitTime,
      0.1,
    );
    expect(decide(fitTime, found, found.p)).toBe('worse');
    expect(decide(fitTime, { ...found, least: 0.012 }, found.p)).toBe('same');
    expect(decide(fitTime, { ...found, least: 0.012 }, 0.5)).toBe('inconclusive');
  });

  it('counts fit and prediction together on request, so that work may move from one to the other', () => {
    const cost = findMetric('fit-predict-time') as MeasuredMetric;
    expect(find([1], [1], cost, 4)).toMatchObject({ before: 5, after: 5 });
  });
});
