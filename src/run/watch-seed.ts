// Notices whether a fit depends on its seed: a fit that neither reads it nor draws from Math.random gives the same result
// for every seed.
import type { FitContext } from '../types.ts';

/** The context of a fit, and whether its seed was used. */
export interface WatchedSeed {
  readonly context: FitContext;
  /** Whether the seed was read or a random number was drawn so far. */
  isUsed(): boolean;
}

/**
 * Watches the seed of a context, and `Math.random` of this process.
 *
 * @param context of a fit; `Math.random` is seeded already
 */
export function watchSeed(context: FitContext): WatchedSeed {
  let isUsed = false;
  const { seed } = context;
  const { random } = Math;
  Math.random = () => {
    isUsed = true;
    Math.random = random;
    return random();
  };
  return {
    context: {
      ...context,
      get seed() {
        isUsed = true;
        return seed;
      },
    },
    isUsed: () => isUsed,
  };
}
