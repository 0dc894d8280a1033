// The sample of images that one tree is grown from, in a layout that is fast to read: four features per word, slope and
// curvature of an image in one number.
import type { Random } from '../../base/random.ts';
import { createSample, drawSample } from './sample.ts';
import type { BoostingState } from './tree-options.ts';

// Slope and curvature are packed as slope x 2^26 + curvature, both integers. One addition then adds both, every sum below
// 2^53 is exact, and so is the difference of two histograms.
const CURVATURE_BITS = 26;

/** Factor of the slope in a packed number. */
export const CURVATURE_UNIT = 2 ** CURVATURE_BITS;

/** The sample of one tree. Its memory is reused from tree to tree, because new arrays would cost more than growing. */
export class PackedSample {
  /** Number of groups of four features that a tree may use. */
  readonly groups: number;
  /** Number of histogram bins of a feature. */
  readonly bins: number;
  /** Number of low bits of a byte that its bin ignores. */
  readonly shift: number;
  /** Position in the sample of each image, in the order of the leaves. */
  readonly order: Int32Array;
  /** Packed slope and curvature of each image, in the order of the leaves. */
  readonly packed: Float64Array;
  /** groups x count: the bins of four features of an image. */
  packedBins = new Uint32Array(0);
  private readonly sample;
  private readonly spareOrder: Int32Array;
  private readonly sparePacked: Float64Array;
  private readonly features: Int32Array;

  /** @param state the state for the first tree; all later ones have the same sizes and options */
  constructor({ labels, varying, options }: BoostingState) {
    this.sample = createSample(labels.length);
    this.order = new Int32Array(labels.length);
    this.packed = new Float64Array(labels.length);
    this.spareOrder = new Int32Array(labels.length);
    this.sparePacked = new Float64Array(labels.length);
    this.features = varying.slice();
    const drawn = Math.max(1, Math.round(options.featureShare * varying.length));
    this.groups = Math.ceil(drawn / 4);
    this.bins = options.bins;
    this.shift = 8 - Math.log2(options.bins);
  }

  /** Number of images in the sample. */
  get count(): number {
    return this.sample.count;
  }

  /**
   * Returns the feature at a position among the drawn ones.
   *
   * @param position 0 to 4 x groups - 1; a position beyond the last feature means the last
   */
  featureAt(position: number): number {
    return this.features[Math.min(position, this.features.length - 1)]!;
  }

  /**
   * Draws images and features for one tree.
   *
   * @param probabilities one per image, of the class `label`
   * @returns the number by which slopes and curvatures were multiplied before rounding
   */
  draw(state: BoostingState, label: number, probabilities: Float32Array, random: Random): number {
    drawSample(probabilities, state.labels, label, state.options.rowShare, random, this.sample);
    this.drawFeatures(state.varying, random);
    const unit = this.pack();
    this.gather(state.columns, state.labels.length);
    return unit;
  }

  /** Returns the packed sum of all slopes and curvatures. */
  total(): number {
    const { packed, count } = this;
    let total = 0;
    for (let i = 0; i < count; i++) total += packed[i]!;
    return total;
  }

  /**
   * Moves the images of a leaf that go left before those that go right, each in their previous order.
   *
   * @param start first position of the leaf
   * @param end one past its last position
   * @param feature position among the drawn features
   * @param threshold bins up to it go left
   * @returns the first position of the right side
   */
  divide(start: number, end: number, feature: number, threshold: number): number {
    const { order, packed, spareOrder, sparePacked, packedBins } = this;
    const first = (feature >> 2) * this.sample.count;
    const shift = (feature & 3) * 8;
    let middle = start;
    let right = 0;
    for (let position = start; position < end; position++) {
      const i = order[position]!;
      const value = packed[position]!;
      if (((packedBins[first + i]! >>> shift) & 255) <= threshold) {
        order[middle] = i;
        packed[middle++] = value;
      } else {
        spareOrder[right] = i;
        sparePacked[right++] = value;
      }
    }
    for (let i = 0; i < right; i++) {
      order[middle + i] = spareOrder[i]!;
      packed[middle + i] = sparePacked[i]!;
    }
    return middle;
  }

  private drawFeatures(varying: Int32Array, random: Random): void {
    const { features } = this;
    features.set(varying);
    const drawn = Math.min(this.groups * 4, features.length);
    for (let i = 0; i < drawn; i++) {
      const at = i + Math.floor(random() * (features.length - i));
      const kept = features[i]!;
      features[i] = features[at]!;
      features[at] = kept;
    }
  }

  // Rounds to integer multiples of 1 / unit, as fine as the sums allow, and returns the unit.
  private pack(): number {
    const { sample, packed, order } = this;
    const { slopes, curvatures, count } = sample;
    let largest = 0;
    for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(slopes[i]!), curvatures[i]!);
    largest ||= 1;
    const unit = (CURVATURE_UNIT - 1) / Math.max(1, count) / largest - 0.5 / largest;
    for (let i = 0; i < count; i++) {
      packed[i] = Math.round(slopes[i]! * unit) * CURVATURE_UNIT + Math.round(curvatures[i]! * unit);
      order[i] = i;
    }
    return unit;
  }

  // Copies the bins of the drawn features, four features per word: one read then serves four histograms, and consecutive
  // additions go to different ones.
  private gather(columns: Uint8Array, images: number): void {
    const { features, groups, shift } = this;
    const mask = (255 >> shift) * 0x01010101;
    const { rows, count } = this.sample;
    if (this.packedBins.length < groups * count) this.packedBins = new Uint32Array(groups * count);
    const { packedBins } = this;
    const drawn = Math.min(groups * 4, features.length);
    for (let group = 0; group < groups; group++) {
      // The last group repeats the last feature. Its second histogram gives no better split.
      const [a, b, c, d] = [0, 1, 2, 3].map((j) => features[Math.min(group * 4 + j, drawn - 1)]! * images) as [
        number,
        number,
        number,
        number,
      ];
      const at = group * count;
      for (let i = 0; i < count; i++) {
        const row = rows[i]!;
        const word =
          columns[a + row]! | (columns[b + row]! << 8) | (columns[c + row]! << 16) | (columns[d + row]! << 24);
        packedBins[at + i] = (word >>> shift) & mask;
      }
    }
  }
}
