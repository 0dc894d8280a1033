import { describe, expect, it } from 'vitest';
import { decide, type Evidence, imageEvidence, runEvidence } from '../../../src/commits/compare/verdict.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import type { ImageMetric } from '../../../src/metrics/metric.ts';
import { decodeLabels } from '../../../src/results/encode.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import type { SeedVariance } from '../../../src/stats/compare-fits.ts';
import { welchTest } from '../../../src/stats/welch.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';

const accuracy = findMetric('accuracy') as ImageMetric;
const fitTime = findMetric('fit-time');

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

  it('changed when the runs do not overlap and the ratio exceeds the minimum effect', () => {
    const after = before.map((seconds) => seconds * 1.3);
    const found = runEvidence(fitTime, before, after, null);
    expect(found.p).toBe(welchTest(before.map(Math.log), after.map(Math.log)).p);
    expect(decide(fitTime, found, found.p)).toBe('worse');
    const back = runEvidence(fitTime, after, before, null);
    expect(decide(fitTime, back, back.p)).toBe('better');
    expect(found.text).toBe('ratio 1.30, 5 and 5 runs');
  });

  it('is the same when the interval of the ratio is within the minimum effect, and otherwise inconclusive', () => {
    expect(runEvidence(fitTime, before, [10.2, 10, 9.9, 10.1, 10.2], null).settled).toBe('same');
    const near = runEvidence(
      fitTime,
      before,
      before.map((seconds) => seconds * 1.09),
      null,
    );
    expect(decide(fitTime, near, near.p)).toBe('inconclusive');
  });

  it('needs five runs before and after, on one machine', () => {
    expect(runEvidence(fitTime, [1], before, null)).toMatchObject({ settled: 'inconclusive' });
    expect(runEvidence(fitTime, before, before, 'different machines')).toMatchObject({ settled: 'incomparable' });
    expect(runEvidence(fitTime, [], before, null)).toMatchObject({ settled: 'unmeasured', after: null });
  });
});
