import { describe, expect, it } from 'vitest';
import { estimateSeconds, refusal, scalingTable } from '../../../tools/references/scaling-table.ts';

const cost = (images: number, fitSeconds: number) => ({ images, fitSeconds, predictSeconds: 0 });

describe('estimateSeconds', () => {
  it("takes the model's own estimate before anything was measured, and 0 where it has none", () => {
    expect(estimateSeconds([], 1000, (images) => images / 100)).toBe(10);
    expect(estimateSeconds([], 1000)).toBe(0);
  });

  it("scales the model's own estimate by the first cost, and supposes a square law where it has none", () => {
    // Estimated 10 s, took 30: the machine is three times slower than the estimate's.
    expect(estimateSeconds([cost(1000, 30)], 5000, (images) => images / 100)).toBeCloseTo(150, 10);
    expect(estimateSeconds([cost(1000, 3)], 2000)).toBe(12);
  });

  it('follows the power law of the last two costs', () => {
    // 2 s to 16 s on twice the images is the cube; 4 s to 6 s on twice is below proportion, and counts as proportion.
    expect(estimateSeconds([cost(1000, 2), cost(2000, 16)], 4000)).toBeCloseTo(128, 10);
    expect(estimateSeconds([cost(1000, 4), cost(2000, 6)], 4000)).toBeCloseTo(12, 10);
    // 1 s to 64 s would be the sixth power: a hiccup, held to the cube.
    expect(estimateSeconds([cost(1000, 1), cost(2000, 64)], 4000)).toBeCloseTo(512, 10);
  });
});

describe('refusal', () => {
  it('lets through what fits the limit and says otherwise why not', () => {
    expect(refusal(120, 5000, 120)).toBeNull();
    expect(refusal(121, 5000, 120)).toBe('about 2 min 01 s expected at 5,000 images, the limit is 2 min 00 s');
  });
});

describe('scalingTable', () => {
  it('shows seconds by size and says below where each stopped and why', () => {
    const scalings = [
      { modelId: 'knn', costs: [cost(1000, 0.5), cost(2000, 1)], stopped: null },
      { modelId: 'knn-mljs', costs: [cost(1000, 30)], stopped: { images: 2000, reason: 'too slow' } },
    ];
    expect(scalingTable(scalings, [1000, 2000]).split('\n')).toEqual([
      'model     1,000  2,000',
      'knn       0.500  1.00',
      'knn-mljs  30.0   -',
      '',
      'Seconds to fit and to predict 1,000 images, by images fitted on.',
      'knn-mljs stopped: too slow',
    ]);
  });
});
