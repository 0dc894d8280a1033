// Grows one tree of a boosted model from histograms of slopes and curvatures. The boosting worker runs it.
import { createRandom } from '../../base/random.ts';
import { type BoostedTree, Routes } from './boosted-tree.ts';
import { Histograms, type Split } from './histograms.ts';
import { PackedSample } from './packed-sample.ts';
import type { BoostingState, TreeOptions, TreeTask } from './tree-options.ts';

interface Leaf {
  readonly node: number;
  /** First position in the sample. */
  readonly start: number;
  /** One past the last position. */
  readonly end: number;
  /** Packed sum of slopes and curvatures. */
  readonly total: number;
  /** Slot of its histograms. */
  readonly slot: number;
  split: Split | undefined;
}

/** A tree that is being grown. */
interface Growth {
  readonly features: Int32Array;
  readonly thresholds: Uint8Array;
  readonly children: Int32Array;
  readonly leaves: Leaf[];
  nodes: number;
}

/** Grows trees one after the other in the same memory. */
export class TreeGrower {
  private readonly sample: PackedSample;
  private readonly histograms: Histograms;
  private readonly routes: Routes;

  /** @param state the state for the first tree; all later ones have the same sizes and options */
  constructor(state: BoostingState) {
    this.sample = new PackedSample(state);
    this.histograms = new Histograms(this.sample, state.options.maxLeaves);
    this.routes = new Routes(state.labels.length);
  }

  /**
   * Grows a tree that lowers the loss of one class, always splitting the leaf with the largest gain. The value of a leaf is
   * the Newton step of all images in it, not only of the sample. The tree is added to the scores.
   *
   * @param task equal tasks give equal trees
   * @see Chen, T. and Guestrin, C. (2016). XGBoost: a scalable tree boosting system. KDD. (gain and leaf values)
   * @see Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. NeurIPS. (leaf-wise growth,
   *   histograms by subtraction)
   */
  grow({ state, label, seed }: TreeTask): BoostedTree {
    const images = state.labels.length;
    const probabilities = state.probabilities.subarray(label * images, (label + 1) * images);
    const unit = this.sample.draw(state, label, probabilities, createRandom(seed));
    const tree = this.growShape(state.options, unit);
    this.routes.follow(tree, state.columns);
    this.setValues(tree, state, label, probabilities);
    this.routes.addValues(tree, state.scores.subarray(label * images, (label + 1) * images));
    return tree;
  }

  private growShape(options: TreeOptions, unit: number): BoostedTree {
    const { maxLeaves } = options;
    const { sample, histograms } = this;
    const features = new Int32Array(2 * maxLeaves - 1).fill(-1);
    const growth: Growth = {
      features,
      thresholds: new Uint8Array(features.length),
      children: new Int32Array(features.length),
      leaves: [{ node: 0, start: 0, end: sample.count, total: sample.total(), slot: 0, split: undefined }],
      nodes: 1,
    };
    const { leaves } = growth;
    const minimum = options.minLeafWeight * unit;
    const l2 = options.l2 * unit;
    const findSplit = ({ slot, total }: Leaf): Split | undefined => histograms.findSplit(slot, total, minimum, l2);
    histograms.fill(0, 0, sample.count);
    leaves[0]!.split = findSplit(leaves[0]!);
    while (leaves.length < maxLeaves) {
      const at = bestLeaf(leaves);
      if (at < 0) break;
      const [smaller, larger] = this.splitLeaf(growth, at);
      if (leaves.length === maxLeaves) break;
      histograms.fill(smaller.slot, smaller.start, smaller.end);
      histograms.subtract(larger.slot, smaller.slot);
      smaller.split = findSplit(smaller);
      larger.split = findSplit(larger);
    }
    return {
      features: features.slice(0, growth.nodes),
      thresholds: growth.thresholds.slice(0, growth.nodes),
      children: growth.children.slice(0, growth.nodes),
      values: new Float32Array(growth.nodes),
    };
  }

  // Replaces a leaf by its two children. The larger child takes over the slot with the histograms of the parent.
  private splitLeaf(growth: Growth, at: number): [smaller: Leaf, larger: Leaf] {
    const { sample } = this;
    const { features, thresholds, children, leaves } = growth;
    const parent = leaves[at]!;
    const { feature, threshold, right } = parent.split!;
    const middle = sample.divide(parent.start, parent.end, feature, threshold);
    features[parent.node] = sample.featureAt(feature);
    thresholds[parent.node] = ((threshold + 1) << sample.shift) - 1;
    children[parent.node] = growth.nodes;
    const isLeftSmaller = middle - parent.start < parent.end - middle;
    const [leftSlot, rightSlot] = isLeftSmaller ? [leaves.length, parent.slot] : [parent.slot, leaves.length];
    const left: Leaf = {
      node: growth.nodes,
      start: parent.start,
      end: middle,
      total: parent.total - right,
      slot: leftSlot,
      split: undefined,
    };
    const rightLeaf: Leaf = {
      node: growth.nodes + 1,
      start: middle,
      end: parent.end,
      total: right,
      slot: rightSlot,
      split: undefined,
    };
    growth.nodes += 2;
    leaves[at] = left;
    leaves.push(rightLeaf);
    return isLeftSmaller ? [left, rightLeaf] : [rightLeaf, left];
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

// Position of the leaf with the largest gain, the first one if gains are equal; -1 if no leaf can be split.
function bestLeaf(leaves: readonly Leaf[]): number {
  let best = -1;
  for (let i = 0; i < leaves.length; i++) {
    const { split } = leaves[i]!;
    if (split && !(best >= 0 && split.gain <= leaves[best]!.split!.gain)) best = i;
  }
  return best;
}
