// One decision tree on bytes: grown depth first on a bootstrap sample and stored in flat arrays.
import { createRandom, type Random } from '../../base/random.ts';
import { type Criterion, type Sample, SplitFinder, weightedImpurity } from './split-finder.ts';

/** Input of one tree. The arrays are in shared memory, so that sending a task to a worker copies nothing. */
export interface TreeTask {
  /** images x features bytes. */
  readonly bytes: Uint8Array;
  /** features x images bytes: the transposed images. */
  readonly columns: Uint8Array;
  /** One class index per image. */
  readonly labels: Uint8Array;
  readonly classCount: number;
  readonly criterion: Criterion;
  /** Result of `impurityTable` for the criterion, up to the number of images. */
  readonly table: Float64Array;
  /** Number of varying features to consider in each node, at least 1. */
  readonly maxFeatures: number;
  /** Maximum number of levels of splits; Infinity for no limit. */
  readonly maxDepth: number;
  /** Minimum number of images in a leaf; an image that was drawn n times counts n times. */
  readonly minSamplesLeaf: number;
  /** Whether the sample is drawn with replacement; otherwise it has each image once. */
  readonly bootstrap: boolean;
  readonly seed: number;
}

/** A grown tree. Node 0 is the root; the two children of a node are adjacent. */
export interface Tree {
  /** The feature that a node tests; -1 for a leaf. */
  readonly features: Int32Array;
  /** Bytes up to it go to the left child. */
  readonly thresholds: Uint8Array;
  /** The left child of a node; the right child is the next node. For a leaf, its row in `distributions`. */
  readonly children: Int32Array;
  /** leaves x classes: class shares in each leaf, each row sums to 1. */
  readonly distributions: Float32Array;
  /** Decrease of impurity by feature, weighted by the share of images in the node; sums to 1, or to 0 without a split. */
  readonly importances: Float64Array;
}

/**
 * Draws a bootstrap sample.
 *
 * @param count number of images, which is also the number of draws
 * @param random the generator to draw from
 * @returns how often each image was drawn; 0 means out of bag
 */
export function bootstrapCounts(count: number, random: Random): Int32Array {
  const counts = new Int32Array(count);
  for (let i = 0; i < count; i++) counts[Math.floor(random() * count)]!++;
  return counts;
}

/**
 * Finds the leaf of one image.
 *
 * @param tree a grown tree
 * @param bytes images in any layout
 * @param offset position of the image's first feature
 * @param stride distance between two of its features
 * @returns the leaf's row in `tree.distributions`
 */
export function leafOf(tree: Tree, bytes: Uint8Array, offset: number, stride: number): number {
  const { features, thresholds, children } = tree;
  let node = 0;
  let feature = features[0]!;
  while (feature >= 0) {
    node = children[node]! + (bytes[offset + feature * stride]! > thresholds[node]! ? 1 : 0);
    feature = features[node]!;
  }
  return children[node]!;
}

/**
 * Grows one tree. In each node features are drawn without replacement until `maxFeatures` of them vary in the node;
 * scikit-learn also counts constant ones. As in scikit-learn, a node that is not pure is split even if no split lowers its
 * impurity.
 *
 * @param task data, options and seed; equal tasks give equal trees
 * @see Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
 */
export function growTree(task: TreeTask): Tree {
  const { labels, classCount, criterion, table, maxDepth, minSamplesLeaf } = task;
  const imageCount = labels.length;
  const featureCount = task.columns.length / imageCount;
  const random = createRandom(task.seed);
  const sample = drawSample(task, random);
  const size = sample.rows.length;
  const finder = createFinder(task, sample);
  const draw = createFeatureDraw(featureCount, random);
  const partition = createPartition(task.columns, imageCount, sample);

  const tree = createTree(size, classCount, featureCount);
  const { features, thresholds, children, importances } = tree;
  const counts = new Int32Array(classCount);
  const open = [{ node: 0, start: 0, end: size, depth: 0, constants: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, start, end, depth } = next;
    draw.rewind(next.constants);
    const total = countClasses(sample, start, end, counts);
    const impurity = weightedImpurity(criterion, table, counts);
    const canSplit = end - start > 1 && depth < maxDepth && total >= 2 * minSamplesLeaf && !isPure(counts);
    if (canSplit) {
      finder.begin(start, end, counts);
      draw.restart();
      for (let varying = 0; varying < task.maxFeatures; ) {
        const feature = draw.next();
        if (feature < 0) break;
        if (finder.consider(feature)) varying++;
        else draw.markConstant(feature);
      }
    }
    if (!canSplit || finder.feature < 0) {
      addLeaf(tree, node, counts, total);
      continue;
    }
    const { feature, threshold } = finder;
    const middle = partition(feature, threshold, start, end);
    features[node] = feature;
    thresholds[node] = threshold;
    children[node] = tree.nodes;
    importances[feature]! += impurity;
    for (const [from, to] of [
      [start, middle],
      [middle, end],
    ] as const) {
      countClasses(sample, from, to, counts);
      importances[feature]! -= weightedImpurity(criterion, table, counts);
    }
    const constants = draw.marked();
    open.push({ node: tree.nodes + 1, start: middle, end, depth: depth + 1, constants });
    open.push({ node: tree.nodes, start, end: middle, depth: depth + 1, constants });
    tree.nodes += 2;
  }
  return trim(tree, classCount);
}

