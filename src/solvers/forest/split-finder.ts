// Finds the best threshold of one feature over the images of one node. Bytes have 256 values, so buckets replace sorting
// and stay exact. Long because `scan` is the inner loop of the forest.

import { sharedArray } from '../shared-array.ts';

/** Impurity of a node: Shannon entropy in bits, or the Gini index. */
export type Criterion = 'entropy' | 'gini';

/** Names of all criteria. */
export const CRITERIA: readonly Criterion[] = ['entropy', 'gini'];

// For larger nodes, counts per value and class are cheaper than visiting every image of a bucket a second time.
const HISTOGRAM_IMAGES = 512;

/** The images of a tree's sample in the order of its nodes: each node has a range of positions. */
export interface Sample {
  /** One per position: index of the image. */
  readonly rows: Int32Array;
  /** One per position: class index in the low 8 bits, number of times drawn in the bits above. */
  readonly codes: Int32Array;
}

/**
 * Tabulates the function of a count c, 0 to `largest`, that a criterion needs: c log2 c for entropy, c² for Gini.
 *
 * @param criterion the impurity
 * @param largest the largest count that will be looked up
 * @returns largest + 1 values in shared memory
 */
export function impurityTable(criterion: Criterion, largest: number): Float64Array {
  const table = sharedArray(Float64Array, largest + 1);
  for (let c = 1; c <= largest; c++) table[c] = criterion === 'entropy' ? c * Math.log2(c) : c * c;
  return table;
}

/**
 * Computes the impurity of class counts times their total: total log2 total - sum c log2 c, or total - sum c² / total.
 *
 * @param criterion the impurity
 * @param table result of `impurityTable`, at least up to the total
 * @param counts one count per class
 */
export function weightedImpurity(criterion: Criterion, table: Float64Array, counts: ArrayLike<number>): number {
  let total = 0;
  let sum = 0;
  for (let k = 0; k < counts.length; k++) {
    total += counts[k]!;
    sum += table[counts[k]!]!;
  }
  if (total === 0) return 0;
  return criterion === 'entropy' ? table[total]! - sum : total - sum / total;
}

/**
 * Searches thresholds. Call `begin` for a node, then `consider` for each feature. The best split so far is in `feature` (-1
 * for none), `threshold` (bytes up to it go left) and `score`.
 *
 * @see Breiman, L. et al. (1984). Classification and Regression Trees.
 */
export class SplitFinder {
  feature = -1;
  threshold = 0;
  /** The decrease of weighted impurity, without a term that is equal for all splits of the node. */
  score = -Infinity;

  private readonly bytes: Uint8Array;
  private readonly columns: Uint8Array;
  private readonly imageCount: number;
  private readonly featureCount: number;
  private readonly sample: Sample;
  private readonly table: Float64Array;
  private readonly entropy: boolean;
  private readonly minSamplesLeaf: number;
  private readonly classBits: number;
  private readonly histogram: Int32Array;
  private readonly occupied = new Int32Array(8);
  private readonly head = new Int32Array(256).fill(-1);
  private readonly next = new Int32Array(HISTOGRAM_IMAGES);
  private readonly left: Int32Array;
  private readonly right: Int32Array;
  private counts: Int32Array;
  private total = 0;
  private sum = 0;
  private start = 0;
  private end = 0;

  /**
   * @param bytes images x features
   * @param columns features x images, the transposed images
   * @param imageCount total number of images, the length of one column
   * @param sample the caller reorders it between nodes
   * @param classCount number of classes
   * @param criterion the impurity
   * @param table result of `impurityTable` for this criterion, at least up to the total of the sample
   * @param minSamplesLeaf minimum number of images of a child; an image that was drawn n times counts n times
   */
  constructor(
    bytes: Uint8Array,
    columns: Uint8Array,
    imageCount: number,
    sample: Sample,
    classCount: number,
    criterion: Criterion,
    table: Float64Array,
    minSamplesLeaf: number,
  ) {
    this.bytes = bytes;
    this.columns = columns;
    this.imageCount = imageCount;
    this.featureCount = columns.length / imageCount;
    this.sample = sample;
    this.table = table;
    this.entropy = criterion === 'entropy';
    this.minSamplesLeaf = minSamplesLeaf;
    this.classBits = Math.ceil(Math.log2(classCount));
    this.histogram = new Int32Array(256 << this.classBits);
    this.left = new Int32Array(classCount);
    this.right = new Int32Array(classCount);
    this.counts = this.left;
  }

