import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockSums, isAtLeast } from '../../src/solvers/block-sums.ts';
import { sumOfDifferences } from '../../src/solvers/distance.ts';

describe('blockSums', () => {
  it('sums runs of each image, of which the last may be shorter', () => {
    expect([...blockSums(Uint8Array.of(1, 2, 3, 10, 20, 30), 3, 2)]).toEqual([3, 3, 30, 30]);
    expect(blockSums(new Uint8Array(0), 3, 2)).toHaveLength(0);
  });

  it('accepts the longest run', () => {
    expect([...blockSums(new Uint8Array(257).fill(255), 257, 257)]).toEqual([65535]);
  });
});

describe('isAtLeast', () => {
  it('is never true for images that are nearer', () => {
    const image = fc.uint8Array({ minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(image, image, fc.integer({ min: 1, max: 40 }), (a, b, length) => {
        const level = {
          size: Math.ceil(40 / length),
          queries: blockSums(a, 40, length),
          references: blockSums(b, 40, length),
        };
        const distance = sumOfDifferences(a, 0, b, 0, 40, Infinity);
        expect(isAtLeast(level, 0, 0, distance + 1)).toBe(false);
        // Runs of one byte give the distance.
        if (length === 1) expect(isAtLeast(level, 0, 0, distance)).toBe(true);
      }),
    );
  });

  it('finds the images by their positions', () => {
    const level = { size: 1, queries: Uint16Array.of(0, 9), references: Uint16Array.of(0, 0, 5) };
    // |9 - 5| = 4.
    expect(isAtLeast(level, 1, 2, 4)).toBe(true);
    expect(isAtLeast(level, 1, 2, 5)).toBe(false);
  });
});
