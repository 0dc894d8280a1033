// One tree of a boosted model, and the routes of images through it. All images are routed at once, node by node: columns
// are read in ascending order and no step waits for the previous one.

/** A regression tree on bytes. The children of a node come after it. */
export interface BoostedTree {
  /** One per node: the feature that it tests; -1 for a leaf. */
  readonly features: Int32Array;
  /** One per node: bytes up to it go left. */
  readonly thresholds: Uint8Array;
  /** One per node: its left child; the right child is the next node. Not used for a leaf. */
  readonly children: Int32Array;
  /** One per node: what a leaf adds to the score; 0 for other nodes. */
  readonly values: Float32Array;
}

/** Images in the order of a tree's nodes: node i has rows[starts[i]] to rows[ends[i] - 1], in ascending order. */
export class Routes {
  readonly rows: Int32Array;
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  private readonly rights: Int32Array;
  private readonly count: number;

  /** @param count number of images, 0 or more */
  constructor(count: number) {
    this.count = count;
    this.rows = new Int32Array(count);
    this.rights = new Int32Array(count);
  }

  /**
   * Routes all images through a tree.
   *
   * @param tree its values are not used
   * @param columns features x images
   */
  follow({ features, thresholds, children }: BoostedTree, columns: Uint8Array): void {
    const { rows, rights, count } = this;
    const nodes = features.length;
    if (this.starts.length < nodes) {
      this.starts = new Int32Array(nodes);
      this.ends = new Int32Array(nodes);
    }
    const { starts, ends } = this;
    for (let i = 0; i < count; i++) rows[i] = i;
    starts[0] = 0;
    ends[0] = count;
    for (let node = 0; node < nodes; node++) {
      if (features[node]! < 0) continue;
      const offset = features[node]! * count;
      const threshold = thresholds[node]!;
      const end = ends[node]!;
      let middle = starts[node]!;
      let right = 0;
      // Both places are written and one of them is kept. This avoids a branch that the processor would mispredict.
      for (let position = middle; position < end; position++) {
        const row = rows[position]!;
        const goesRight = columns[offset + row]! > threshold ? 1 : 0;
        rows[middle] = row;
        rights[right] = row;
        middle += 1 - goesRight;
        right += goesRight;
      }
      for (let i = 0; i < right; i++) rows[middle + i] = rights[i]!;
      const left = children[node]!;
      starts[left] = starts[node]!;
      ends[left] = middle;
      starts[left + 1] = middle;
      ends[left + 1] = end;
    }
  }

  /**
   * Adds the values of the leaves to the scores of the images in them.
   *
   * @param tree the tree that was last passed to `follow`
   * @param scores one per image, updated
   */
  addValues({ features, values }: BoostedTree, scores: Float32Array): void {
    const { rows, starts, ends } = this;
    for (let node = 0; node < features.length; node++) {
      if (features[node]! >= 0) continue;
      const value = values[node]!;
      for (let position = starts[node]!; position < ends[node]!; position++) scores[rows[position]!]! += value;
    }
  }
}
