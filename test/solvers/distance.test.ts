import { describe, expect, it } from 'vitest';
import { dotProduct, orderingDistance, sumOfDifferences, toDistance } from '../../src/solvers/distance.ts';

// Two images of three pixels in one array: differences 3, 4, 0.
const bytes = Uint8Array.of(10, 20, 30, 7, 24, 30);

describe('orderingDistance', () => {
  it('is the sum of squares for L2, and its root is the distance', () => {
    expect(orderingDistance('l2', bytes, 0, bytes, 3, 3)).toBe(25);
    expect(toDistance('l2', 25)).toBe(5);
  });

  it('is the sum of differences for L1', () => {
    expect(orderingDistance('l1', bytes, 0, bytes, 3, 3)).toBe(7);
    expect(toDistance('l1', 7)).toBe(7);
  });

  it('is one minus the cosine, and 1 for a black image', () => {
    // 70 + 480 + 900 = 1,450; squares 1,400 and 49 + 576 + 900 = 1,525.
    expect(orderingDistance('cosine', bytes, 0, bytes, 3, 3)).toBeCloseTo(1 - 1450 / Math.sqrt(1400 * 1525), 12);
    expect(orderingDistance('cosine', bytes, 0, new Uint8Array(3), 0, 3)).toBe(1);
  });
});

describe('sumOfDifferences', () => {
  it('stops when the sum is above the limit', () => {
    const bright = new Uint8Array(640).fill(255);
    const dark = new Uint8Array(640);
    expect(sumOfDifferences(bright, 0, dark, 0, 640, Infinity)).toBe(640 * 255);
    // Compared after each 64 pixels: the first 64 sum up to 16,320.
    expect(sumOfDifferences(bright, 0, dark, 0, 640, 100)).toBe(64 * 255);
  });
});

describe('dotProduct', () => {
  it('multiplies and sums', () => {
    expect(dotProduct(bytes, 0, bytes, 3, 3)).toBe(1450);
  });
});
