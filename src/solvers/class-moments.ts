// Sums and sums of squares of the bytes of each class, in integers. Naive Bayes and nearest centroid use them.

/** Sums by class; 0 for a class without images. */
export interface ClassMoments {
  /** Number of images of each class. */
  readonly counts: Float64Array;
  /** classes x size, row-major: sums of bytes, exact. */
  readonly sums: Float64Array;
  /** classes x size, row-major: sums of squared bytes, exact. */
  readonly squares: Float64Array;
}

/**
 * Sums bytes and squared bytes of each class. Integers below 2^53 have no rounding error, so a variance can be computed
 * from the two sums without loss of precision.
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
