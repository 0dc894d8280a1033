// The history that stands in a report: what the models of a comparison reached and took at earlier commits.

import { buildHistory } from '../../commits/history/build-history.ts';
import type { MachineHistory } from '../../commits/history/history-data.ts';
import type { CommitGraph } from '../../git/commit-graph.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { LabelledImages } from '../../types.ts';

/** What is shown; `npm run history` shows the rest. */
const METRICS = ['accuracy', 'fit-time'] as const;
/** States that a chart on a phone has room for. */
const MOST_STATES = 20;

export const HISTORY_CHART_NOTE =
  'Commits in their order, evenly spaced. ▲ better, ▼ worse than at the commit before; dots lead from a line that ended ' +
  'early to its name. Models measured once, times below 1 ms and the floor are not drawn.';

/** Everything that was ever measured. */
export interface Past {
  readonly records: readonly FitRecord[];
  /** What git says of their commits. */
  readonly graph: CommitGraph;
}

/**
 * Makes the history of a comparison, of the models that were measured at least twice.
 *
 * @param past records of the comparison's benchmark, split and machine, older ones among them
 * @param tests the test images by the hash of their split
 * @returns null when fewer than two commits were measured, or no model twice
 */
export function makeHistoryPart(
  { records, graph }: Past,
  tests: ReadonlyMap<string, LabelledImages>,
): MachineHistory | null {
  if (new Set(records.flatMap(({ git }) => git?.commit ?? [])).size < 2) return null;
  const { benchmark } = records[0]!;
  const [machine] = buildHistory(records, { benchmark, metrics: METRICS, graph, tests, last: MOST_STATES }).machines;
  const lines = machine?.lines.filter(({ points }) => points.filter(({ value }) => value !== null).length > 1) ?? [];
  return machine && lines.length > 0 ? { ...machine, lines } : null;
}

/**
 * Lists the metrics that a history has.
 *
 * @param machine what it measured
 */
export function historyMetrics({ lines }: MachineHistory) {
  return METRICS.filter((metric) => lines.some((line) => line.metric === metric));
}
