// The one model of a report: renderers read this and nothing else. Numbers are unrounded; texts are not escaped.
import type { PublishedResult } from '../../base/published-result.ts';
import type { MachineHistory } from '../../commits/history/history-data.ts';
import type { CurvePoint, Latency, PixelMapRecord, UnfinishedRecord } from '../../results/schema.ts';
import type { CochranQ } from '../../stats/cochran-q.ts';
import type { Summary } from '../../stats/summary.ts';
import type { Device, Kind, LabelledImages, LayerSummary } from '../../types.ts';
import type { Past } from './history-part.ts';

/** One class of one model: means over seeds, null where no seed defines the value. Support is the same for all seeds. */
export interface ClassScore {
  readonly name: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly support: number;
}

/** An average over classes, as scikit-learn's classification report has it. */
export interface ClassAverage {
  readonly name: 'macro average' | 'weighted average';
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** One kind of mistake: images of class `truth` that were taken for class `predicted`. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  /** Images; the mean over seeds. */
  readonly count: number;
  /** Of the images of class `truth`, 0 to 1. */
  readonly share: number;
}

/** What all rows say of themselves, fitted or not. */
interface RowBase {
  /** Unique in its comparison, safe as a file name and anchor. */
  readonly slug: string;
  /** The model's id, followed by what sets it apart when several rows share the id. Not escaped. */
  readonly name: string;
  readonly modelId: string;
  readonly family: string;
  readonly kind: Kind;
  /** A reference stands in the tables for comparison; picks and findings are about models. */
  readonly role: 'model' | 'reference';
  readonly engine: string;
  readonly device: Device;
  readonly summary: string;
  readonly source: string | null;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  /** Seeds that ended well, ascending. */
  readonly seeds: readonly number[];
  /** Fits that ended well: more than seeds where some were repeated. */
  readonly runs: number;
  /** What to type to make this row's records again. */
  readonly commands: readonly string[];
  /** Fits that did not end well. */
  readonly failures: readonly Failure[];
}

/** A fit that did not end well. */
export interface Failure {
  readonly seed: number;
  readonly status: UnfinishedRecord['status'];
  readonly kind: string;
  readonly message: string;
  readonly afterSeconds: number;
}

/** A model of which at least one seed ended well. Accuracies and shares are fractions, times seconds, sizes bytes. */
export interface FinishedRow extends RowBase {
  readonly status: 'ok';
  /** 1 for the highest mean accuracy; equal accuracies share a rank. References have none. */
  readonly rank: number | null;
  readonly accuracy: Summary;
  /** Wilson's 95 % interval of the mean accuracy on the test images. */
  readonly interval: readonly [low: number, high: number];
  readonly balancedAccuracy: Summary;
  readonly macroF1: Summary;
  readonly weightedF1: Summary;
  readonly logLoss: Summary | null;
  readonly calibrationError: Summary | null;
  readonly trainAccuracy: number | null;
  readonly validationAccuracy: number | null;
  readonly fitSeconds: Summary;
  readonly predictSeconds: Summary;
  /** Fit and prediction of each seed added up. */
  readonly sumSeconds: Summary;
  readonly setupSeconds: number;
  readonly firstStepSeconds: number | null;
  readonly evaluateSeconds: number;
  readonly totalSeconds: number;
  /** The highest over seeds. */
  readonly peakRssBytes: number | null;
  readonly peakDeviceBytes: number | null;
  readonly parameterCount: number | null;
  readonly notes: Readonly<Record<string, number | string | boolean>>;
  readonly classes: readonly ClassScore[];
  readonly averages: readonly ClassAverage[];
  /** Rows are the truth, columns the prediction; means over seeds. */
  readonly confusion: readonly (readonly number[])[];
  /** The most frequent mistakes, at most five, most frequent first. */
  readonly confusions: readonly Confusion[];
  readonly curves: readonly { readonly seed: number; readonly points: readonly CurvePoint[] }[];
  readonly latency: readonly Latency[];
  /** Of a network; empty for other models. */
  readonly layers: readonly LayerSummary[];
  /** Of the first seed; empty where the model says nothing of pixels. */
  readonly pixelMaps: readonly PixelMapRecord[];
  /** Numbers for this recipe that others printed. */
  readonly published: readonly PublishedResult[];
}

/** A model of which no seed ended well. */
export interface FailedRow extends RowBase {
  readonly status: UnfinishedRecord['status'];
}

export type Row = FinishedRow | FailedRow;

