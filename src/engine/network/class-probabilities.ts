// Prediction of networks in chunks.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { createImages, toPixels } from '../../data/images.ts';
import type { Images } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { PREDICTION_IMAGES } from '../training/trainer.ts';
import type { Network } from './network-recipe.ts';

/**
 * Computes class probabilities, averaged over mirror images if the recipe says so.
 *
 * @returns count x classes, row-major, each row sums to 1
 * @throws `signal.reason` if aborted
 */
export async function classProbabilities(network: Network, images: Images, signal: AbortSignal): Promise<Float32Array> {
  const probabilities = await probabilitiesOf(network, images, signal);
  if (!network.recipe.mirrored) return probabilities;
  const others = await probabilitiesOf(network, mirror(images), signal);
  return probabilities.map((probability, i) => (probability + others[i]!) / 2);
}

/** Mirrors images horizontally. */
function mirror({ count, shape, bytes }: Images): Images {
  const { height, width, channels } = shape;
  const mirrored = new Uint8Array(bytes.length);
  for (let row = 0; row < count * height; row++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(row * width + x) * channels, (row * width + width - 1 - x) * channels];
      mirrored.set(bytes.subarray(from, from + channels), to);
    }
  }
  return createImages(mirrored, new Uint8Array(count), shape);
}

async function probabilitiesOf(
  { tf, model, trainer }: Network,
  images: Images,
  signal: AbortSignal,
): Promise<Float32Array> {
  const size = images.shape.height * images.shape.width * images.shape.channels;
  const classCount = model.outputs[0]!.shape[1]!;
  // For a few images the model is faster than the trainer, which always computes a full chunk.
  const isLarge = images.count >= PREDICTION_IMAGES / 2;
  const probabilities = new Float32Array(images.count * classCount);
  const chunk = async (start: number, end: number): Promise<void> => {
    if (trainer?.predict && isLarge) {
      probabilities.set(trainer.predict(images.bytes.subarray(start * size, end * size)), start * classCount);
      return;
    }
    const output = tf.tidy(() => {
      const batch = batchOf(tf, images, start, end, size);
      return model.apply(batch) as Tensor2D;
    });
    try {
      probabilities.set(await output.data<'float32'>(), start * classCount);
    } finally {
      output.dispose();
    }
  };
  let last: Promise<void> | undefined;
  for (let start = 0; start < images.count; start += PREDICTION_IMAGES) {
    await nextTurn();
    signal.throwIfAborted();
    // The next chunk starts before the previous one is read, so that an asynchronous device is always busy.
    const next = chunk(start, Math.min(start + PREDICTION_IMAGES, images.count));
    // An error is thrown below, where the chunk is awaited; until then it must not count as unhandled.
    next.catch(() => undefined);
    await last;
    last = next;
  }
  await last;
  return probabilities;
}

/**
 * Creates a tensor of the images from `start` up to `end`, as pixels.
 *
 * @param size number of values of one image
 * @returns (end - start) x height x width x channels; the caller disposes of it
 */
export function batchOf(tf: Tensorflow, { shape, bytes }: Images, start: number, end: number, size: number): Tensor4D {
  const { height, width, channels } = shape;
  // Converted per batch: the pixels of all images would take four times the memory of the bytes.
  const pixels = toPixels(bytes.subarray(start * size, end * size));
  return tf.tensor4d(pixels, [end - start, height, width, channels]);
}
