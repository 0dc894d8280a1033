import { expect, test } from 'vitest';
import { pixelMap, weightMaps } from '../../src/solvers/pixel-map.ts';

test('sums the channels of a pixel', () => {
  const shape = { height: 1, width: 2, channels: 3 };
  expect(pixelMap('importance', [1, 2, 3, 4, 5, 6], shape)).toEqual({
    name: 'importance',
    values: Float32Array.of(6, 15),
  });
});

test('splits the weights of a linear model into one map per class', () => {
  const shape = { height: 2, width: 1, channels: 1 };
  expect(weightMaps(Float32Array.of(1, -2, 3, 4), ['Sandal', 'Bag'], shape)).toEqual([
    { name: 'weight for Sandal', values: Float32Array.of(1, -2) },
    { name: 'weight for Bag', values: Float32Array.of(3, 4) },
  ]);
});
