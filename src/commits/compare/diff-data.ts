// What a comparison of two states of the code says: renderers read this and nothing else. Texts are not escaped.

/**
 * What became of a metric. `inconclusive`: it may have changed, the measurements cannot tell; `unmeasured`: a side lacks
 * it; `incomparable`: the sides were not measured alike. Neither of the last three is a pass.
 */
export type Verdict = 'better' | 'worse' | 'same' | 'inconclusive' | 'unmeasured' | 'incomparable';

/** One metric of one model, before and after, in the metric's unit. */
export interface MetricChange {
  /** The id of the metric. */
  readonly metric: string;
  readonly verdict: Verdict;
  /** Means over seeds of metrics tested on images, medians over runs of others; null where a side has none. */
  readonly before: number | null;
  readonly after: number | null;
  /** 95 % interval of the change, after minus before; null where there is none. */
  readonly interval: readonly [low: number, high: number] | null;
  /** What the verdict rests on, in words: `fixed 61, broke 44, p = 0.12`. */
  readonly evidence: string;
}

/** The images of one class that were right. */
export interface ClassChange {
  readonly name: string;
  /** Shares of the class's images, 0 to 1. */
  readonly before: number;
  readonly after: number;
  readonly fixed: number;
  readonly broke: number;
  /** McNemar's exact test on the images of the class, adjusted for all classes (Holm). */
  readonly p: number;
}

/** Images of one class that were taken for another. */
export interface CellChange {
  readonly truth: string;
  readonly predicted: string;
  readonly before: number;
  readonly after: number;
  /** McNemar's exact test on the images of the class, adjusted for all cells (Holm). */
  readonly p: number;
}

/** A test image that one side has right and the other wrong. */
export interface Flip {
  /** Position in the test images. */
  readonly image: number;
  readonly truth: number;
  readonly before: number;
  readonly after: number;
}

/** Something about the two sides that is no metric: a parameter, a version, the machine, the code. */
export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One model, before and after. */
export interface ModelDiff {
  /** The id, and what sets it apart where a side has several of it: `knn (k=5)`. */
  readonly name: string;
  readonly modelId: string;
  /** Seeds of each side that ended well. */
  readonly seeds: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Fits of each side that did not end well: `seed 2: out of memory`. */
  readonly failures: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly metrics: readonly MetricChange[];
  /** Which test images the parts below are about; null without them. */
  readonly splitHash: string | null;
  /** Of the first seed that both sides have; empty without the test images. */
  readonly classes: readonly ClassChange[];
  /** Signed change of the confusion matrix, after minus before; rows are the truth. */
  readonly confusion: readonly (readonly number[])[];
  /** Cells beyond chance. */
  readonly cells: readonly CellChange[];
  readonly flips: readonly Flip[];
  readonly differences: readonly Difference[];
}

/** One side of a comparison. */
export interface Side {
  /** As the user named it, and what that led to: `main (9b1c2d3f)`. */
  readonly name: string;
  readonly records: number;
}

/** Two states of the code, compared. */
export interface Diff {
  readonly before: Side;
  readonly after: Side;
  readonly benchmark: string;
  /** One, unless the user asked to compare across machines. */
  readonly machines: readonly string[];
  readonly classNames: readonly string[];
  /** The ids of the metrics that are compared, in the order of every table. */
  readonly metrics: readonly string[];
  /** Those in which something changed first, the worst of them first. */
  readonly models: readonly ModelDiff[];
  /** Models that just one side has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** What a reader should know before trusting it. */
  readonly cautions: readonly string[];
}
