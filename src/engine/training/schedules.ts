// Learning rates over a fit, as factors: of the share of steps done, from 0 up to 1.

/** A factor on the learning rate by the share of steps done. */
export type Schedule = (done: number) => number;

/**
 * From 1 down to 0 along half a cosine.
 *
 * @see Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
 */
export const cosine: Schedule = (done) => (1 + Math.cos(Math.PI * done)) / 2;

/**
 * Rises evenly to 1 before another schedule begins.
 *
 * @param share of all steps that the rise takes, above 0 and below 1
 * @param then the schedule of the rest
 */
export function warmUp(share: number, then: Schedule): Schedule {
  // Never 0, which would waste the first step.
  return (done) => (done < share ? Math.max(done / share, 1e-3) : then((done - share) / (1 - share)));
}
