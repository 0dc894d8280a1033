// Statistics of the pixels of a data set, in total and by class.

/** The distribution of the grey values, 0 to 255. */
export interface PixelStatistics {
  /** 256 counts: pixels of value 0, 1, ... */
  readonly histogram: readonly number[];
  readonly mean: number;
  readonly median: number;
  /** Of the population. */
  readonly standardDeviation: number;
}

/**
 * Counts grey values.
 *
 * @param bytes at least one pixel
 */
export function pixelStatistics(bytes: Uint8Array): PixelStatistics {
  if (bytes.length === 0) throw new Error('no pixels to count');
  const histogram = new Array<number>(256).fill(0);
  for (const byte of bytes) histogram[byte]!++;
  const moment = (term: (value: number) => number): number =>
    histogram.reduce((sum, count, value) => sum + count * term(value), 0) / bytes.length;
  const mean = moment((value) => value);
  return {
    histogram,
    mean,
    median: (valueAt(histogram, Math.floor((bytes.length - 1) / 2)) + valueAt(histogram, bytes.length >> 1)) / 2,
    standardDeviation: Math.sqrt(moment((value) => (value - mean) ** 2)),
  };
}

/** The value at a position of the sorted pixels. */
function valueAt(histogram: readonly number[], position: number): number {
  let passed = 0;
  return histogram.findIndex((count) => {
    passed += count;
    return passed > position;
  });
}

/**
 * Counts the images of each class.
 *
 * @param labels class indices
 * @param classCount how many classes there are
 */
export function classCounts(labels: Uint8Array, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** The mean image of a class and its variance. */
export interface ClassImages {
  /** Mean of each pixel, 0 to 255. */
  readonly mean: Float64Array;
  /** Variance of each pixel over the population, 0 to 127.5 squared. */
  readonly variance: Float64Array;
}

/**
 * Averages the images of each class, pixel by pixel.
 *
 * @param bytes n x size, row-major
 * @param labels n class indices
 * @param classCount how many classes there are
 * @returns one for each class; zeros for a class without images
 */
export function averageImages(bytes: Uint8Array, labels: Uint8Array, classCount: number): ClassImages[] {
  const size = labels.length === 0 ? 0 : bytes.length / labels.length;
  const counts = classCounts(labels, classCount);
  const sums = counts.map(() => new Float64Array(size));
  const squares = counts.map(() => new Float64Array(size));
  for (const [i, label] of labels.entries()) {
    const [sum, square] = [sums[label]!, squares[label]!];
    for (let k = 0; k < size; k++) {
      const value = bytes[i * size + k]!;
      // Whole numbers below 2^53: both sums are exact.
      sum[k]! += value;
      square[k]! += value * value;
    }
  }
  return counts.map((count, label) => {
    const share = count === 0 ? 0 : 1 / count;
    const mean = sums[label]!.map((sum) => sum * share);
    const variance = squares[label]!.map((square, k) => Math.max(0, square * share - mean[k]! ** 2));
    return { mean, variance };
  });
}