/** One side of the traditional-versus-deep comparison. */
export interface Side {
  readonly kind: Kind;
  /** Finished rows of this kind. */
  readonly count: number;
  readonly best: { readonly name: string; readonly accuracy: number };
  readonly medianAccuracy: number;
  /** Least and most seconds. */
  readonly fitSeconds: readonly [number, number];
  readonly predictSeconds: readonly [number, number];
}

/** A need, and the model that meets it. */
export interface Choice {
  readonly need: string;
  readonly slug: string;
  readonly name: string;
  /** The number that decides, formatted. */
  readonly value: string;
  /** One sentence that puts the number in place. */
  readonly detail: string;
}

/** A named fact for the conditions. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Two models on the test images that just one of them has right. */
export interface PairwiseTest {
  /** Names of rows. */
  readonly first: string;
  readonly second: string;
  /** Images that only the first, or only the second, has right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** McNemar's exact test, two-sided. */
  readonly p: number;
  /** The same adjusted for all pairs of the comparison (Holm). */
  readonly adjusted: number;
}

/** Test images of which a model was about equally sure. */
export interface CalibrationBin {
  readonly images: number;
  /** Mean probability of the class named. */
  readonly confidence: number;
  /** Share of the images that were right. */
  readonly accuracy: number;
  /** Wilson's 95 % interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
}

/** Test images worth looking at. */
export interface Gallery {
  /** Size of one picture in pixels. */
  readonly height: number;
  readonly width: number;
  /** Pictures in a row of the sheet, which are one pixel apart. */
  readonly columns: number;
  /** All pictures on one PNG, as a data URI. */
  readonly sheet: string;
  /** Names of rows. */
  readonly models: readonly string[];
  /** How many test images all models miss, and all but one, whether they are shown or not. */
  readonly missed: { readonly byAll: number; readonly byAllButOne: number };
  /** Those that fewest models get first. */
  readonly pictures: readonly GalleryPicture[];
}

/** One test image and what models say of it. */
export interface GalleryPicture {
  /** Position in the test images. */
  readonly image: number;
  /** Class index. */
  readonly truth: number;
  /** In the order of the gallery's models; the confidence is null without probabilities. */
  readonly answers: readonly { readonly label: number; readonly confidence: number | null }[];
}

/** Where a network looked on some test images. */
export interface GradCamPart {
  readonly slug: string;
  readonly name: string;
  /** The convolution that was asked. */
  readonly layer: string;
  /** Size of one map. */
  readonly height: number;
  readonly width: number;
  readonly images: readonly {
    /** Position in the test images; the gallery has its picture. */
    readonly image: number;
    readonly truth: number;
    /** The class predicted, which the map explains. */
    readonly label: number;
    /** height x width, 0 to 255. */
    readonly map: Uint8Array;
  }[];
}

/** What can be said only with the test images at hand. References and baselines are left out. */
export interface ImagePart {
  /** Whether all models together could be equally good; null for a single model. */
  readonly together: CochranQ | null;
  /** Every pair of models. */
  readonly pairwiseTests: readonly PairwiseTest[];
  /** Of each model with probabilities. */
  readonly calibrations: readonly {
    readonly slug: string;
    readonly name: string;
    readonly kind: Kind;
    readonly bins: readonly CalibrationBin[];
  }[];
  readonly gallery: Gallery | null;
  readonly gradCam: readonly GradCamPart[];
}

/** All fits that may stand in one table: one benchmark, one split of one data set, one machine. */
export interface Comparison {
  readonly slug: string;
  readonly title: string;
  readonly benchmark: string;
  readonly dataset: string;
  readonly classNames: readonly string[];
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly machineId: string;
  /** Machine, data and size in one line. */
  readonly headline: string;
  /** Finished rows by accuracy, then the failed ones. */
  readonly rows: readonly Row[];
  /** Ours beside references, measured in turn on the same split and machine; empty where no reference was measured. */
  readonly references: readonly Pair[];
  readonly picks: readonly Choice[];
  readonly sides: readonly Side[];
  /** What the comparison shows, in whole sentences. */
  readonly findings: readonly string[];
  /** What holds for all rows. */
  readonly conditions: readonly Fact[];
  /** What does not hold for all rows: the name of the fact, then who has which value. */
  readonly differences: readonly Fact[];
  /** What a reader should know before trusting a row: records left out, fits with uncommitted changes. */
  readonly cautions: readonly string[];
  /** Printed results for this data set that belong to no row. */
  readonly otherPublished: readonly PublishedResult[];
  /** Null when the test images were not at hand. */
  readonly images: ImagePart | null;
  /** Earlier commits beside the newest; null when fewer than two were measured. */
  readonly history: MachineHistory | null;
}

/** One of two that do the same: what it reached and what it took. */
export interface PairSide {
  readonly modelId: string;
  readonly engine: string;
  /** Mean over seeds; null when no fit ended well. */
  readonly accuracy: number | null;
  /** Over the rounds; null when no fit ended well. */
  readonly fitSeconds: Summary | null;
  readonly predictSeconds: Summary | null;
  readonly sumSeconds: Summary | null;
  /** One pass over the training images of a network; null for other models. */
  readonly epochSeconds: Summary | null;
  /** The highest over seeds. */
  readonly peakRssBytes: number | null;
  /** Why there is nothing to compare with; null when a fit ended well. */
  readonly failure: string | null;
}

/** A model of ours and another project's program that does the same. */
export interface Pair {
  readonly ours: PairSide;
  readonly theirs: PairSide;
  /** Ours over theirs, the median of the ratios round by round; null where there is none that is fair. */
  readonly ratios: Readonly<Record<'fit' | 'predict' | 'sum' | 'epoch', number | null>>;
  /** Share of test images that both give the same class, 0 to 1; null when a side has no predictions. */
  readonly agreement: number | null;
  /** What keeps the two from being equal, in whole sentences. */
  readonly remarks: readonly string[];
}

/** What all parts of a report have that stand beside the comparisons. */
interface ReportPart {
  readonly slug: string;
  readonly title: string;
  /** What was measured and on which machine, in one line. */
  readonly headline: string;
  readonly conditions: readonly Fact[];
  readonly differences: readonly Fact[];
  /** What to type to measure it again. */
  readonly commands: readonly string[];
}

/** Our engines beside the libraries that users know. */
export interface EnginePart extends ReportPart {
  readonly pairs: readonly Pair[];
}

/** What one size cost. */
export interface ScalingPoint {
  /** Images fitted on. */
  readonly images: number;
  /** Fit and prediction together. */
  readonly seconds: number;
}

/** One model on more and more images. */
export interface ScalingLine {
  readonly modelId: string;
  /** Whether it is a library's, measured beside ours. */
  readonly isLibrary: boolean;
  /** Smallest size first; empty when no fit ended well. */
  readonly points: readonly ScalingPoint[];
  /** Why there is no larger size; null when there is no reason on record. */
  readonly stopped: string | null;
}

/** How the cost of models grows with the images they are fitted on. */
export interface ScalingPart extends ReportPart {
  /** Images fitted on, ascending. */
  readonly sizes: readonly number[];
  /** Images predicted at every size. */
  readonly testImages: number;
  readonly lines: readonly ScalingLine[];
}

/** A whole report. */
export interface ReportData {
  /** When it was built, UTC, ISO 8601. */
  readonly generatedAt: string;
  /** The largest first; references that have no comparison to join last. */
  readonly comparisons: readonly Comparison[];
  /** One a machine and benchmark at most. */
  readonly engines: readonly EnginePart[];
  /** One a machine and data set at most. */
  readonly scalings: readonly ScalingPart[];
}

/** Our models and the libraries' that do the same, as a benchmark has them. */
export interface LibraryPairs {
  /** The id of the benchmark that measures both sides with equal parameters. */
  readonly benchmark: string;
  /** What is compared: `'Our engines and the given libraries'`. */
  readonly title: string;
  /** The id of the library's model by that of ours. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What no parameter can make equal, by the id of our model. */
  readonly unequal: Readonly<Record<string, string>>;
}

/** What `buildReport` is told besides the records. */
export interface ReportOptions {
  readonly now: Date;
  /** Printed results to stand beside ours; none unless told. */
  readonly published?: readonly PublishedResult[];
  /** Which models to show in pairs; none unless told. */
  readonly libraryPairs?: readonly LibraryPairs[];
  /** The test images by the hash of their split; what needs them is left out where they are missing. */
  readonly tests?: ReadonlyMap<string, LabelledImages>;
  /** Everything that was ever measured, for the history; without it there is none. */
  readonly past?: Past;
}

/**
 * Tells whether a row has numbers.
 *
 * @param row any row
 */
export function isFinishedRow(row: Row): row is FinishedRow {
  return row.status === 'ok';
}

/**
 * Gives the rows that have numbers and compete: what charts and details are about. References stand in the tables only.
 *
 * @param comparison any comparison
 */
export function finishedModels(comparison: Comparison): FinishedRow[] {
  return finishedRows(comparison).filter(({ role }) => role === 'model');
}

/**
 * Gives the rows that have numbers, references among them, by accuracy.
 *
 * @param comparison any comparison
 */
export function finishedRows(comparison: Comparison): FinishedRow[] {
  return comparison.rows.filter(isFinishedRow);
}
