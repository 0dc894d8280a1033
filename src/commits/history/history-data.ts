// What a history says: renderers read this and nothing else. Texts are not escaped.

import type { Kind } from '../../types.ts';
import type { Difference, MetricChange } from '../compare/diff-data.ts';

/** A state of the code at which something was measured. */
export interface HistoryState {
  /** The full hash. */
  readonly commit: string;
  /** Whether there were uncommitted changes on top of the commit. */
  readonly dirty: boolean;
  /** ISO 8601. */
  readonly committedAt: string;
  /** First line of the commit's message; null where git does not know the commit, which is then placed by its date. */
  readonly subject: string | null;
}

/** The commits that lie between two measured ones. */
export interface Span {
  /** How many of the later one's commits the earlier one lacks, the later one included; 0 on the same commit. */
  readonly commits: number;
  /** The commit halfway, full hash; null where none lies between. */
  readonly middle: string | null;
  /** Whether the later one is built on the earlier one; false for two branches. */
  readonly isDescendant: boolean;
}

/** What became of a metric since the measurement before. */
export interface HistoryChange extends MetricChange {
  /** Index of the state before, among those of the machine. */
  readonly since: number;
  /** `pair`: the verdict of `npm run diff` on the two states; `series`: that of the runs of several states on both sides. */
  readonly by: 'pair' | 'series';
  /** null where git does not know both commits. */
  readonly span: Span | null;
  /** What else is different, such as parameters, versions and the machine; the model's code is left out. */
  readonly differences: readonly Difference[];
  /** Whether the model's file and everything of this project that it imports are the same. */
  readonly isSameCode: boolean;
  /** Missing fits and unequal seeds. */
  readonly remarks: readonly string[];
}

/** One measurement of a metric. */
export interface HistoryPoint {
  /** Index among the machine's states. */
  readonly state: number;
  /** Of shares the mean over seeds, of times and memory the median over runs; null where no fit has the metric. */
  readonly value: number | null;
  /** Standard deviation of a share over several seeds; else null. */
  readonly sd: number | null;
  /** Least and most of several runs of a time or of memory; else null. */
  readonly range: readonly [least: number, most: number] | null;
  /** Seeds or runs behind the value. */
  readonly count: number;
  /** Fits that did not end well: `seed 2: out of memory`. */
  readonly failures: readonly string[];
  /** Since the measurement before that has a value; null where there is none. */
  readonly change: HistoryChange | null;
}

/** One metric of one model on one machine over commits. */
export interface HistoryLine {
  /** The id, and what sets it apart where there are several of it: `knn (k=5)`. */
  readonly name: string;
  readonly modelId: string;
  readonly kind: Kind;
  /** The id of the metric. */
  readonly metric: string;
  /** In the order of commits, at least one. */
  readonly points: readonly HistoryPoint[];
}

/** Everything that one machine measured. */
export interface MachineHistory {
  readonly machineId: string;
  /** In the order of commits. */
  readonly states: readonly HistoryState[];
  /** Metric by metric, by name. */
  readonly lines: readonly HistoryLine[];
  /** What measures it, the commit and the models left out; null where that is not `npm run bench`. */
  readonly command: string | null;
  /** What a reader should know before trusting it. */
  readonly cautions: readonly string[];
}

/** Metrics of one benchmark over commits; machines never meet in one line. */
export interface History {
  readonly benchmark: string;
  /** Ids of the metrics. */
  readonly metrics: readonly string[];
  readonly machines: readonly MachineHistory[];
}
