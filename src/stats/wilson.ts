// The interval that goes with an accuracy or a recall: what share the model may have on images like these.

/**
 * Computes Wilson's score interval of a share, without continuity correction. Unlike the textbook mean plus or minus,
 * it never leaves [0, 1] and does not shrink to nothing at 0 or n successes.
 *
 * @param successes 0 to n
 * @param n how many were tried; 0 gives [0, 1], nothing being known
 * @param confidence between 0 and 1, both excluded
 * @returns lower and upper end, in [0, 1], the observed share between them
 * @throws Error when successes are not within 0 to n, or the confidence not within (0, 1)
 * @see Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22.
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): [low: number, high: number] {
  if (!(successes >= 0 && successes <= n)) throw new Error(`invalid successes: ${successes}; allowed: 0 to ${n}`);
  if (!(confidence > 0 && confidence < 1)) {
    throw new Error(`invalid confidence: ${confidence}; allowed: between 0 and 1`);
  }
  if (n === 0) return [0, 1];
  const z = normalHalfWidth(confidence);
  const share = successes / n;
  const middle = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  const scale = 1 + z ** 2 / n;
  // At the ends the formula gives 0 and 1 but for rounding.
  const low = successes === 0 ? 0 : (middle - spread) / scale;
  const high = successes === n ? 1 : (middle + spread) / scale;
  return [low, high];
}

/**
 * Finds z so that a standard normal lies within -z and z with the given probability (1.96 for 0.95).
 *
 * Newton's method from 0: the probability is concave in z, so every step stays below the answer.
 *
 * @see Marsaglia, G. (2004). Evaluating the normal distribution. Journal of Statistical Software 11(4), for the series.
 */
function normalHalfWidth(probability: number): number {
  let z = 0;
  for (;;) {
    const density = 2 * Math.exp(-(z ** 2) / 2) * Math.sqrt(1 / (2 * Math.PI));
    // z + z^3 / 3 + z^5 / (3 x 5) + ...
    let series = 0;
    for (let term = z, odd = 3; series + term !== series; odd += 2) {
      series += term;
      term *= z ** 2 / odd;
    }
    const next = z + (probability - density * series) / density;
    // Once rounding stops the climb, z is as good as it gets.
    if (!(next > z)) return z;
    z = next;
  }
}
