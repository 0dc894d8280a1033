import { describe, expect, it } from 'vitest';
import { score } from '../../src/metrics/score.ts';
import { comparePair, comparisonTable } from '../../src/references/comparison.ts';
import { alternate, medianRound, type Round } from '../../src/references/rounds.ts';

const TRUTH = Uint8Array.of(0, 1, 0, 1);

function round(trainSeconds: number, predictSeconds = 0, labels = TRUTH): Round {
  const unscored = { accuracy: null, loss: null, images: 0 };
  const timing = { setupSeconds: 0, firstStepSeconds: null, trainSeconds, predictSeconds, evaluateSeconds: 0 };
  return {
    startedAt: '2026-01-02T03:04:05.678Z',
    ended: {
      status: 'ok',
      engine: null,
      peakRssBytes: 1,
      totalSeconds: 9,
      outcome: {
        metrics: { ...score(TRUTH, { labels }, 2), train: unscored, validation: unscored },
        timing: { ...timing, totalSeconds: 9, curve: [] },
        prediction: { labels },
        parameterCount: null,
        notes: { iterations: 4 },
        pixelMaps: [],
        layers: [],
        latency: [],
        gradCam: null,
        cautions: [],
        notKept: null,
      },
    },
  };
}

const failed: Round = {
  startedAt: '2026-01-02T03:04:05.678Z',
  ended: {
    status: 'failed',
    engine: null,
    peakRssBytes: null,
    totalSeconds: 1,
    error: { kind: 'crash', message: 'out of luck', stack: null },
  },
};

describe('alternate', () => {
  it('runs fits alternating, and does not start a failed one again', async () => {
    const order: string[] = [];
    const fitOf = (name: string, result: Round) => async (n: number) => {
      order.push(`${name}${n}`);
      return result;
    };
    const fits = [fitOf('a', round(1)), fitOf('b', failed)];
    const done = await alternate(fits, 3, new AbortController().signal);
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(done.map((rounds) => rounds.length)).toEqual([3, 1]);
  });

  it('starts no fit after the signal has aborted', async () => {
    expect(await alternate([async () => round(1)], 2, AbortSignal.abort())).toEqual([[]]);
  });
});

describe('medianRound', () => {
  it('is the median by fit plus predict, and its notes hold the seconds of every round', () => {
    // The sums are 5, 4 and 9: the first is the median.
    const { ended } = medianRound([round(2, 3), round(3, 1), round(1, 8)]);
    expect(ended.status === 'ok' && ended.outcome.timing.trainSeconds).toBe(2);
    expect(ended.status === 'ok' && ended.outcome.notes).toEqual({
      iterations: 4,
      rounds: 3,
      fitSecondsOfRounds: '2 3 1',
      predictSecondsOfRounds: '3 1 8',
    });
  });

  it('is the faster of the middle two of an even number', () => {
    const { ended } = medianRound([round(4), round(1), round(3), round(2)]);
    expect(ended.status === 'ok' && ended.outcome.timing.trainSeconds).toBe(2);
  });

  it('is the failure when a round failed', () => {
    expect(medianRound([round(1), failed])).toBe(failed);
  });
});

describe('comparePair', () => {
  const ids = { ours: 'svm', reference: 'svm-scikit-learn' };

  it('takes the ratio round by round, then its median, and counts equal predictions', () => {
    // Ratios 1/4, 3/4 and 2/2: the median is 0.75, where the ratio of medians would be 2/4.
    const theirs = [round(4, 0, Uint8Array.of(0, 1, 0, 0)), round(4), round(2)];
    const pair = comparePair(ids, [round(1), round(3), round(2)], theirs);
    expect(pair.ratios).toEqual([0.25, 0.75, 1]);
    expect(pair.medianRatio).toBe(0.75);
    expect(comparePair(ids, [round(1)], theirs.slice(0, 1))).toMatchObject({ agreement: 0.75 });
  });

  it('has no ratio when one model never finished, and keeps the reason', () => {
    const pair = comparePair(ids, [round(1)], [failed]);
    expect(pair).toMatchObject({ medianRatio: null, agreement: null });
    expect(pair.reference.failure).toBe('failed: out of luck');
  });

  it('becomes a table of at most 100 columns: our model once above its references, failures below', () => {
    const ten = [round(10), round(10), round(10)];
    const five = [round(5), round(5), round(5)];
    const ours = [round(1.5), round(1), round(2)];
    const table = comparisonTable([
      comparePair(ids, ours, ten),
      comparePair({ ours: 'svm', reference: 'svm-other' }, ours, five),
      comparePair({ ours: 'knn', reference: 'knn-x' }, [failed], [round(1)]),
      comparePair({ ours: 'knn', reference: 'knn-y' }, [failed], [failed]),
    ]);
    expect(table.split('\n')).toEqual([
      'model             fit + predict            accuracy  ours / reference  agreement',
      'svm               1.50 s (1.00 to 2.00 s)  100.00 %',
      'svm-scikit-learn  10.0 s (10.0 s)          100.00 %  0.150             100.00 %',
      'svm-other         5.00 s (5.00 s)          100.00 %  0.300             100.00 %',
      'knn               n/a                      n/a',
      'knn-x             1.00 s                   100.00 %  n/a               n/a',
      'knn-y             n/a                      n/a       n/a               n/a',
      '',
      'Times: median (min to max). Ours / reference: median ratio of the rounds; below 1, ours is faster.',
      'knn: failed: out of luck',
      'knn-y: failed: out of luck',
    ]);
  });
});
