// Grows one tree of a boosted model from histograms of slopes and curvatures: what a boosting worker does.
import { createRandom, type Random } from '../../base/random.ts';
import { createSample, drawSample } from './sample.ts';
import { type BoostedTree, Routes } from './tree.ts';

/** What decides a tree's shape and size. */
export interface ScalingOptions {
  /** What a leaf's step is multiplied by, above 0. */
  readonly learningRate: number;
  /** At least 2. */
  readonly maxLeaves: number;
  /** Least sum of curvatures p (1 - p) in a leaf, as estimated from the sample; at least 0. */
  readonly minLeafWeight: number;
  /** Penalty on half the square of a leaf's value, at least 0. */
  readonly l2: number;
  /** Share of the features that one tree may split on, rounded up to a multiple of four features; in (0, 1]. */
  readonly featureShare: number;
  /** Share of the images that a tree's shape is found from, see `drawSample`; in (0, 1]. */
  readonly rowShare: number;
  /** Histogram buckets of a byte, a power of 2; 256 for exact splits. */
  readonly bins: number;
}

/** What all trees of a model share; the arrays lie in shared memory. */
export interface BoostingState {
  /** Features x images. */
  readonly columns: Uint8Array;
  readonly labels: Uint8Array;
  readonly classCount: number;
  /** The features that are not the same in all images. */
  readonly varying: Int32Array;
  /** Classes x images: the model's scores so far. */
  readonly scores: Float32Array;
  /** Classes x images: their softmax. */
  readonly probabilities: Float32Array;
  readonly options: ScalingOptions;
}

/** One tree to grow. */
export interface TreeTask {
  readonly state: BoostingState;
  /** Whose scores it improves. */
  readonly label: number;
  readonly seed: number;
}

// A bucket is one number, slope x 2^26 + curvature, both whole: one addition serves both, every sum below 2^53 is exact,
// and so is a child's histogram taken from its parent's.
const CURVATURE_BITS = 26;
const CURVATURE_UNIT = 2 ** CURVATURE_BITS;

interface Leaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  /** Sum of slopes and curvatures, packed. */
  readonly total: number;
  /** Which histogram is the leaf's. */
  readonly slot: number;
  split: Split | undefined;
}

interface Split {
  readonly gain: number;
  /** Position among the features drawn. */
  readonly feature: number;
  readonly threshold: number;
  /** The packed sum of what goes right. */
  readonly right: number;
}

/** Grows trees one after the other in the same memory: fresh arrays for each would cost more than growing. */
export class TreeGrower {
  private readonly sample;
  private readonly routes: Routes;
  private readonly order: Int32Array;
  private readonly packed: Float64Array;
  private readonly spareOrder: Int32Array;
  private readonly sparePacked: Float64Array;
  private readonly features: Int32Array;
  private readonly groups: number;
  private readonly bins: number;
  /** Bits of a byte that its bin leaves out. */
  private readonly shift: number;
  private readonly histograms: Float64Array;
  private words = new Uint32Array(0);

  /** @param state the first tree's; all later ones have the same sizes and options */
  constructor({ labels, varying, options }: BoostingState) {
    this.sample = createSample(labels.length);
    this.routes = new Routes(labels.length);
    this.order = new Int32Array(labels.length);
    this.packed = new Float64Array(labels.length);
    this.spareOrder = new Int32Array(labels.length);
    this.sparePacked = new Float64Array(labels.length);
    this.features = varying.slice();
    const drawn = Math.max(1, Math.round(options.featureShare * varying.length));
    this.groups = Math.ceil(drawn / 4);
    this.bins = options.bins;
    this.shift = 8 - Math.log2(options.bins);
    this.histograms = new Float64Array(options.maxLeaves * this.groups * 4 * options.bins);
  }

