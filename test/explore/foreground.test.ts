import { describe, expect, it } from 'vitest';
import { foregroundByClass, foregroundShares } from '../../src/explore/foreground.ts';

/** Images of four pixels with the given number of foreground pixels. */
function part(...images: [label: number, foreground: number][]) {
  return {
    labels: Uint8Array.from(images, ([label]) => label),
    bytes: Uint8Array.from(images.flatMap(([, foreground]) => [0, 1, 2, 3].map((k) => (k < foreground ? 9 : 0)))),
  };
}

it('counts what is not background', () => {
  expect([...foregroundShares(part([0, 0], [0, 3], [1, 4]))]).toEqual([0, 0.75, 1]);
});

describe('foregroundByClass', () => {
  it('summarises each class in both parts, the variance that of the population', () => {
    const [foreground] = foregroundByClass(part([0, 1], [0, 2], [0, 4]), part([0, 2], [0, 2]), 1);
    expect(foreground!.train).toMatchObject({ count: 3, median: 0.5, mean: 7 / 12 });
    expect(foreground!.train!.variance).toBeCloseTo(((1 / 3) ** 2 + (1 / 12) ** 2 + (5 / 12) ** 2) / 3, 12);
    expect(foreground!.test).toEqual({ count: 2, median: 0.5, mean: 0.5, variance: 0 });
  });

  it('finds which classes differ', () => {
    const many = (label: number, ...counts: number[]) =>
      Array.from({ length: 40 }, (_, i): [number, number] => [label, counts[i % counts.length]!]);
    const [same, other] = foregroundByClass(
      part(...many(0, 1, 3), ...many(1, 1, 2)),
      part(...many(0, 3, 1), ...many(1, 2, 3)),
      2,
    );
    expect(same!.anova!.p).toBeCloseTo(1, 12);
    expect(other!.anova!.p).toBeLessThan(1e-6);
  });

  it('compares nothing where a part lacks the class', () => {
    expect(foregroundByClass(part([0, 1], [0, 2]), part([1, 1]), 2)).toMatchObject([
      { label: 0, train: { count: 2 }, test: null, anova: null },
      { label: 1, train: null, test: { count: 1 }, anova: null },
    ]);
  });
});
