// Float features as bytes: at most 256 bins a feature, cut at quantiles, so that a histogram forest grows on any data.
import { UserError } from '../base/errors.ts';

/** The most bins that a byte can tell apart. */
const MAX_BINS = 256;

/** Where each feature is cut. */
export interface QuantileBins {
  /** A feature's cut points, ascending, 0 to 255 of them; a value's bin is the number of cut points below it. */
  readonly cuts: readonly Float32Array[];
}

/**
 * Finds the cut points of each feature: halfway between all neighbouring values when there are at most 256 different
 * ones (then no information is lost), else at the 255 quantiles that part the values evenly, equal ones merged.
 *
 * @param rows n x width, row-major, n at least 1
 * @param width features of a row
 * @throws UserError when a value is not finite
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
 * @param bins of `findBins`
 * @param rows n x width, row-major, of as many features as the bins
 * @returns n x width bytes
 * @throws UserError when a value is not finite
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

// A cut c parts `value <= c` from `value > c`, so it may equal the lower neighbour but not the higher, to which the
// midpoint of two neighbouring floats can round. Halves are added, for the sum of two large values may overflow.
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle < high ? middle : low;
}

// Binary search: how many cut points are below a value.
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
