import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import { imageMetrics } from '../../src/metrics/find-metric.ts';
import { partScore, score } from '../../src/metrics/score.ts';
import { cases } from './cases.ts';

test.each(cases)('scores all fields of a record: %s', (_, { truth, prediction, classCount, expected }) => {
  const scores = score(truth, prediction, classCount);
  expect(scores.confusion).toEqual(expected.confusion);
  expect(scores.accuracy).toBeCloseTo(expected.accuracy, 9);
  expect(scores.balancedAccuracy).toBeCloseTo(expected.balancedAccuracy, 9);
  expect(scores.macroF1).toBeCloseTo(expected.macro.f1, 9);
  expect(scores.weightedF1).toBeCloseTo(expected.weighted.f1, 9);
  expect(scores.logLoss).toBeCloseTo(expected.logLoss, 9);
  expect(scores.calibrationError).toBeCloseTo(expected.calibrationError, 9);
  expect(scores.perClass.map(({ label }) => label)).toEqual(expected.support.map((_, label) => label));
  expect(scores.perClass.map(({ support }) => support)).toEqual(expected.support);
  for (const { label, precision, recall, f1 } of scores.perClass) {
    for (const [value, wanted] of [
      [precision, expected.precision[label]],
      [recall, expected.recall[label]],
      [f1, expected.f1[label]],
    ] as const) {
      if (typeof wanted === 'number') expect(value).toBeCloseTo(wanted, 9);
      else expect(value).toBeNull();
    }
  }
});

test('leaves what needs probabilities null without them', () => {
  const scores = score(Uint8Array.of(0, 1), { labels: Uint8Array.of(0, 1) }, 2);
  expect(scores).toMatchObject({ accuracy: 1, logLoss: null, calibrationError: null });
});

test('refuses an empty test set', () => {
  expect(() => score(new Uint8Array(), { labels: new Uint8Array() }, 2)).toThrow('cannot score an empty test set');
});

test('scores a part of the data, empty or not', () => {
  const probabilities = Float32Array.of(0.5, 0.5, 0.5, 0.5);
  const labels = Uint8Array.of(0, 0);
  expect(partScore(Uint8Array.of(0, 1), { labels, probabilities }, 2)).toEqual({
    accuracy: 0.5,
    loss: Math.LN2,
    images: 2,
  });
  expect(partScore(Uint8Array.of(0, 1), { labels }, 2)).toEqual({ accuracy: 0.5, loss: null, images: 2 });
  const nothing = { labels: new Uint8Array(), probabilities: new Float32Array() };
  expect(partScore(new Uint8Array(), nothing, 2)).toEqual({ accuracy: null, loss: null, images: 0 });
});

test('does not care about the order of the images or the names of the classes', () => {
  const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 60 });
  const scoreOf = (list: [number, number][]) =>
    score(
      Uint8Array.from(list, ([truth]) => truth),
      { labels: Uint8Array.from(list, ([, predicted]) => predicted) },
      4,
    );
  fc.assert(
    fc.property(pairs, (list) => {
      const scores = scoreOf(list);
      const turned = scoreOf(list.map(([a, b]) => [3 - a, 3 - b] as [number, number]).reverse());
      for (const { key } of imageMetrics()) {
        const [value, other] = [scoreUnder(scores, key), scoreUnder(turned, key)];
        if (value === null) expect(other).toBeNull();
        else expect(other).toBeCloseTo(value, 12);
      }
    }),
  );
});

test('keeps every fraction in [0, 1], and reaches the best value only by being right', () => {
  const rows = fc.array(fc.tuple(fc.nat(2), fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9))), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, (list) => {
      const truth = Uint8Array.from(list, ([label]) => label);
      const odds = list.map(([, row]) => row.map((value) => value + 1));
      const labels = Uint8Array.from(odds, (row) => row.indexOf(Math.max(...row)));
      const probabilities = Float32Array.from(
        odds.flatMap((row) => row.map((value) => value / (row[0]! + row[1]! + row[2]!))),
      );
      const scores = score(truth, { labels, probabilities }, 3);
      for (const { key, unit } of imageMetrics()) {
        if (unit !== 'fraction') continue;
        expect(scoreUnder(scores, key)).toBeGreaterThanOrEqual(0);
        expect(scoreUnder(scores, key)).toBeLessThanOrEqual(1);
      }
      const isRight = truth.every((label, i) => label === labels[i]);
      for (const id of ['accuracy', 'balancedAccuracy', 'macroF1', 'weightedF1'] as const) {
        expect(scores[id] === 1).toBe(isRight);
      }
    }),
  );
});

test('lists each metric once', () => {
  for (const names of [allMetrics.map(({ id }) => id), imageMetrics().map(({ key }) => key)]) {
    expect(names).toHaveLength(new Set(names).size);
  }
  expect(
    imageMetrics()
      .filter(({ better }) => better === 'lower')
      .map(({ key }) => key),
  ).toEqual(expect.arrayContaining(['logLoss', 'calibrationError']));
});

function scoreUnder(scores: ReturnType<typeof score>, key: string): number | null {
  return (scores as unknown as Record<string, number | null>)[key]!;
}
