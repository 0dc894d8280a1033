// The data of a report: sections and renderers read this and nothing else. Numbers are unrounded; texts are not escaped.
import type { PublishedResult } from '../../base/published-result.ts';
import type { MachineHistory } from '../../commits/history/history-data.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { Kind, LabelledImages } from '../../types.ts';
import type { Past } from './history-part.ts';
import type { ImagePart } from './image-data.ts';
import type { Origin } from './origin.ts';
import type { EnginePart, Fact, LibraryPairs, Pair, ScalingPart } from './part-data.ts';
import { type FinishedRow, isFinishedRow, type Row } from './row-data.ts';

/** The traditional or the deep models, summed up. */
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
  /** One phrase that explains the number. */
  readonly detail: string;
}

/** All fits that one table may hold: one benchmark, one split of one data set, one machine. */
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
  /** Our models and their reference implementations, measured alternating; empty where no reference was measured. */
  readonly references: readonly Pair[];
  /** Where the records of the references come from; null where there are none. */
  readonly referencesOrigin: Origin | null;
  readonly picks: readonly Choice[];
  readonly sides: readonly Side[];
  /** What the comparison shows, in whole sentences. */
  readonly findings: readonly string[];
  /** Where the records of the rows come from. */
  readonly origin: Origin;
  /** The commit of most models; null where none has one. */
  readonly mainCommit: string | null;
  /** What holds for all rows. */
  readonly conditions: readonly Fact[];
  /** What does not hold for all rows: the name of the fact, then the models of each value. */
  readonly differences: readonly Fact[];
  /** What a reader should know before trusting a row: records left out, fits with uncommitted changes. */
  readonly cautions: readonly string[];
  /** Published results for this data set that belong to no row. */
  readonly otherPublished: readonly PublishedResult[];
  /** Null when the test images were not at hand. */
  readonly images: ImagePart | null;
  /** Earlier commits and the newest; null when fewer than two were measured. */
  readonly history: MachineHistory | null;
}

/** A whole report. */
export interface ReportData {
  /** When the newest of its records was measured, UTC, ISO 8601. */
  readonly newestRecordAt: string;
  /** The largest first; references without a comparison of their split come last. */
  readonly comparisons: readonly Comparison[];
  /** At most one for each machine and benchmark. */
  readonly engines: readonly EnginePart[];
  /** At most one for each machine and data set. */
  readonly scalings: readonly ScalingPart[];
}

/** What `buildReport` may use besides the records. */
export interface ReportOptions {
  /** Published results to show next to ours; none by default. */
  readonly published?: readonly PublishedResult[];
  /** Which models to show in pairs; none by default. */
  readonly libraryPairs?: readonly LibraryPairs[];
  /** The test images by the hash of their split; what needs them is left out where they are missing. */
  readonly tests?: ReadonlyMap<string, LabelledImages>;
  /** Everything that was ever measured, for the history; without it there is none. */
  readonly past?: Past;
  /** Tells whether the checked-out code of the model made a record; by default all records count as current. */
  readonly isCurrent?: (record: FitRecord) => boolean;
}

/**
 * Gives the finished rows of models, which charts and details are about. Reference implementations are in tables only.
 *
 * @param comparison any comparison
 */
export function finishedModels(comparison: Comparison): FinishedRow[] {
  return finishedRows(comparison).filter(({ role }) => role === 'model');
}

/**
 * Gives the finished rows of models without the baselines.
 *
 * @param comparison any comparison
 */
export function finishedCandidates(comparison: Comparison): FinishedRow[] {
  return finishedModels(comparison).filter(({ kind }) => kind !== 'baseline');
}

/**
 * Gives the finished rows, reference implementations included, by accuracy.
 *
 * @param comparison any comparison
 */
export function finishedRows(comparison: Comparison): FinishedRow[] {
  return comparison.rows.filter(isFinishedRow);
}
