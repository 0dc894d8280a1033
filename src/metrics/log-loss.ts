// Log loss: the mean negative log-likelihood of the true classes.

/** The gap between 1 and the next float32. scikit-learn's `log_loss` clips float32 probabilities by it. */
const EPSILON = 2 ** -23;

/**
 * Computes the mean negative log-likelihood of the true classes, in nats. A probability is clipped to
 * [2^-23, 1 - 2^-23], so that one confident mistake costs about 15.9 and not infinity. Rows are not normalized.
 *
 * @param truth n class indices
 * @param probabilities n x classCount, row-major, rows sum to 1
 * @param classCount number of classes
 * @returns above 0; null when there are no images
 * @see scikit-learn, `log_loss` of float32 probabilities
 */
export function logLoss(truth: Uint8Array, probabilities: Float32Array, classCount: number): number | null {
  if (truth.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const probability = probabilities[i * classCount + truth[i]!]!;
    sum -= Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probability)));
  }
  return sum / truth.length;
}
