import { describe, expect, it } from 'vitest';
import { makeRecord } from '../../fixtures/records.ts';
import { compare } from './diffs.ts';

const fitted = (commit: string, repeat: number, trainSeconds: number, accuracy = 0.9) => {
  const record = makeRecord({ commit: commit.repeat(40), repeat, accuracy, images: 400 });
  return { ...record, timing: { ...record.timing, trainSeconds } };
};

describe('repeats of a fit', () => {
  const before = [10, 11, 12, 13, 14].map((seconds, i) => fitted('a', i + 1, seconds));

  it('give a verdict on times when there are five before and after', () => {
    const after = before.map(({ repeat, timing }) => fitted('b', repeat, timing.trainSeconds / 2));
    const [model] = compare(before, after).models;
    expect(model!.metrics.find(({ metric }) => metric === 'fit-time')).toMatchObject({
      verdict: 'better',
      before: 12,
      after: 6,
      evidence: 'ratio 0.500, 5 and 5 runs, p = 0.00011',
    });
    const [fewer] = compare(before, after.slice(1)).models;
    expect(fewer!.metrics.find(({ metric }) => metric === 'fit-time')!.verdict).toBe('inconclusive');
  });

  it('count as one seed for metrics that are tested on images', () => {
    const after = before.map(({ repeat }) => fitted('b', repeat, 12, repeat === 1 ? 0.9 : 0.5));
    const [model] = compare(before, after).models;
    expect(model!.seeds).toEqual({ before: [0], after: [0] });
    expect(model!.metrics.find(({ metric }) => metric === 'accuracy')).toMatchObject({
      verdict: 'same',
      evidence: 'the same predictions',
    });
  });
});

describe('cautions of records', () => {
  it('are cautions of the comparison', () => {
    const doubtful = { ...fitted('b', 1, 12), cautions: ['The fit kept 3.8 cores busy, but was given 2 threads.'] };
    expect(compare([fitted('a', 1, 12)], [doubtful]).cautions).toEqual([
      expect.stringMatching(/: cnn, seed 0: The fit kept 3\.8 cores busy, but was given 2 threads\.$/),
    ]);
  });
});