function createFinder(task: TreeTask, sample: Sample): SplitFinder {
  const { bytes, columns, labels, classCount, criterion, table, minSamplesLeaf } = task;
  return new SplitFinder(bytes, columns, labels.length, sample, classCount, criterion, table, minSamplesLeaf);
}

/** A tree with room for the largest possible number of nodes. */
interface UnfinishedTree extends Tree {
  nodes: number;
  leaves: number;
}

function createTree(size: number, classCount: number, featureCount: number): UnfinishedTree {
  return {
    features: new Int32Array(2 * size),
    thresholds: new Uint8Array(2 * size),
    children: new Int32Array(2 * size),
    distributions: new Float32Array(size * classCount),
    importances: new Float64Array(featureCount),
    nodes: 1,
    leaves: 0,
  };
}

function addLeaf(tree: UnfinishedTree, node: number, counts: Int32Array, total: number): void {
  tree.features[node] = -1;
  tree.children[node] = tree.leaves;
  const row = tree.leaves * counts.length;
  for (let k = 0; k < counts.length; k++) tree.distributions[row + k] = counts[k]! / total;
  tree.leaves++;
}

function trim({ nodes, leaves, ...tree }: UnfinishedTree, classCount: number): Tree {
  return {
    features: tree.features.slice(0, nodes),
    thresholds: tree.thresholds.slice(0, nodes),
    children: tree.children.slice(0, nodes),
    distributions: tree.distributions.slice(0, leaves * classCount),
    importances: toShares(tree.importances),
  };
}

/**
 * Scales non-negative values so that they sum to 1. If all are 0, they stay 0.
 *
 * @param values changed in place and returned
 */
export function toShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i]! /= sum;
  return values;
}

// Rows are in ascending order, here and in every node, so that columns are read in ascending order.
function drawSample({ labels, bootstrap }: TreeTask, random: Random): Sample {
  const drawn = bootstrap ? bootstrapCounts(labels.length, random) : new Int32Array(labels.length).fill(1);
  const rows = new Int32Array(labels.length);
  const codes = new Int32Array(labels.length);
  let size = 0;
  for (let i = 0; i < labels.length; i++) {
    if (drawn[i] === 0) continue;
    rows[size] = i;
    codes[size++] = (drawn[i]! << 8) | labels[i]!;
  }
  return { rows: rows.slice(0, size), codes: codes.slice(0, size) };
}

function countClasses({ codes }: Sample, start: number, end: number, counts: Int32Array): number {
  counts.fill(0);
  let total = 0;
  for (let position = start; position < end; position++) {
    const code = codes[position]!;
    counts[code & 255]! += code >> 8;
    total += code >> 8;
  }
  return total;
}

function isPure(counts: Int32Array): boolean {
  let present = 0;
  for (const count of counts) if (count > 0) present++;
  return present < 2;
}

// Draws features without replacement. A feature that is constant in a node is constant in its subtree, so it is marked and
// not considered there again. The trail of marks is shortened when the subtree is finished.
function createFeatureDraw(featureCount: number, random: Random) {
  const order = Int32Array.from({ length: featureCount }, (_, feature) => feature);
  const isMarked = new Uint8Array(featureCount);
  const trail = new Int32Array(featureCount);
  let marks = 0;
  let left = featureCount;
  return {
    restart(): void {
      left = featureCount;
    },
    /** Returns the next feature that is not marked as constant; -1 if there is none left. */
    next(): number {
      while (left > 0) {
        const at = Math.floor(random() * left--);
        const feature = order[at]!;
        order[at] = order[left]!;
        order[left] = feature;
        if (isMarked[feature] === 0) return feature;
      }
      return -1;
    },
    markConstant(feature: number): void {
      isMarked[feature] = 1;
      trail[marks++] = feature;
    },
    marked: (): number => marks,
    rewind(length: number): void {
      while (marks > length) isMarked[trail[--marks]!] = 0;
    },
  };
}

// Returns a function that moves the images of a node that go left before those that go right, each in their previous order,
// and returns the first position of the right side.
function createPartition(columns: Uint8Array, imageCount: number, { rows, codes }: Sample) {
  const rightRows = new Int32Array(rows.length);
  const rightCodes = new Int32Array(rows.length);
  return (feature: number, threshold: number, start: number, end: number): number => {
    const offset = feature * imageCount;
    let middle = start;
    let rights = 0;
    for (let position = start; position < end; position++) {
      const row = rows[position]!;
      const code = codes[position]!;
      if (columns[offset + row]! <= threshold) {
        rows[middle] = row;
        codes[middle++] = code;
      } else {
        rightRows[rights] = row;
        rightCodes[rights++] = code;
      }
    }
    rows.set(rightRows.subarray(0, rights), middle);
    codes.set(rightCodes.subarray(0, rights), middle);
    return middle;
  };
}
