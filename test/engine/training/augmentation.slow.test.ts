import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { type Augmentation, augment, type NumberSource } from '../../../src/engine/training/augmentation.ts';

const tf = await tensorflow();

/** Draws the given numbers, one list per draw; a single number is repeated. */
function scripted(...draws: readonly (readonly number[])[]): NumberSource {
  let next = 0;
  return {
    ...real,
    draw(shape) {
      const numbers = draws[next++]!;
      const size = shape.reduce((product, length) => product * length, 1);
      return tf.tensor(
        Array.from({ length: size }, (_, i) => numbers[numbers.length === 1 ? 0 : i]!),
        [...shape],
      );
    },
  };
}

const random = createRandom(1);
const real: NumberSource = {
  draw: (shape) =>
    tf.tensor(Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, random), [
      ...shape,
    ]),
  table: (values, shape) => tf.tensor(values, [...shape], values instanceof Float32Array ? 'float32' : 'int32'),
};

/** Runs `augment` on images of 1 channel given as rows of pixels; targets are one-hot by position. */
function run(images: readonly (readonly (readonly number[])[])[], augmentation: Augmentation, source: NumberSource) {
  return tf.tidy(() => {
    const input = tf.expandDims(tf.tensor3d(images.map((image) => image.map((row) => [...row]))), 3) as Tensor4D;
    const targets = tf.eye(images.length) as Tensor2D;
    const changed = augment(tf, input, targets, augmentation, source);
    return {
      images: (tf.squeeze(changed.images, [3]).arraySync() as number[][][]).map((image) =>
        image.map((row) => row.map((value) => Math.round(value * 1e5) / 1e5)),
      ),
      targets: changed.targets.arraySync(),
    };
  });
}

const PICTURE = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

describe('augment', () => {
  it('changes nothing without augmentation', () => {
    expect(run([PICTURE], {}, real)).toEqual({ images: [PICTURE], targets: [[1]] });
  });

  it('shifts each image by whole pixels and fills the border with 0', () => {
    // Draws: rows, columns, whether to mirror. 0 is a shift by -1 pixel, 0.99 by +1.
    const source = scripted([0, 0.5], [0.99, 0.5], [0.5]);
    expect(run([PICTURE, PICTURE], { shift: 1 }, source).images).toEqual([
      [
        [0, 0, 0],
        [2, 3, 0],
        [5, 6, 0],
      ],
      PICTURE,
    ]);
  });

  it('mirrors left to right', () => {
    const source = scripted([0.5], [0.5], [0.1, 0.9]);
    expect(run([PICTURE, PICTURE], { flip: 0.5 }, source).images).toEqual([
      [
        [3, 2, 1],
        [6, 5, 4],
        [9, 8, 7],
      ],
      PICTURE,
    ]);
  });

  it('never shifts further than the maximum, and only by whole pixels', () => {
    const blank = Array.from({ length: 28 }, () => new Array<number>(28).fill(0));
    blank[14]![9] = 1;
    const found = run(new Array<typeof blank>(400).fill(blank), { shift: 3, flip: 0.5 }, real).images;
    const places = found.map((image) => {
      const row = image.findIndex((values) => values.includes(1));
      expect(image.flat().filter((value) => value !== 0)).toEqual([1]);
      return [row - 14, image[row]!.indexOf(1)] as const;
    });
    expect(new Set(places.map(([row]) => row))).toEqual(new Set([-3, -2, -1, 0, 1, 2, 3]));
    // Column 9, or 18 if mirrored.
    const columns = new Set(places.map(([, column]) => column));
    expect([...columns].sort((a, b) => a - b)).toEqual([6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21]);
  });

  it('overwrites one rectangle with noise in the given share of images', () => {
    const ones = Array.from({ length: 20 }, () => new Array<number>(20).fill(-1));
    const found = run(new Array<typeof ones>(400).fill(ones), { erase: 0.25 }, real).images;
    const erased = found.filter((image) => image.flat().some((value) => value !== -1));
    // 100 expected; the standard deviation is 8.7.
    expect(erased.length).toBeGreaterThan(70);
    expect(erased.length).toBeLessThan(130);
    for (const image of erased) {
      const rows = image.map((row) => row.filter((value) => value >= 0).length);
      const [width, height] = [Math.max(...rows), rows.filter((count) => count > 0).length];
      expect(image.flat().filter((value) => value >= 0)).toHaveLength(width * height);
      // 2 to 33 % of 400 pixels, plus or minus the rounding of both sides.
      expect(width * height).toBeGreaterThan(4);
      expect(width * height).toBeLessThan(150);
    }
  });

  it('mixes an image and its target with those of the reversed batch', () => {
    // Only the first of the two is mixed, with a share of 0.25 of the other.
    const source = scripted([0.1, 0.9], [0.5]);
    const { images, targets } = run([[[1, 0]], [[0, 1]]], { mixup: 0.5 }, source);
    expect(images).toEqual([[[0.75, 0.25]], [[0, 1]]]);
    expect(targets).toEqual([
      [0.75, 0.25],
      [0, 1],
    ]);
  });
});
