import { expect, it } from 'vitest';
import { toDenseLabels, toRows } from '../../src/solvers/library-input.ts';
import { imagesOf } from '../fixtures/classical.ts';

it('makes one row of pixels per image', () => {
  const rows = toRows(
    imagesOf([
      [0, 255],
      [51, 0],
    ]),
  );
  expect(rows).toEqual([
    [0, 1],
    [Math.fround(0.2), 0],
  ]);
});

it('makes no rows without images', () => {
  expect(toRows({ count: 0, pixels: new Float32Array(0) })).toEqual([]);
});

it('renumbers labels without gaps', () => {
  expect(toDenseLabels(Uint8Array.of(7, 2, 7, 9))).toEqual({ labels: [1, 0, 1, 2], classes: [2, 7, 9] });
});
