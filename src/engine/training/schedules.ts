// Learning rate schedules: factors of the learning rate by the share of steps that are done, from 0 to 1.

/** Returns a factor of the learning rate by the share of steps that are done. */
export type Schedule = (done: number) => number;

/**
 * Cosine annealing: from 1 to 0 along half a cosine.
 *
 * @see Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
 */
export const cosine: Schedule = (done) => (1 + Math.cos(Math.PI * done)) / 2;

/**
 * Linear warm-up to 1 before another schedule.
 *
 * @param share share of all steps for the warm-up, above 0 and below 1
 * @param then schedule of the remaining steps
 */
export function warmUp(share: number, then: Schedule): Schedule {
  // Never 0, because the first step would then have no effect.
  return (done) => (done < share ? Math.max(done / share, 1e-3) : then((done - share) / (1 - share)));
}
