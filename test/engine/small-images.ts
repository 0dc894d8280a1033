// Images made in memory for tests of networks, and the context of a fit.

import { quietFitEvents } from '../../src/base/quiet-fit-events.ts';
import { createRandom, seedMathRandom } from '../../src/base/random.ts';
import type { DeepParams } from '../../src/engine/network/network-recipe.ts';
import type { FitContext, LabelledImages } from '../../src/types.ts';

/** The size of the images that `stripes` makes. */
export const SHAPE = { height: 8, width: 8, channels: 1 };

/**
 * Noisy pictures of three classes: a bright row, a bright column, a bright diagonal.
 *
 * @param count how many; the classes take turns
 * @param seed of the noise
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
 * A fit's context as the harness makes it, `Math.random` seeded.
 *
 * @param params of the model
 * @param changes what differs from a quiet fit with seed 5
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
