// The variance of an estimate as a sum of estimated terms, and the degrees of freedom of the sum.

/** An estimated variance of a mean, or of a difference of means. */
export interface VarianceTerm {
  readonly variance: number;
  /** Degrees of freedom of the estimate; infinite for a known variance. */
  readonly degrees: number;
}

/**
 * Adds independent estimates of variance. The degrees of freedom of the sum follow from those of the terms.
 *
 * @param terms in any order
 * @returns infinite degrees for a sum of 0
 * @see Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin 2.
 */
export function sumOfVariances(terms: readonly VarianceTerm[]): VarianceTerm {
  const variance = terms.reduce((sum, term) => sum + term.variance, 0);
  const doubt = terms.reduce((sum, term) => sum + term.variance ** 2 / term.degrees, 0);
  return { variance, degrees: doubt === 0 ? Number.POSITIVE_INFINITY : variance ** 2 / doubt };
}
