// One decision tree on bytes: grown depth first on a bootstrap sample, kept in flat arrays, walked byte by byte.
import { createRandom, type Random } from '../../base/random.ts';
import { type Criterion, type Sample, SplitFinder, weightedImpurity } from './split-finder.ts';

/** What one tree is grown from; the arrays lie in shared memory, so that handing a task to a worker copies nothing. */
export interface TreeTask {
  /** images x features bytes: the pictures. */
  readonly bytes: Uint8Array;
  /** features x images bytes: the same transposed. */
  readonly columns: Uint8Array;
  /** One class index an image. */
  readonly labels: Uint8Array;
  readonly classCount: number;
  readonly criterion: Criterion;
  /** Of `impurityTable` for the criterion, up to the number of images. */
  readonly table: Float64Array;
  /** Features to look at in each node, at least 1. */
  readonly maxFeatures: number;
  /** Levels of splits at most; Infinity for no limit. */
  readonly maxDepth: number;
  /** Images that a leaf holds at least, each counted as often as it was drawn. */
  readonly minSamplesLeaf: number;
  /** Whether the sample is drawn with replacement, or is all images once. */
  readonly bootstrap: boolean;
  readonly seed: number;
}

/** A grown tree. Node 0 is the root; the children of a node follow each other. */
export interface Tree {
  /** The feature that a node asks for; -1 in a leaf. */
  readonly features: Int32Array;
  /** A byte goes to the left child when it is at most this. */
  readonly thresholds: Uint8Array;
  /** The left child, the right one is the next node; in a leaf, its row in `distributions`. */
  readonly children: Int32Array;
  /** leaves x classes: shares of the classes in each leaf, each row sums to 1. */
  readonly distributions: Float32Array;
  /** Decrease of impurity by feature, weighted by the share of images in the node; sums to 1, or to 0 without a split. */
  readonly importances: Float64Array;
}

/**
 * Draws a bootstrap sample.
 *
 * @param count images to draw from, and draws
 * @param random where the draws come from
 * @returns how often each image was drawn; 0 is out of bag
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
 * @param bytes pictures in any layout
 * @param offset where the image's first feature is
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
 * Grows one tree. In each node features are drawn without replacement until `maxFeatures` of them were seen to vary
 * there; scikit-learn counts constant ones too. A node is split even when no split lowers its impurity, as scikit-learn
 * does, until it is pure.
 *
 * @param task data, options and seed; the same task grows the same tree
 * @see Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
 */
export function growTree(task: TreeTask): Tree {
  const { labels, classCount, criterion, table, maxDepth, minSamplesLeaf } = task;
  const imageCount = labels.length;
  const featureCount = task.columns.length / imageCount;
  const random = createRandom(task.seed);
  const sample = drawSample(task, random);
  const size = sample.rows.length;
  const finder = new SplitFinder(
    task.bytes,
    task.columns,
    imageCount,
    sample,
    classCount,
    criterion,
    table,
    minSamplesLeaf,
  );
  const draw = createFeatureDraw(featureCount, random);
  const partition = createPartition(task.columns, imageCount, sample);

  const features = new Int32Array(2 * size);
  const thresholds = new Uint8Array(2 * size);
  const children = new Int32Array(2 * size);
  const distributions = new Float32Array(size * classCount);
  const importances = new Float64Array(featureCount);
  const counts = new Int32Array(classCount);
  let nodes = 1;
  let leaves = 0;

  const open = [{ node: 0, start: 0, end: size, depth: 0, constants: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, start, end, depth } = next;
    draw.rewind(next.constants);
    const total = countClasses(sample, start, end, counts);
    const impurity = weightedImpurity(criterion, table, counts);
    const mayDivide = end - start > 1 && depth < maxDepth && total >= 2 * minSamplesLeaf && !isPure(counts);
    if (mayDivide) {
      finder.begin(start, end, counts);
      draw.restart();
      for (let varying = 0; varying < task.maxFeatures; ) {
        const feature = draw.next();
        if (feature < 0) break;
        if (finder.consider(feature)) varying++;
        else draw.markConstant(feature);
      }
    }
    if (!mayDivide || finder.feature < 0) {
      features[node] = -1;
      children[node] = leaves;
      for (let k = 0; k < classCount; k++) distributions[leaves * classCount + k] = counts[k]! / total;
      leaves++;
      continue;
    }
    const { feature, threshold } = finder;
    const middle = partition(feature, threshold, start, end);
    features[node] = feature;
    thresholds[node] = threshold;
    children[node] = nodes;
    importances[feature]! += impurity;
    for (const [from, to] of [
      [start, middle],
      [middle, end],
    ] as const) {
      countClasses(sample, from, to, counts);
      importances[feature]! -= weightedImpurity(criterion, table, counts);
    }
    const constants = draw.marked();
    open.push({ node: nodes + 1, start: middle, end, depth: depth + 1, constants });
    open.push({ node: nodes, start, end: middle, depth: depth + 1, constants });
    nodes += 2;
  }
  return {
    features: features.slice(0, nodes),
    thresholds: thresholds.slice(0, nodes),
    children: children.slice(0, nodes),
    distributions: distributions.slice(0, leaves * classCount),
    importances: toShares(importances),
  };
}

/**
 * Scales values that are not negative to sum to 1; all zero stays as it is.
 *
 * @param values changed in place and returned
 */
export function toShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i]! /= sum;
  return values;
}

// Rows stay in ascending order, here and in every node: columns are then read forwards.
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

// Draws features without replacement. What is constant in a node is constant below it, so it is never looked at again
// there; the marks form a trail that is cut back when the walk leaves the subtree.
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
    /** The next feature not known to be constant; -1 when there is none left. */
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

// Puts the images of a node that go left before those that go right, each side in its old order; returns the border.
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
