// Random augmentation of training images in tfjs operations: eager training runs them, compiled training records them.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** Augmentation of each training image, drawn again every time it is used. Absent parts are not applied. */
export interface Augmentation {
  /** Maximum shift in whole pixels in each direction; blank pixels fill the border. */
  readonly shift?: number;
  /** Probability of mirroring horizontally. */
  readonly flip?: number;
  /**
   * Probability of overwriting a rectangle with noise: 2 to 33 % of the image, 0.3 to 3.3 times as high as wide.
   *
   * @see Zhong, Z. et al. (2020). Random erasing data augmentation. AAAI.
   */
  readonly erase?: number;
  /**
   * Probability of mixing with another image of the batch. The image keeps a uniform share between 0.5 and 1, and so does
   * its class.
   *
   * @see Zhang, H. et al. (2018). mixup: beyond empirical risk minimization. ICLR (with Beta(1, 1)).
   */
  readonly mixup?: number;
}

/** Source of the numbers of a training step. */
export interface NumberSource {
  /** Draws uniform numbers in [0, 1), new ones in every step. */
  draw(shape: readonly number[]): Tensor;
  /** Creates a table that is equal in every step. */
  table(values: Float32Array | Int32Array, shape: readonly number[]): Tensor;
}

const ERASED_AREA = [0.02, 0.33] as const;
const LEAST_ASPECT = 0.3;

/**
 * Augments a batch.
 *
 * @param images n x height x width x channels, 0 to 1
 * @param targets n x classes, each row sums to 1
 * @param augmentation what to apply
 * @param source source of random numbers
 * @returns images and targets of the same shapes; the caller disposes of them
 */
export function augment(
  tf: Tensorflow,
  images: Tensor4D,
  targets: Tensor2D,
  augmentation: Augmentation,
  source: NumberSource,
): { images: Tensor4D; targets: Tensor2D } {
  const { shift = 0, flip = 0, erase = 0, mixup = 0 } = augmentation;
  let changed = images;
  if (shift > 0 || flip > 0) changed = move(tf, changed, shift, flip, source);
  if (erase > 0) changed = eraseRectangles(tf, changed, erase, source);
  return mixup > 0 ? mix(tf, changed, targets, mixup, source) : { images: changed, targets };
}

// Shifts and mirrors by one crop: a crop whose right edge is left of its left edge is mirrored.
function move(tf: Tensorflow, images: Tensor4D, shift: number, flip: number, { draw, table }: NumberSource): Tensor4D {
  const [count, height, width] = images.shape;
  // One pixel more than the largest shift, because rounding can place a position slightly outside.
  const margin = shift + 1;
  const padded = tf.pad(images, [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ]) as Tensor4D;
  const edges = (size: number): [Tensor1D, Tensor1D] => {
    const moved = tf.floor(tf.mul(draw([count]), 2 * shift + 1)) as Tensor1D;
    const start = tf.add<Tensor1D>(moved, 1);
    const last = size + 2 * margin - 1;
    return [tf.div(start, last), tf.div(tf.add(start, size - 1), last)];
  };
  const [top, bottom] = edges(height);
  const [left, right] = edges(width);
  const isMirrored = tf.less(draw([count]), flip);
  const boxes = tf.stack(
    [top, tf.where(isMirrored, right, left), bottom, tf.where(isMirrored, left, right)],
    1,
  ) as Tensor2D;
  const own = table(
    Int32Array.from({ length: count }, (_, i) => i),
    [count],
  ) as Tensor1D;
  return tf.image.cropAndResize(padded, boxes, own, [height, width], 'nearest');
}

function eraseRectangles(tf: Tensorflow, images: Tensor4D, share: number, { draw, table }: NumberSource): Tensor4D {
  const [count, height, width] = images.shape;
  const [least, most] = ERASED_AREA;
  const each = [count, 1, 1, 1];
  const area = tf.mul(tf.add(tf.mul(draw(each), most - least), least), height * width);
  // Uniform on a logarithmic scale: twice as high as wide is as frequent as twice as wide as high.
  const aspect = tf.exp(tf.mul(tf.sub(tf.mul(draw(each), 2), 1), -Math.log(LEAST_ASPECT)));
  const isErased = tf.less(draw(each), share);
  const within = (length: Tensor, size: number, shape: number[]): Tensor => {
    const whole = tf.minimum(tf.round(length), size);
    const start = tf.floor(tf.mul(draw(each), tf.add(tf.sub(size, whole), 1)));
    const position = table(
      Float32Array.from({ length: size }, (_, i) => i),
      shape,
    );
    return tf.logicalAnd(tf.greaterEqual(position, start), tf.less(position, tf.add(start, whole)));
  };
  const rows = within(tf.sqrt(tf.mul(area, aspect)), height, [1, height, 1, 1]);
  const columns = within(tf.sqrt(tf.div(area, aspect)), width, [1, 1, width, 1]);
  const mask = tf.cast(tf.logicalAnd(tf.logicalAnd(rows, columns), isErased), 'float32');
  return tf.add(images, tf.mul(mask, tf.sub(draw(images.shape), images)));
}

// Batches are shuffled, so the reversed batch gives each image a random partner.
function mix(
  tf: Tensorflow,
  images: Tensor4D,
  targets: Tensor2D,
  share: number,
  { draw }: NumberSource,
): { images: Tensor4D; targets: Tensor2D } {
  const count = images.shape[0];
  const foreign = tf.mul(tf.cast(tf.less(draw([count]), share), 'float32'), tf.mul(draw([count]), 0.5)) as Tensor1D;
  const blend = <T extends Tensor>(values: T): T => {
    const part = tf.reshape(foreign, [count, ...new Array<number>(values.rank - 1).fill(1)]);
    return tf.add(values, tf.mul(part, tf.sub(tf.reverse(values, 0), values))) as T;
  };
  return { images: blend(images), targets: blend(targets) };
}
