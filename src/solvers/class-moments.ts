// Sums over the images of each class, in whole numbers. Used by naive Bayes and nearest centroid.

/** Sums by class; zero for a class without images. */
export interface ClassMoments {
  /** Images of each class. */
  readonly counts: Float64Array;
  /** classes x size, row-major: sums of bytes, exact. */
  readonly sums: Float64Array;
  /** classes x size, row-major: sums of squared bytes, exact. */
  readonly squares: Float64Array;
}

/**
 * Sums bytes and their squares within each class. Whole numbers below 2^53 have no rounding error, so that a variance
 * can be taken from the two sums without loss of digits.
 *
 * @param bytes count x size, row-major
 * @param labels class indices below `classCount`, at least one
 */
export function classMoments(bytes: Uint8Array, labels: Uint8Array, classCount: number): ClassMoments {
  const size = bytes.length / labels.length;
  const counts = new Float64Array(classCount);
  const sums = new Float64Array(classCount * size);
  const squares = new Float64Array(classCount * size);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    counts[label]!++;
    for (let p = 0; p < size; p++) {
      const byte = bytes[i * size + p]!;
      sums[label * size + p]! += byte;
      squares[label * size + p]! += byte * byte;
    }
  }
  return { counts, sums, squares };
}
