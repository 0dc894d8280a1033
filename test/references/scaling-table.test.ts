import { describe, expect, it } from 'vitest';
import { estimateSeconds, reasonToStop, scalingTable } from '../../src/references/scaling-table.ts';

const cost = (images: number, fitSeconds: number) => ({ images, fitSeconds, predictSeconds: 0 });

describe('estimateSeconds', () => {
  it("is the model's estimate before anything is measured, and 0 when it has none", () => {
    expect(estimateSeconds([], 1000, (images) => images / 100)).toBe(10);
    expect(estimateSeconds([], 1000)).toBe(0);
  });

  it("scales the model's estimate to the first cost, and assumes a square law when it has none", () => {
    // Estimated 10 s, took 30 s: this machine is three times slower than the estimate assumes.
    expect(estimateSeconds([cost(1000, 30)], 5000, (images) => images / 100)).toBeCloseTo(150, 10);
    expect(estimateSeconds([cost(1000, 3)], 2000)).toBe(12);
  });

  it('follows the power law of the last two costs', () => {
    // 2 s to 16 s on twice the images is the cube; 4 s to 6 s is less than proportional, and counts as proportional.
    expect(estimateSeconds([cost(1000, 2), cost(2000, 16)], 4000)).toBeCloseTo(128, 10);
    expect(estimateSeconds([cost(1000, 4), cost(2000, 6)], 4000)).toBeCloseTo(12, 10);
    // 1 s to 64 s would be the sixth power, and is limited to the cube.
    expect(estimateSeconds([cost(1000, 1), cost(2000, 64)], 4000)).toBeCloseTo(512, 10);
  });
});

describe('reasonToStop', () => {
  it('is null within the limit, and states estimate and limit otherwise', () => {
    expect(reasonToStop(120, 5000, 120)).toBeNull();
    expect(reasonToStop(121, 5000, 120)).toBe('about 2 min 01 s expected at 5,000 images, the limit is 2 min 00 s');
  });
});

describe('scalingTable', () => {
  it('shows times by size, and below where each model stopped and why', () => {
    const scalings = [
      { modelId: 'knn', costs: [cost(1000, 0.5), cost(2000, 1)], stopped: null },
      { modelId: 'knn-mljs', costs: [cost(1000, 30)], stopped: { images: 2000, reason: 'too slow' } },
    ];
    expect(scalingTable(scalings, [1000, 2000], 1000).split('\n')).toEqual([
      'model     1,000   2,000',
      'knn       500 ms  1.00 s',
      'knn-mljs  30.0 s  -',
      '',
      'Time to fit and to predict 1,000 images, by number of images fitted on.',
      'knn-mljs stopped: too slow',
    ]);
  });
});
