// Converts float features to bytes: at most 256 bins per feature, cut at quantiles, so that the forest works on any data.
import { UserError } from '../base/errors.ts';

/** Number of values of a byte. */
const MAX_BINS = 256;

/** Cut points of all features. */
export interface QuantileBins {
  /** Cut points of each feature, ascending, 0 to 255 of them. The bin of a value is the number of cut points below it. */
  readonly cuts: readonly Float32Array[];
}

/**
 * Finds the cut points of each feature. With at most 256 different values they are halfway between all neighbouring values,
 * and no information is lost. Otherwise they are at the 255 quantiles that divide the values evenly; equal ones are merged.
 *
 * @param rows n x width, row-major, n at least 1
 * @param width number of features of a row
 * @throws UserError if a value is not finite
 * @see Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. NIPS 30 (histograms of bins).
 */
export function findBins(rows: Float32Array, width: number): QuantileBins {
  checkFinite(rows, width);
  const count = rows.length / width;
  const column = new Float32Array(count);
  const cuts = Array.from({ length: width }, (_, feature) => {
    for (let i = 0; i < count; i++) column[i] = rows[i * width + feature]!;
    column.sort();
    return cutsOf(column);
  });
  return { cuts };
}

/**
 * Replaces each value by its bin.
 *
 * @param bins result of `findBins`
 * @param rows n x width, row-major, with the same features as the bins
 * @returns n x width bytes
 * @throws UserError if a value is not finite
 */
export function toBins({ cuts }: QuantileBins, rows: Float32Array): Uint8Array {
  const width = cuts.length;
  checkFinite(rows, width);
  return Uint8Array.from(rows, (value, at) => countBelow(cuts[at % width]!, value));
}

function cutsOf(sorted: Float32Array): Float32Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= MAX_BINS) return distinct.subarray(1).map((value, i) => between(distinct[i]!, value));
  const cuts = new Set<number>();
  for (let q = 1; q < MAX_BINS; q++) {
    const at = (q * (sorted.length - 1)) / MAX_BINS;
    const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    cuts.add(between(low, high));
  }
  return Float32Array.from(cuts);
}

// A cut c separates `value <= c` from `value > c`, so it may equal the lower neighbour but not the higher one, to which
// the midpoint of two adjacent floats can round. Halves are added, because the sum of two large values may overflow.
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high ? middle : low;
}

// Binary search for the number of cut points below a value.
function countBelow(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkFinite(rows: Float32Array, width: number): void {
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new UserError(
    `trees need finite values; found ${rows[bad]} (row ${Math.floor(bad / width)}, value ${bad % width})`,
  );
}
