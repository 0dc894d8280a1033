// Synthetic images for tests of networks, and the context of a fit.

import { quietFitEvents } from '../../src/base/quiet-fit-events.ts';
import { createRandom, seedMathRandom } from '../../src/base/random.ts';
import type { DeepParams } from '../../src/engine/network/network-recipe.ts';
import type { FitContext, LabelledImages } from '../../src/types.ts';

/** Size of the images of `stripes`. */
export const SHAPE = { height: 8, width: 8, channels: 1 };

/**
 * Creates noisy images of three classes: a bright row, a bright column, a bright diagonal.
 *
 * @param count number of images, with alternating classes
 * @param seed seed of the noise
 */
export function stripes(count: number, seed = 1): LabelledImages {
  const random = createRandom(seed);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const bytes = Uint8Array.from({ length: count * 64 }, () => Math.floor(random() * 120));
  for (const [i, label] of labels.entries()) {
    const at = Math.floor(random() * 8);
    for (let k = 0; k < 8; k++) {
      const pixel = label === 0 ? at * 8 + k : label === 1 ? k * 8 + at : k * 9;
      bytes[i * 64 + pixel] = 255;
    }
  }
  return { count, shape: SHAPE, bytes, pixels: Float32Array.from(bytes, (byte) => byte / 255), labels };
}

/**
 * Creates the context of a fit and seeds `Math.random`, as the harness does.
 *
 * @param params params of the model
 * @param changes differences to a fit with seed 5 and without progress
 */
export function fitContext(params: DeepParams, changes: Partial<FitContext<DeepParams>> = {}): FitContext<DeepParams> {
  seedMathRandom(changes.seed ?? 5);
  return {
    params,
    seed: 5,
    device: 'cpu',
    shape: SHAPE,
    classNames: ['row', 'column', 'diagonal'],
    threads: 1,
    signal: new AbortController().signal,
    ...quietFitEvents,
    ...changes,
  };
}
