// The history in a report: metrics of the models of a comparison at earlier commits.
import { buildHistory } from '../../commits/history/build-history.ts';
import type { MachineHistory } from '../../commits/history/history-data.ts';
import type { CommitGraph } from '../../git/commit-graph.ts';
import { metricsIn } from '../../metrics/find-metric.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { LabelledImages } from '../../types.ts';

/** The most commits that a chart on a phone has room for. */
const MOST_STATES = 20;

/** Everything that was ever measured. */
export interface Past {
  readonly records: readonly FitRecord[];
  /** What git says of their commits. */
  readonly graph: CommitGraph;
}

/**
 * Makes the history of the models of a comparison that were measured at least twice.
 *
 * @param past records of the comparison's benchmark, split and machine, older ones included
 * @param tests the test images by the hash of their split
 * @returns null when fewer than two commits were measured, or no model twice
 */
export function makeHistoryPart(
  { records, graph }: Past,
  tests: ReadonlyMap<string, LabelledImages>,
): MachineHistory | null {
  if (new Set(records.flatMap(({ git }) => git?.commit ?? [])).size < 2) return null;
  const { benchmark } = records[0]!;
  const metrics = metricsIn('history').map(({ id }) => id);
  const [machine] = buildHistory(records, { benchmark, metrics, graph, tests, last: MOST_STATES }).machines;
  const lines = machine?.lines.filter(({ points }) => points.filter(({ value }) => value !== null).length > 1) ?? [];
  return machine && lines.length > 0 ? { ...machine, lines } : null;
}

/**
 * Lists the ids of the metrics that a history has.
 *
 * @param machine the history of one machine
 */
export function historyMetrics({ lines }: MachineHistory): string[] {
  return [...new Set(lines.map(({ metric }) => metric))];
}
