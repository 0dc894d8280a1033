// The interval that goes with an accuracy or a recall: what share the model may have on images like these.
import { normalQuantile } from './normal.ts';

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
  const z = -normalQuantile((1 - confidence) / 2);
  const share = successes / n;
  const middle = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
  const scale = 1 + z ** 2 / n;
  // At the ends the formula gives 0 and 1 but for rounding.
  const low = successes === 0 ? 0 : (middle - spread) / scale;
  const high = successes === n ? 1 : (middle + spread) / scale;
  return [low, high];
}
