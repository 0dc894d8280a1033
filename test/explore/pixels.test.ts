import { describe, expect, it } from 'vitest';
import { averageImages, classCounts, pixelStatistics } from '../../src/explore/pixels.ts';

describe('pixelStatistics', () => {
  it('counts every grey value, and finds mean, median and deviation', () => {
    const found = pixelStatistics(Uint8Array.of(0, 0, 10, 255));
    expect(found.histogram).toHaveLength(256);
    expect([found.histogram[0], found.histogram[10], found.histogram[255]]).toEqual([2, 1, 1]);
    expect(found.mean).toBe(66.25);
    // Of an even number the mean of the middle two.
    expect(found.median).toBe(5);
    // Squares of 66.25 twice, 56.25 and 188.75.
    expect(found.standardDeviation).toBeCloseTo(Math.sqrt((2 * 66.25 ** 2 + 56.25 ** 2 + 188.75 ** 2) / 4), 12);
    expect(pixelStatistics(Uint8Array.of(7, 9, 8)).median).toBe(8);
  });

  it('refuses no pixels', () => {
    expect(() => pixelStatistics(new Uint8Array(0))).toThrow('no pixels to count');
  });
});

describe('averageImages', () => {
  it('averages each pixel over the images of a class', () => {
    const [zeros, ones, none] = averageImages(Uint8Array.of(0, 10, 4, 20, 7, 7), Uint8Array.of(0, 0, 1), 3);
    expect([...zeros!.mean]).toEqual([2, 15]);
    expect([...zeros!.variance]).toEqual([4, 25]);
    expect([...ones!.mean, ...ones!.variance]).toEqual([7, 7, 0, 0]);
    expect([...none!.mean]).toEqual([0, 0]);
  });
});

it('counts the images of each class, those that never occur included', () => {
  expect(classCounts(Uint8Array.of(2, 0, 2), 4)).toEqual([1, 0, 2, 0]);
});
