// Probabilities of the kernel SVM: a sigmoid for each pair of classes (Platt), and the coupling of the pairwise
// probabilities into one distribution. Pure arithmetic without TensorFlow.

/** Converts a decision value f into the probability `1 / (1 + exp(slope f + offset))` of the pair's first class. */
export interface Sigmoid {
  /** Platt's A. Below 0 if larger decision values mean the first class. */
  readonly slope: number;
  /** Platt's B. */
  readonly offset: number;
}

// Constants of the pseudo-code of Lin, Lin and Weng, Appendix C.
const MAX_STEPS = 100;
const SMALLEST_STEP = 1e-10;
const RIDGE = 1e-12;
const GRADIENT_TOLERANCE = 1e-5;
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Fits a sigmoid to decision values by maximum likelihood with Platt's regularised targets: (N+ + 1) / (N+ + 2) for the
 * N+ points of the first class, 1 / (N- + 2) for the N- others. It uses Newton's method with backtracking.
 *
 * @param decisions decision values of n points, preferably of points that the classifier was not fitted on
 * @param y +1 for points of the first class, -1 for the others
 * @returns slope 0 and the mean of the targets if all decision values are equal
 * @see Platt, J. C. (2000). Probabilities for SV machines. In Advances in Large Margin Classifiers, MIT Press, 61-74.
 * @see Lin, H.-T., Lin, C.-J. and Weng, R. C. (2007). A note on Platt's probabilistic outputs for support vector
 *   machines. Machine Learning 68, 267-276.
 */
export function fitSigmoid(decisions: Float64Array, y: Int8Array): Sigmoid {
  const positives = y.reduce((sum, sign) => sum + (sign === 1 ? 1 : 0), 0);
  const negatives = y.length - positives;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const target = (t: number): number => (y[t] === 1 ? high : low);

  // Cross-entropy in a form in which no exponential overflows.
  const lossOf = (slope: number, offset: number): number => {
    let loss = 0;
    for (let t = 0; t < y.length; t++) {
      const z = slope * decisions[t]! + offset;
      loss += z >= 0 ? target(t) * z + Math.log1p(Math.exp(-z)) : (target(t) - 1) * z + Math.log1p(Math.exp(z));
    }
    return loss;
  };

  let slope = 0;
  let offset = Math.log((negatives + 1) / (positives + 1));
  let loss = lossOf(slope, offset);
  for (let step = 0; step < MAX_STEPS; step++) {
    let [h11, h22, h21, g1, g2] = [RIDGE, RIDGE, 0, 0, 0];
    for (let t = 0; t < y.length; t++) {
      const f = decisions[t]!;
      const p = sigmoidOf({ slope, offset }, f);
      const curvature = p * (1 - p);
      h11 += f * f * curvature;
      h22 += curvature;
      h21 += f * curvature;
      g1 += f * (target(t) - p);
      g2 += target(t) - p;
    }
    if (Math.abs(g1) < GRADIENT_TOLERANCE && Math.abs(g2) < GRADIENT_TOLERANCE) break;

    const determinant = h11 * h22 - h21 * h21;
    const slopeStep = -(h22 * g1 - h21 * g2) / determinant;
    const offsetStep = -(h11 * g2 - h21 * g1) / determinant;
    const descent = g1 * slopeStep + g2 * offsetStep;
    let size = 1;
    for (; size >= SMALLEST_STEP; size /= 2) {
      const next = lossOf(slope + size * slopeStep, offset + size * offsetStep);
      if (next >= loss + SUFFICIENT_DECREASE * size * descent) continue;
      slope += size * slopeStep;
      offset += size * offsetStep;
      loss = next;
      break;
    }
    // At the limit of the arithmetic no step lowers the loss: the sigmoid cannot be improved.
    if (size < SMALLEST_STEP) break;
  }
  return { slope, offset };
}

/**
 * Computes the probability of the pair's first class.
 *
 * @param decision decision value of the pair
 * @returns 0 to 1
 */
export function sigmoidOf({ slope, offset }: Sigmoid, decision: number): number {
  const z = slope * decision + offset;
  // Two forms, because each of them overflows or loses digits on the other side.
  return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}

// As in libsvm: probabilities of 0 or 1 would make the equations singular.
const SMALLEST_PROBABILITY = 1e-7;
// libsvm stops at 0.005 / k, which leaves the third digit uncertain. More sweeps cost little.
const COUPLING_TOLERANCE = 1e-6;
const MAX_SWEEPS = 1000;

/**
 * Couples the probabilities of all pairs into one distribution p over k classes: the minimum of
 * `sum over i < j of (r_ji p_i - r_ij p_j)²` with `sum p = 1`, by the fixed-point iteration of Wu, Lin and Weng.
 *
 * @param pairwise k x k, row-major: at (i, j) the probability of class i given that it is i or j, at (j, i) 1 minus it;
 *   the diagonal is not used; values closer to 0 or 1 than 1e-7 are clipped
 * @param count k, at least 2
 * @returns k probabilities that sum to 1
 * @see Wu, T.-F., Lin, C.-J. and Weng, R. C. (2004). Probability estimates for multi-class classification by pairwise
 *   coupling. JMLR 5, 975-1005 (second approach, Algorithm 2).
 */
export function couplePairs(pairwise: Float64Array, count: number): Float64Array {
  const at = (i: number, j: number): number =>
    Math.min(1 - SMALLEST_PROBABILITY, Math.max(SMALLEST_PROBABILITY, pairwise[i * count + j]!));
  // p'Qp is the sum to minimise.
  const q = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      q[i * count + i]! += at(j, i) ** 2;
      q[i * count + j] = -at(j, i) * at(i, j);
    }
  }

  const p = new Float64Array(count).fill(1 / count);
  const qp = new Float64Array(count);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    // Computed in each sweep, because the updates below accumulate rounding errors.
    let pqp = 0;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let j = 0; j < count; j++) sum += q[i * count + j]! * p[j]!;
      qp[i] = sum;
      pqp += p[i]! * sum;
    }
    // At the minimum every (Qp)_i equals p'Qp (their equation 23).
    if (qp.every((value) => Math.abs(value - pqp) < COUPLING_TOLERANCE / count)) break;

    for (let i = 0; i < count; i++) {
      const own = q[i * count + i]!;
      const change = (pqp - qp[i]!) / own;
      const scale = 1 / (1 + change);
      p[i]! += change;
      pqp = scale * scale * (pqp + change * (change * own + 2 * qp[i]!));
      for (let j = 0; j < count; j++) {
        qp[j] = scale * (qp[j]! + change * q[i * count + j]!);
        p[j]! *= scale;
      }
    }
  }
  return p;
}
