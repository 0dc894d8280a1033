// One tree of a boosted model, and how images are sent down it: all at once, node by node, so that each column is read
// forwards and no step waits for the one before.

/** A regression tree on bytes. A node's children come after it. */
export interface BoostedTree {
  /** Nodes x 1: the byte that the node looks at; -1 for a leaf. */
  readonly features: Int32Array;
  /** Nodes x 1: a byte goes left when <= it. */
  readonly thresholds: Uint8Array;
  /** Nodes x 1: the left child, followed by the right one; of no meaning for a leaf. */
  readonly children: Int32Array;
  /** Nodes x 1: what a leaf adds to the score; 0 for others. */
  readonly values: Float32Array;
}

/** Images in the order of a tree's nodes: node i holds rows[starts[i]] to rows[ends[i] - 1], in ascending order. */
export class Routes {
  readonly rows: Int32Array;
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  private readonly rights: Int32Array;
  private readonly count: number;

  /** @param count how many images, 0 allowed */
  constructor(count: number) {
    this.count = count;
    this.rows = new Int32Array(count);
    this.rights = new Int32Array(count);
  }

  /**
   * Sends all images down a tree.
   *
   * @param tree its values are not looked at
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
      // Both places are written and one of them kept: no branch that the processor would have to guess.
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
   * Adds the leaves' values to the scores of the images that `follow` found there.
   *
   * @param tree the one last followed
   * @param scores one an image, changed in place
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
