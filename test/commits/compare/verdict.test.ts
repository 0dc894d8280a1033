import { describe, expect, it } from 'vitest';
import { decide, type Evidence, imageEvidence, runEvidence } from '../../../src/commits/compare/verdict.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import { mannWhitney } from '../../../src/stats/mann-whitney.ts';
import { mcnemar } from '../../../src/stats/mcnemar.ts';
import { makeRecord } from '../../fixtures/records.ts';

const accuracy = findMetric('accuracy');
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

  it('is judged by the images that only one prediction has right', () => {
    const truth = new Uint8Array(200);
    const before = truth.map((_, i) => (i < 40 ? 1 : 0));
    const after = truth.map((_, i) => (i >= 30 && i < 42 ? 1 : 0));
    const records = { before: makeRecord({ accuracy: 0.8 }), after: makeRecord({ accuracy: 0.94 }) };
    const found = imageEvidence(accuracy, [{ ...records, labels: { truth, before, after } }]);
    expect(found.text).toBe('fixed 30, broke 2');
    expect(found.p).toBe(mcnemar(30, 2));
    expect(found.interval![0]).toBeGreaterThan(0.05);
    expect(found.interval![1]).toBeLessThan(0.25);
  });

  it('is judged seed by seed where there are several; three seeds are too few', () => {
    const seeds = [1, 2, 3].map((seed) => ({
      before: makeRecord({ seed, accuracy: 0.8 }),
      after: makeRecord({ seed, accuracy: 0.95 }),
      labels: null,
    }));
    const found = imageEvidence(accuracy, seeds);
    // All three changes point one way: so they do in 2 of 8 ways to turn them.
    expect(found.p).toBe(0.25);
    expect(decide(accuracy, found, found.p)).toBe('inconclusive');
    const same = imageEvidence(accuracy, [{ before: makeRecord(), after: makeRecord(), labels: null }]);
    expect(same.settled).toBe('same');
  });
});

describe('a metric that is tested on runs', () => {
  const before = [10, 10.2, 10.1, 9.9, 10.3];

  it('changed when the runs do not overlap and the ratio exceeds the minimum effect', () => {
    const after = before.map((seconds) => seconds * 1.3);
    const found = runEvidence(fitTime, before, after, null);
    expect(found.p).toBe(mannWhitney(before, after).p);
    expect(decide(fitTime, found, found.p)).toBe('worse');
    const back = runEvidence(fitTime, after, before, null);
    expect(decide(fitTime, back, back.p)).toBe('better');
    expect(found.text).toBe('ratio 1.30, 5 and 5 runs');
  });

  it('is the same when all ratios are within the minimum effect, and otherwise inconclusive', () => {
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
