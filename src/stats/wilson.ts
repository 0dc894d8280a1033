// Wilson's confidence interval of a proportion, such as an accuracy or a recall.
import { normalQuantile } from './normal.ts';

/**
 * Computes Wilson's score interval of a proportion, without continuity correction. It stays within [0, 1] and has a width
 * above 0 even for 0 or n successes.
 *
 * @param successes 0 to n
 * @param n number of trials; 0 gives [0, 1]
 * @param confidence between 0 and 1, exclusive
 * @returns lower and upper end, in [0, 1], with the observed proportion between them
 * @throws Error if successes are not within 0 to n, or the confidence is not within (0, 1)
 * @see Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22.
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): [low: number, high: number] {
  if (!(successes >= 0 && successes <= n)) throw new Error(`invalid successes: ${successes}; allowed: 0 to ${n}`);
  if (!(confidence > 0 && confidence < 1)) {
    throw new Error(`invalid confidence: ${confidence}; allowed: between 0 and 1`);
  }
  if (n === 0) return [0, 1];
  const z = -normalQuantile((1 - confidence) / 2);
  const share = successes / n;
  const middle = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  const scale = 1 + z ** 2 / n;
  // At the ends the formula gives 0 and 1 only up to rounding.
  const low = successes === 0 ? 0 : (middle - spread) / scale;
  const high = successes === n ? 1 : (middle + spread) / scale;
  return [low, high];
}
