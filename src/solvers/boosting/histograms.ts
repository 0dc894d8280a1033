// Histograms of slopes and curvatures of the leaves of one tree, and the best split that a histogram gives.
import { CURVATURE_UNIT, type PackedSample } from './packed-sample.ts';

/** The best split of a leaf. */
export interface Split {
  readonly gain: number;
  /** Position among the drawn features. */
  readonly feature: number;
  /** Bins up to it go left. */
  readonly threshold: number;
  /** Packed sum of the images that go right. */
  readonly right: number;
}

/** The histograms of all leaves, one slot per leaf. */
export class Histograms {
  private readonly values: Float64Array;
  private readonly sample: PackedSample;
  /** Number of bins of one slot. */
  private readonly size: number;

  constructor(sample: PackedSample, maxLeaves: number) {
    this.sample = sample;
    this.size = sample.groups * 4 * sample.bins;
    this.values = new Float64Array(maxLeaves * this.size);
  }

  /** Computes the histograms of the images at positions `start` to `end - 1` of the sample. */
  fill(slot: number, start: number, end: number): void {
    const { values, size } = this;
    const { groups, bins, packedBins, order, packed, count } = this.sample;
    values.fill(0, slot * size, (slot + 1) * size);
    for (let group = 0; group < groups; group++) {
      const first = group * count;
      const a = slot * size + group * 4 * bins;
      const b = a + bins;
      const c = b + bins;
      const d = c + bins;
      for (let position = start; position < end; position++) {
        const word = packedBins[first + order[position]!]!;
        // Bin 0 is never read (see findSplit), so four black pixels are skipped.
        if (word === 0) continue;
        const value = packed[position]!;
        values[a + (word & 255)]! += value;
        values[b + ((word >>> 8) & 255)]! += value;
        values[c + ((word >>> 16) & 255)]! += value;
        values[d + (word >>> 24)]! += value;
      }
    }
  }

  /** Subtracts the histograms of one slot from those of another. */
  subtract(from: number, slot: number): void {
    const { values, size } = this;
    const target = from * size;
    const less = slot * size;
    for (let i = 0; i < size; i++) values[target + i]! -= values[less + i]!;
  }

  /**
   * Finds the split with the largest gain.
   *
   * @param total packed sum of the leaf
   * @param minimum smallest sum of curvatures of a child
   * @param l2 penalty
   * @returns undefined if no split has a gain
   */
  findSplit(slot: number, total: number, minimum: number, l2: number): Split | undefined {
    const { values: histograms } = this;
    const { groups, bins } = this.sample;
    const slope = Math.floor(total / CURVATURE_UNIT);
    const curvature = total - slope * CURVATURE_UNIT;
    if (curvature < 2 * minimum) return undefined;
    const own = (slope * slope) / (curvature + l2);
    // A smaller gain is rounding error.
    let best = own * (1 + 1e-9);
    let feature = -1;
    let bin = 0;
    let right = 0;
    const count = groups * 4;
    for (let f = 0; f < count; f++) {
      const first = (slot * count + f) * bins;
      let sum = 0;
      // From the highest bin down: the sum goes right, and the rest goes left, including bin 0.
      for (let value = bins - 1; value > 0; value--) {
        const bucket = histograms[first + value]!;
        if (bucket === 0) continue;
        sum += bucket;
        const g = Math.floor(sum * (1 / CURVATURE_UNIT));
        const h = sum - g * CURVATURE_UNIT;
        if (h < minimum) continue;
        const rest = curvature - h;
        if (rest < minimum) break;
        const restSlope = slope - g;
        const both = (g * g) / (h + l2) + (restSlope * restSlope) / (rest + l2);
        if (both > best) {
          best = both;
          feature = f;
          bin = value;
          right = sum;
        }
      }
    }
    if (feature < 0) return undefined;
    // The threshold is halfway to the next lower bin that occurs.
    const first = (slot * count + feature) * bins;
    let below = bin - 1;
    while (below > 0 && histograms[first + below] === 0) below--;
    return { gain: best - own, feature, threshold: (below + bin - 1) >> 1, right };
  }
}
