// Metrics over commits as plain data, which renderers read. Texts are not escaped.
import type { Kind } from '../../types.ts';
import type { Difference, MetricChange, PairedFlips } from '../compare/diff-data.ts';

/** A measured commit, with or without uncommitted changes. */
export interface HistoryState {
  /** The full hash. */
  readonly commit: string;
  /** Whether there were uncommitted changes. */
  readonly dirty: boolean;
  /** ISO 8601. */
  readonly committedAt: string;
  /** First line of the commit message; null where git does not know the commit. It is then placed by its date. */
  readonly subject: string | null;
}

/** The commits between two measured ones. */
export interface Span {
  /** Number of commits that only the later one contains, including itself; 0 for the same commit. */
  readonly commits: number;
  /** Full hash of the commit halfway; null where there is none between. */
  readonly middle: string | null;
  /** Whether the later commit contains the earlier one; false for two branches. */
  readonly isDescendant: boolean;
}

/** The change of a metric since the measurement before. */
export interface HistoryChange extends MetricChange {
  /** Index of the measurement before, in `states` of the machine. */
  readonly since: number;
  /** `pair`: the verdict of `npm run diff` on the two commits; `series`: the verdict on all measurements before and after. */
  readonly by: 'pair' | 'series';
  /** Of the two commits; null for times and memory, for a series, and without the test images. */
  readonly mcnemar: PairedFlips | null;
  /** null where git does not know both commits. */
  readonly span: Span | null;
  /** Other differences, such as parameters and versions, without the code of the model. */
  readonly differences: readonly Difference[];
  /** Whether the model's file and the files of this project that it imports are the same. */
  readonly isSameCode: boolean;
  /** Missing fits and unequal seeds. */
  readonly remarks: readonly string[];
}

/** One measurement of a metric. */
export interface HistoryPoint {
  /** Index in `states` of the machine. */
  readonly state: number;
  /** Mean over seeds of a share, median over runs of a time or of memory; null where no fit has the metric. */
  readonly value: number | null;
  /** Standard deviation of a share over several seeds; otherwise null. */
  readonly sd: number | null;
  /** Minimum and maximum of several runs of a time or of memory; otherwise null. */
  readonly range: readonly [least: number, most: number] | null;
  /** Number of seeds or runs. */
  readonly count: number;
  /** Failed fits: `seed 2: out of memory`. */
  readonly failures: readonly string[];
  /** Since the last measurement with a value; null where there is none. */
  readonly change: HistoryChange | null;
}

/** One metric of one model on one machine over commits. */
export interface HistoryLine {
  /** The id, with the parameters that differ where a model has several sets of parameters: `knn (k=5)`. */
  readonly name: string;
  readonly modelId: string;
  readonly kind: Kind;
  /** The id of the metric. */
  readonly metric: string;
  /** In the order of commits, at least one. */
  readonly points: readonly HistoryPoint[];
}

/** The history of one machine. */
export interface MachineHistory {
  readonly machineId: string;
  /** Its processors, as people read them: several where machines share an id. */
  readonly processors: readonly string[];
  /** In the order of commits. */
  readonly states: readonly HistoryState[];
  /** Metric by metric, by name. */
  readonly lines: readonly HistoryLine[];
  /** The command that measures, without commit and models; null where that is not `npm run bench`. */
  readonly command: string | null;
  /** What a reader should know before trusting the history. */
  readonly cautions: readonly string[];
}

/** Metrics of one benchmark over commits. No line mixes machines. */
export interface History {
  readonly benchmark: string;
  /** Ids of the metrics. */
  readonly metrics: readonly string[];
  readonly machines: readonly MachineHistory[];
}
