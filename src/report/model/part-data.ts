// The parts of a report next to its comparisons: pairs of programs that do the same, and scaling. Numbers are unrounded.
import type { Summary } from '../../stats/summary.ts';
import type { Origin } from './origin.ts';

/** A named fact for the conditions. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** One of two programs that do the same: its accuracy and its costs. */
export interface PairSide {
  readonly modelId: string;
  readonly engine: string;
  /** Mean over seeds; null when no fit finished. */
  readonly accuracy: number | null;
  /** Over the rounds; null when no fit finished. */
  readonly fitSeconds: Summary | null;
  readonly predictSeconds: Summary | null;
  readonly sumSeconds: Summary | null;
  /** One pass over the training images of a network; null for other models. */
  readonly epochSeconds: Summary | null;
  /** The highest over seeds. */
  readonly peakRssBytes: number | null;
  /** Why there is nothing to compare with; null when a fit finished. */
  readonly failure: string | null;
}

/** One of our models and another project's program that does the same. */
export interface Pair {
  readonly ours: PairSide;
  readonly theirs: PairSide;
  /** Ours over theirs, the median of the ratios round by round; null where the two cannot be compared. */
  readonly ratios: Readonly<Record<'fit' | 'predict' | 'sum' | 'epoch', number | null>>;
  /** Share of test images for which both predict the same class, 0 to 1; null when one has no predictions. */
  readonly agreement: number | null;
  /** What keeps the two from being equal, in whole sentences. */
  readonly remarks: readonly string[];
}

/** What all parts have. */
interface ReportPart {
  readonly slug: string;
  readonly title: string;
  /** What was measured and on which machine, in one line. */
  readonly headline: string;
  readonly origin: Origin;
  readonly conditions: readonly Fact[];
  readonly differences: readonly Fact[];
  /** The commands that measure it again. */
  readonly commands: readonly string[];
}

/** Our engines and the npm libraries that do the same. */
export interface EnginePart extends ReportPart {
  readonly pairs: readonly Pair[];
}

/** What one size cost. */
export interface ScalingPoint {
  /** Training images. */
  readonly images: number;
  /** Fit and prediction together. */
  readonly seconds: number;
}

/** One model on more and more training images. */
export interface ScalingLine {
  readonly modelId: string;
  /** Whether it is a library's. */
  readonly isLibrary: boolean;
  /** Smallest size first; empty when no fit finished. */
  readonly points: readonly ScalingPoint[];
  /** Why there is no larger size; null when no record says why. */
  readonly stopped: string | null;
}

/** How the cost of models grows with the number of training images. */
export interface ScalingPart extends ReportPart {
  /** Training images, ascending. */
  readonly sizes: readonly number[];
  /** Images predicted at every size. */
  readonly testImages: number;
  readonly lines: readonly ScalingLine[];
}

/** Our models and the libraries' that do the same, as a benchmark pairs them. */
export interface LibraryPairs {
  /** The id of the benchmark that measures both with equal parameters. */
  readonly benchmark: string;
  /** What is compared: `'Our engines and the given libraries'`. */
  readonly title: string;
  /** The id of the library's model by that of ours. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What no parameter can make equal, by the id of our model. */
  readonly unequal: Readonly<Record<string, string>>;
}
