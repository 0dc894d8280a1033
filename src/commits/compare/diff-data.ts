// The result of a comparison of two commits as plain data, which renderers read. Texts are not escaped.

/**
 * How a metric changed. `inconclusive`: the measurements cannot tell whether it changed; `unmeasured`: it was not measured
 * before or after; `incomparable`: the conditions before and after differ. None of the last three means that all is well.
 */
export type Verdict = 'better' | 'worse' | 'same' | 'inconclusive' | 'unmeasured' | 'incomparable';

/** One metric of one model, before and after, in the metric's unit. */
export interface MetricChange {
  /** The id of the metric. */
  readonly metric: string;
  readonly verdict: Verdict;
  /** Mean over seeds of a metric tested on images, median over runs of another; null where it was not measured. */
  readonly before: number | null;
  readonly after: number | null;
  /** 95 % interval of the change, after minus before; null where there is none. */
  readonly interval: readonly [low: number, high: number] | null;
  /** 95 % interval of after divided by before, the geometric means of runs; null for scores and where there is none. */
  readonly ratioInterval: readonly [low: number, high: number] | null;
  /** Adjusted for all models and metrics; null where there is no p-value. */
  readonly p: number | null;
  /** Fits that have the metric: one of each seed for scores, all runs for times and memory. */
  readonly runs: { readonly before: number; readonly after: number };
  /** What the verdict is based on: `fixed 61, broke 44, p = 0.12`. */
  readonly evidence: string;
  /** Whether there was a test. Without one, because runs, images or probabilities are missing, nothing can be said. */
  readonly isTested: boolean;
}

/** McNemar's test of two fits on the same test images. */
export interface PairedFlips {
  /** The seeds of the two fits. */
  readonly seeds: { readonly before: number; readonly after: number };
  /** Number of test images. */
  readonly images: number;
  readonly fixed: number;
  readonly broke: number;
  /** Exact, not adjusted. */
  readonly p: number;
}

/** The correctly predicted images of one class. */
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

/** A cell of the confusion matrix: images of one class that were predicted as a class. */
export interface CellChange {
  readonly truth: string;
  readonly predicted: string;
  readonly before: number;
  readonly after: number;
  /** McNemar's exact test on the images of the class, adjusted for all cells (Holm). */
  readonly p: number;
}

/** A test image that is predicted correctly either before or after. */
export interface Flip {
  /** Position in the test images. */
  readonly image: number;
  readonly truth: number;
  readonly before: number;
  readonly after: number;
}

/** A difference that is not a metric: a parameter, a version, the machine, the code. */
export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One model, before and after. */
export interface ModelDiff {
  /** The id, with the parameters that differ where a model has several sets of parameters: `knn (k=5)`. */
  readonly name: string;
  readonly modelId: string;
  /** Seeds of the finished fits. */
  readonly seeds: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Failed fits: `seed 2: out of memory`. */
  readonly failures: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Seeds of failed fits without a finished repeat. */
  readonly unfinishedSeeds: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly metrics: readonly MetricChange[];
  /** Of the first seed that was fitted before and after; null without the test images. */
  readonly mcnemar: PairedFlips | null;
  /** The split of the test images that the fields below are about; null without test images. */
  readonly splitHash: string | null;
  /** Of the first seed that was fitted before and after; empty without the test images. */
  readonly classes: readonly ClassChange[];
  /** Signed change of the confusion matrix, after minus before; rows are the truth. */
  readonly confusion: readonly (readonly number[])[];
  /** Cells that changed beyond chance. */
  readonly cells: readonly CellChange[];
  readonly flips: readonly Flip[];
  readonly differences: readonly Difference[];
}

/** A model that was measured only before, or only after. */
export interface UnpairedModel {
  /** As for `ModelDiff`. */
  readonly name: string;
  readonly modelId: string;
  /** Of each compared metric: the mean over seeds or the median over runs; null where it was not measured. */
  readonly values: readonly { readonly metric: string; readonly value: number | null }[];
  /** Failed fits: `seed 2: out of memory`. */
  readonly failures: readonly string[];
}

/** The records before or after. */
export interface Compared {
  /** As the user named them, with the commit: `main (9b1c2d3f)`. */
  readonly name: string;
  /** Full hash; null where the records are not those of one commit, or outside a git checkout. */
  readonly commit: string | null;
  /** Whether there were uncommitted changes; null where the records are not those of one commit. */
  readonly dirty: boolean | null;
  readonly records: number;
}

/** Two commits, compared. */
export interface Diff {
  readonly before: Compared;
  readonly after: Compared;
  readonly benchmark: string;
  /** More than one only where the user asked to compare across machines. */
  readonly machines: readonly string[];
  /** Their processors, as people read them. */
  readonly processors: readonly string[];
  readonly classNames: readonly string[];
  /** Ids of the compared metrics, in the order of every table. */
  readonly metrics: readonly string[];
  /** Models that got worse first, then those that got better. */
  readonly models: readonly ModelDiff[];
  readonly onlyBefore: readonly UnpairedModel[];
  readonly onlyAfter: readonly UnpairedModel[];
  /** What a reader should know before trusting the comparison. */
  readonly cautions: readonly string[];
}
