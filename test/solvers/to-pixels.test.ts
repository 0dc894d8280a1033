import { expect, it } from 'vitest';
import { toPixels } from '../../src/solvers/to-pixels.ts';

it('returns the lines of each image, with the channels next to each other', () => {
  const pixels = Float32Array.from({ length: 16 }, (_, i) => i / 16);
  const lines = (...numbers: number[][]) => numbers.map((line) => line.map((i) => i / 16));
  expect(toPixels({ count: 2, shape: { height: 2, width: 4, channels: 1 }, pixels })).toEqual([
    lines([0, 1, 2, 3], [4, 5, 6, 7]),
    lines([8, 9, 10, 11], [12, 13, 14, 15]),
  ]);
  expect(toPixels({ count: 2, shape: { height: 2, width: 2, channels: 2 }, pixels })[0]).toEqual(
    lines([0, 1, 2, 3], [4, 5, 6, 7]),
  );
});

it('returns nothing for no images', () => {
  expect(toPixels({ count: 0, shape: { height: 2, width: 2, channels: 1 }, pixels: new Float32Array() })).toEqual([]);
});
