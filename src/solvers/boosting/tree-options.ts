// Options of boosted trees, and the state that all trees of a fit share.

/** Shape and size of a tree. */
export interface TreeOptions {
  /** Factor of a leaf's step, above 0. */
  readonly learningRate: number;
  /** Maximum number of leaves, at least 2. */
  readonly maxLeaves: number;
  /** Smallest sum of the curvatures p (1 - p) in a leaf, estimated from the sample; at least 0. */
  readonly minLeafWeight: number;
  /** Penalty on half the square of a leaf's value, at least 0. */
  readonly l2: number;
  /** Share of the features that one tree may split on, rounded up to a multiple of four features; in (0, 1]. */
  readonly featureShare: number;
  /** Share of the images that a tree is grown from, see `drawSample`; in (0, 1]. */
  readonly rowShare: number;
  /** Number of histogram bins of a byte, a power of 2; 256 for exact splits. */
  readonly bins: number;
}

/** State of a fit. The arrays are in shared memory. */
export interface BoostingState {
  /** features x images. */
  readonly columns: Uint8Array;
  readonly labels: Uint8Array;
  readonly classCount: number;
  /** The features that are not equal in all images. */
  readonly varying: Int32Array;
  /** classes x images: scores of the model so far. */
  readonly scores: Float32Array;
  /** classes x images: softmax of the scores. */
  readonly probabilities: Float32Array;
  readonly options: TreeOptions;
}

/** One tree to grow. */
export interface TreeTask {
  readonly state: BoostingState;
  /** The class whose scores the tree improves. */
  readonly label: number;
  readonly seed: number;
}
