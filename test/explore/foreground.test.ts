import { describe, expect, it } from 'vitest';
import { inkByClass, inkShares } from '../../src/explore/foreground.ts';

/** Images of four pixels with so many of them inked. */
function part(...images: [label: number, inked: number][]) {
  return {
    labels: Uint8Array.from(images, ([label]) => label),
    bytes: Uint8Array.from(images.flatMap(([, inked]) => [0, 1, 2, 3].map((k) => (k < inked ? 9 : 0)))),
  };
}

it('counts what is not background', () => {
  expect([...inkShares(part([0, 0], [0, 3], [1, 4]))]).toEqual([0, 0.75, 1]);
});

describe('inkByClass', () => {
  it('summarises each class in both parts, the variance that of the population', () => {
    const [foreground] = inkByClass(part([0, 1], [0, 2], [0, 4]), part([0, 2], [0, 2]), 1);
    expect(foreground!.train).toMatchObject({ count: 3, median: 0.5, mean: 7 / 12 });
    expect(foreground!.train!.variance).toBeCloseTo(((1 / 3) ** 2 + (1 / 12) ** 2 + (5 / 12) ** 2) / 3, 12);
    expect(foreground!.test).toEqual({ count: 2, median: 0.5, mean: 0.5, variance: 0 });
  });

  it('tells parts that differ from parts that do not', () => {
    const many = (label: number, ...inked: number[]) =>
      Array.from({ length: 40 }, (_, i): [number, number] => [label, inked[i % inked.length]!]);
    const [same, other] = inkByClass(
      part(...many(0, 1, 3), ...many(1, 1, 2)),
      part(...many(0, 3, 1), ...many(1, 2, 3)),
      2,
    );
    expect(same!.anova!.p).toBeCloseTo(1, 12);
    expect(other!.anova!.p).toBeLessThan(1e-6);
  });

  it('compares nothing where a part lacks the class', () => {
    expect(inkByClass(part([0, 1], [0, 2]), part([1, 1]), 2)).toMatchObject([
      { label: 0, train: { count: 2 }, test: null, anova: null },
      { label: 1, train: null, test: { count: 1 }, anova: null },
    ]);
  });
});
