// Computes the foreground share of images, and whether it differs between training and test images of a class.
import { type Anova, oneWayAnova } from '../stats/anova.ts';
import { quantile } from '../stats/summary.ts';

/** Foreground shares of some images: the share of pixels that are not background, 0 to 1. */
export interface ForegroundSummary {
  readonly count: number;
  readonly median: number;
  readonly mean: number;
  /** Of the population. */
  readonly variance: number;
}

/** One class in both parts of the data. */
export interface ClassForeground {
  readonly label: number;
  /** null for a part without images of this class. */
  readonly train: ForegroundSummary | null;
  readonly test: ForegroundSummary | null;
  /** Training images against test images; null when a part has no image or neither varies. */
  readonly anova: Anova | null;
}

/** Images and the class of each. */
export interface Part {
  /** n x size, row-major; 0 is background. */
  readonly bytes: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Computes the share of pixels above 0 of each image.
 *
 * @returns one share for each image
 */
export function foregroundShares({ bytes, labels }: Part): Float64Array {
  const size = bytes.length / labels.length;
  return Float64Array.from(labels, (_, i) => {
    let count = 0;
    for (let k = i * size; k < (i + 1) * size; k++) if (bytes[k]! > 0) count++;
    return count / size;
  });
}

/**
 * Compares the foreground shares of training and test images, class by class.
 *
 * @param classCount how many classes there are
 */
export function foregroundByClass(train: Part, test: Part, classCount: number): ClassForeground[] {
  const [inTrain, inTest] = [train, test].map((part) => {
    const shares = foregroundShares(part);
    return Array.from({ length: classCount }, (_, label) => [...shares.filter((_, i) => part.labels[i] === label)]);
  }) as [number[][], number[][]];
  return Array.from({ length: classCount }, (_, label) => {
    const groups = [inTrain[label]!, inTest[label]!] as const;
    const isEmpty = groups.some(({ length }) => length === 0) || groups[0].length + groups[1].length < 3;
    return {
      label,
      train: summarizeForeground(groups[0]),
      test: summarizeForeground(groups[1]),
      anova: isEmpty ? null : oneWayAnova(groups),
    };
  });
}

function summarizeForeground(shares: readonly number[]): ForegroundSummary | null {
  const count = shares.length;
  if (count === 0) return null;
  const mean = shares.reduce((sum, share) => sum + share, 0) / count;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / count;
  return { count, median: quantile(shares, 0.5), mean, variance };
}