  /**
   * Grows the tree that lowers the loss of one class most, leaf by leaf, each time the leaf with the largest gain; gives
   * its leaves the Newton step of all images, not only of the sample; adds it to the scores.
   *
   * @param task the same task grows the same tree, on whichever thread
   * @see Chen, T. and Guestrin, C. (2016). XGBoost: a scalable tree boosting system. KDD. (gain and leaf values)
   * @see Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. NeurIPS. (leaf-wise growth,
   *   histograms by subtraction)
   */
  grow({ state, label, seed }: TreeTask): BoostedTree {
    const { labels, columns, options } = state;
    const images = labels.length;
    const random = createRandom(seed);
    const probabilities = state.probabilities.subarray(label * images, (label + 1) * images);
    drawSample(probabilities, labels, label, options.rowShare, random, this.sample);
    this.drawFeatures(state.varying, random);
    const unit = this.packSample();
    this.gather(columns, images);
    const tree = this.shape(options, unit);
    this.routes.follow(tree, columns);
    this.setValues(tree, state, label, probabilities);
    this.routes.addValues(tree, state.scores.subarray(label * images, (label + 1) * images));
    return tree;
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

  // Rounds to whole multiples, as fine as the sums allow; returns how many make 1.
  private packSample(): number {
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

  // Copies what the sample has in the features drawn: four features to a word, so that one read serves four buckets and
  // consecutive additions meet different ones.
  private gather(columns: Uint8Array, images: number): void {
    const { features, groups, shift } = this;
    const mask = (255 >> shift) * 0x01010101;
    const { rows, count } = this.sample;
    if (this.words.length < groups * count) this.words = new Uint32Array(groups * count);
    const { words } = this;
    const drawn = Math.min(groups * 4, features.length);
    for (let group = 0; group < groups; group++) {
      // Beyond the last feature the last is taken again: its second histogram finds no better split.
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
        words[at + i] = (word >>> shift) & mask;
      }
    }
  }

  private shape(options: ScalingOptions, unit: number): BoostedTree {
    const { maxLeaves } = options;
    const { packed, groups, bins, shift, histograms } = this;
    const features = new Int32Array(2 * maxLeaves - 1).fill(-1);
    const thresholds = new Uint8Array(features.length);
    const children = new Int32Array(features.length);
    const size = groups * 4 * bins;
    const minimum = options.minLeafWeight * unit;
    const l2 = options.l2 * unit;
    let nodes = 1;

    let total = 0;
    for (let i = 0; i < this.sample.count; i++) total += packed[i]!;
    const root: Leaf = { node: 0, start: 0, end: this.sample.count, total, slot: 0, split: undefined };
    this.fill(root);
    root.split = this.findSplit(root, minimum, l2);
    const leaves = [root];
    while (leaves.length < maxLeaves) {
      let at = -1;
      for (let i = 0; i < leaves.length; i++) {
        const { split } = leaves[i]!;
        if (split && !(at >= 0 && split.gain <= leaves[at]!.split!.gain)) at = i;
      }
      if (at < 0) break;
      const parent = leaves[at]!;
      const { feature, threshold, right } = parent.split!;
      const middle = this.divide(parent, feature, threshold);
      features[parent.node] = this.features[Math.min(feature, this.features.length - 1)]!;
      thresholds[parent.node] = ((threshold + 1) << shift) - 1;
      children[parent.node] = nodes;
      const isLeftSmaller = middle - parent.start < parent.end - middle;
      const [leftSlot, rightSlot] = isLeftSmaller ? [leaves.length, parent.slot] : [parent.slot, leaves.length];
      const low: Leaf = {
        node: nodes,
        start: parent.start,
        end: middle,
        total: parent.total - right,
        slot: leftSlot,
        split: undefined,
      };
      const high: Leaf = {
        node: nodes + 1,
        start: middle,
        end: parent.end,
        total: right,
        slot: rightSlot,
        split: undefined,
      };
      nodes += 2;
      leaves[at] = low;
      leaves.push(high);
      if (leaves.length === maxLeaves) break;
      const [smaller, larger] = isLeftSmaller ? [low, high] : [high, low];
      this.fill(smaller);
      const from = larger.slot * size;
      const less = smaller.slot * size;
      for (let i = 0; i < size; i++) histograms[from + i]! -= histograms[less + i]!;
      low.split = this.findSplit(low, minimum, l2);
      high.split = this.findSplit(high, minimum, l2);
    }
    return {
      features: features.slice(0, nodes),
      thresholds: thresholds.slice(0, nodes),
      children: children.slice(0, nodes),
      values: new Float32Array(nodes),
    };
  }

  // Bucket 0 of a feature is never read (see findSplit), so four blank pixels are passed over.
  private fill({ slot, start, end }: Leaf): void {
    const { groups, bins, histograms, words, order, packed } = this;
    const { count } = this.sample;
    const size = groups * 4 * bins;
    histograms.fill(0, slot * size, (slot + 1) * size);
    for (let group = 0; group < groups; group++) {
      const first = group * count;
      const a = slot * size + group * 4 * bins;
      const b = a + bins;
      const c = b + bins;
      const d = c + bins;
      for (let position = start; position < end; position++) {
        const word = words[first + order[position]!]!;
        if (word === 0) continue;
        const value = packed[position]!;
        histograms[a + (word & 255)]! += value;
        histograms[b + ((word >>> 8) & 255)]! += value;
        histograms[c + ((word >>> 16) & 255)]! += value;
        histograms[d + (word >>> 24)]! += value;
      }
    }
  }

  // From the highest value down: what goes right is summed up, what goes left is the rest, bucket 0 included.
  private findSplit({ slot, total }: Leaf, minimum: number, l2: number): Split | undefined {
    const { histograms, groups, bins } = this;
    const slope = Math.floor(total / CURVATURE_UNIT);
    const curvature = total - slope * CURVATURE_UNIT;
    if (curvature < 2 * minimum) return undefined;
    const own = (slope * slope) / (curvature + l2);
    // Below this a gain is rounding.
    let best = own * (1 + 1e-9);
    let feature = -1;
    let bin = 0;
    let right = 0;
    const count = groups * 4;
    for (let f = 0; f < count; f++) {
      const first = (slot * count + f) * bins;
      let sum = 0;
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
    // Halfway to the next value that occurs.
    const first = (slot * count + feature) * bins;
    let below = bin - 1;
    while (below > 0 && histograms[first + below] === 0) below--;
    return { gain: best - own, feature, threshold: (below + bin - 1) >> 1, right };
  }

  private divide({ start, end }: Leaf, feature: number, threshold: number): number {
    const { order, packed, spareOrder, sparePacked, words } = this;
    const first = (feature >> 2) * this.sample.count;
    const shift = (feature & 3) * 8;
    let middle = start;
    let right = 0;
    for (let position = start; position < end; position++) {
      const i = order[position]!;
      const value = packed[position]!;
      if (((words[first + i]! >>> shift) & 255) <= threshold) {
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

  private setValues(tree: BoostedTree, state: BoostingState, label: number, probabilities: Float32Array): void {
    const { rows, starts, ends } = this.routes;
    const { labels, options } = state;
    for (let node = 0; node < tree.features.length; node++) {
      if (tree.features[node]! >= 0) continue;
      let slope = 0;
      let curvature = 0;
      for (let position = starts[node]!; position < ends[node]!; position++) {
        const row = rows[position]!;
        const p = probabilities[row]!;
        slope += labels[row] === label ? p - 1 : p;
        curvature += p * (1 - p);
      }
      tree.values[node] = curvature + options.l2 > 0 ? (-options.learningRate * slope) / (curvature + options.l2) : 0;
    }
  }
}
