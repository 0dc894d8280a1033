// The rows of a comparison: what was measured of each model. Numbers are unrounded; texts are not escaped.
import type { PublishedResult } from '../../base/published-result.ts';
import type { CurvePoint, Latency, PixelMapRecord, UnfinishedRecord } from '../../results/schema.ts';
import type { Summary } from '../../stats/summary.ts';
import type { Device, Kind, LayerSummary } from '../../types.ts';

/** One class of one model: means over seeds, null where no seed defines the value. Support is the same for all seeds. */
export interface ClassScore {
  readonly name: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly support: number;
}

/** An average over classes, as in scikit-learn's classification report. */
export interface ClassAverage {
  readonly name: 'macro average' | 'weighted average';
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** One kind of mistake: images of class `truth` that a model predicted as class `predicted`. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  /** Images; the mean over seeds. */
  readonly count: number;
  /** Of the images of class `truth`, 0 to 1. */
  readonly share: number;
}

/** What every row has, whether a fit finished or not. */
interface RowBase {
  /** Unique in its comparison, safe as a file name and anchor. */
  readonly slug: string;
  /** The model's id, followed by what tells rows of the same id apart. Not escaped. */
  readonly name: string;
  readonly modelId: string;
  readonly family: string;
  readonly kind: Kind;
  /** Tables show reference implementations too; picks and findings are about models only. */
  readonly role: 'model' | 'reference';
  readonly engine: string;
  readonly device: Device;
  readonly summary: string;
  readonly source: string | null;
  readonly params: Readonly<Record<string, number | string | boolean>>;
  /** Seeds whose fit finished, ascending. */
  readonly seeds: readonly number[];
  /** Fits that finished: more than seeds where some were repeated. */
  readonly runs: number;
  /** The commands that make this row's records again. */
  readonly commands: readonly string[];
  /** Commits that the row's records were measured at; empty outside a git checkout. */
  readonly commits: readonly string[];
  /** Whether the checked-out code of the model is the one that made all of the row's records. */
  readonly isCurrent: boolean;
  /** Learning curves of fits that did not finish, as far as they came. */
  readonly unfinishedCurves: readonly Curve[];
  /** Fits that did not finish. */
  readonly failures: readonly Failure[];
  /** What makes the numbers of finished fits doubtful, in sentences; the seed comes first if there are several fits. */
  readonly cautions: readonly string[];
}

/** The learning curve of one fit. */
export interface Curve {
  readonly seed: number;
  readonly points: readonly CurvePoint[];
}

/** A fit that did not finish. */
export interface Failure {
  readonly seed: number;
  readonly status: UnfinishedRecord['status'];
  readonly kind: string;
  readonly message: string;
  readonly afterSeconds: number;
}

/** A model with at least one finished seed. Accuracies and shares are fractions, times seconds, sizes bytes. */
export interface FinishedRow extends RowBase {
  readonly status: 'ok';
  /** 1 for the highest mean accuracy; equal accuracies share a rank. Reference implementations have none. */
  readonly rank: number | null;
  readonly accuracy: Summary;
  /** 95 % interval of the mean accuracy, over seeds and test images; see `meanInterval`. */
  readonly interval: readonly [low: number, high: number];
  /** Every metric of the list by its id: over seeds, of times and memory over runs; null where no fit has a value. */
  readonly metrics: Readonly<Record<string, Summary | null>>;
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
  /** Rows are the true class, columns the predicted class; means over seeds. */
  readonly confusion: readonly (readonly number[])[];
  /** The most frequent mistakes, at most five, most frequent first. */
  readonly confusions: readonly Confusion[];
  readonly curves: readonly Curve[];
  readonly latency: readonly Latency[];
  /** The layers of a network; empty for other models. */
  readonly layers: readonly LayerSummary[];
  /** Of the first seed; empty where the model gives no map of pixels. */
  readonly pixelMaps: readonly PixelMapRecord[];
  /** Published results of the same recipe. */
  readonly published: readonly PublishedResult[];
}

/** A model without a finished seed. */
export interface FailedRow extends RowBase {
  readonly status: UnfinishedRecord['status'];
}

export type Row = FinishedRow | FailedRow;

/**
 * Tells whether a row has numbers.
 *
 * @param row any row
 */
export function isFinishedRow(row: Row): row is FinishedRow {
  return row.status === 'ok';
}