  /**
   * Begins the search for a node.
   *
   * @param start its first position in the sample
   * @param end one past its last position
   * @param counts number of its images by class; an image that was drawn n times counts n times
   */
  begin(start: number, end: number, counts: Int32Array): void {
    this.start = start;
    this.end = end;
    this.counts = counts;
    this.feature = -1;
    this.score = -Infinity;
    this.total = 0;
    this.sum = 0;
    for (const count of counts) {
      this.total += count;
      this.sum += this.table[count]!;
    }
  }

  /**
   * Considers one feature. Of two equal splits the earlier one is kept.
   *
   * @returns whether the feature varies within the node
   */
  consider(feature: number): boolean {
    const large = this.end - this.start > HISTOGRAM_IMAGES;
    const varies = large ? this.fillHistogram(feature) : this.fillBuckets(feature);
    if (varies) this.scan(feature, large);
    return varies;
  }

  private fillHistogram(feature: number): boolean {
    const { columns, histogram, occupied, classBits, end } = this;
    const { rows, codes } = this.sample;
    const offset = feature * this.imageCount;
    const first = columns[offset + rows[this.start]!];
    let position = this.start + 1;
    while (position < end && columns[offset + rows[position]!] === first) position++;
    if (position === end) return false;
    for (position = this.start; position < end; position++) {
      const byte = columns[offset + rows[position]!]!;
      const code = codes[position]!;
      histogram[(byte << classBits) + (code & 255)]! += code >> 8;
      occupied[byte >> 5]! |= 1 << (byte & 31);
    }
    return true;
  }

  // Builds a linked list of the images with each value, with links relative to the node's start. Few images are far apart in
  // a column, so they are read row by row: the rows of a whole subtree stay in the cache while it is grown.
  private fillBuckets(feature: number): boolean {
    const { bytes, head, next, occupied, start, featureCount } = this;
    const { rows } = this.sample;
    const size = this.end - start;
    const first = bytes[rows[start]! * featureCount + feature];
    let i = 1;
    while (i < size && bytes[rows[start + i]! * featureCount + feature] === first) i++;
    if (i === size) return false;
    for (i = 0; i < size; i++) {
      const byte = bytes[rows[start + i]! * featureCount + feature]!;
      next[i] = head[byte]!;
      head[byte] = i;
      occupied[byte >> 5]! |= 1 << (byte & 31);
    }
    return true;
  }

  // Moves the images from the right child to the left one, value by value, and clears the buckets.
  private scan(feature: number, large: boolean): void {
    const { table, entropy, minSamplesLeaf, counts, left, right, occupied, histogram, head, next, start, classBits } =
      this;
    const { codes } = this.sample;
    const classCount = left.length;
    // Plain loops are faster than `fill` and `set` for ten classes.
    for (let k = 0; k < classCount; k++) {
      left[k] = 0;
      right[k] = counts[k]!;
    }
    let leftTotal = 0;
    let rightTotal = this.total;
    let leftSum = 0;
    let rightSum = this.sum;
    let previous = 0;
    for (let word = 0; word < 8; word++) {
      let bits = occupied[word]!;
      occupied[word] = 0;
      while (bits !== 0) {
        const byte = (word << 5) + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        if (leftTotal >= minSamplesLeaf && rightTotal >= minSamplesLeaf) {
          const score = entropy
            ? leftSum - table[leftTotal]! + rightSum - table[rightTotal]!
            : leftSum / leftTotal + rightSum / rightTotal;
          if (score > this.score) {
            this.score = score;
            this.feature = feature;
            // Bytes are integers, so the midpoint can be rounded down.
            this.threshold = (previous + byte) >> 1;
          }
        }
        previous = byte;
        if (large) {
          const row = byte << classBits;
          for (let k = 0; k < classCount; k++) {
            const weight = histogram[row + k]!;
            if (weight === 0) continue;
            histogram[row + k] = 0;
            const before = left[k]!;
            const remaining = right[k]!;
            leftSum += table[before + weight]! - table[before]!;
            rightSum += table[remaining - weight]! - table[remaining]!;
            left[k] = before + weight;
            right[k] = remaining - weight;
            leftTotal += weight;
            rightTotal -= weight;
          }
        } else {
          for (let i = head[byte]!; i >= 0; i = next[i]!) {
            const code = codes[start + i]!;
            const k = code & 255;
            const weight = code >> 8;
            const before = left[k]!;
            const remaining = right[k]!;
            leftSum += table[before + weight]! - table[before]!;
            rightSum += table[remaining - weight]! - table[remaining]!;
            left[k] = before + weight;
            right[k] = remaining - weight;
            leftTotal += weight;
            rightTotal -= weight;
          }
          head[byte] = -1;
        }
      }
    }
  }
}
