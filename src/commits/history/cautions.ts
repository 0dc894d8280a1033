// The cautions of a history.
import { groupBy } from '../../base/group-by.ts';
import { counted, list } from '../../document/format.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import { metricHeading } from '../../metrics/metric-text.ts';
import { UNKNOWN_PROCESSOR, UNKNOWN_PROCESSOR_NOTE } from '../../results/machine-identity.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { HistoryLine, HistoryState } from './history-data.ts';
import { stateName } from './history-text.ts';

/** A step of at least this many models, and of more than half, has probably one common cause. */
const MIN_MODELS = 3;

/**
 * Lists the cautions.
 *
 * @param records of one machine
 * @param states that are shown
 * @param lines of all models
 * @returns whole sentences
 */
export function cautionsOf(
  records: readonly FitRecord[],
  states: readonly HistoryState[],
  lines: readonly HistoryLine[],
): string[] {
  const outside = records.filter(({ git }) => git === null).length;
  const unknown = states.filter(({ subject }) => subject === null).map(stateName);
  const dirty = states.filter((state) => state.dirty).map(stateName);
  return [
    ...(outside > 0 ? [`${counted(outside, 'fit')} left out: made outside a git checkout.`] : []),
    ...(unknown.length > 0
      ? [
          `git does not know ${list(unknown)} (after a rebase or in a shallow clone). Unknown commits are placed by date.`,
        ]
      : []),
    ...(dirty.length > 0 ? [`Measured with uncommitted changes: ${list(dirty)}.`] : []),
    ...(isUnknown(lines) ? [UNKNOWN_PROCESSOR_NOTE] : []),
    ...commonSteps(states, lines),
  ];
}

/** Tells whether times are left out because records do not know their processor. */
function isUnknown(lines: readonly HistoryLine[]): boolean {
  return lines.some(({ points }) => points.some(({ change }) => change?.evidence === UNKNOWN_PROCESSOR));
}

/** Warns where times or memory of most models have a step at the same place: the cause is then more likely the machine. */
function commonSteps(states: readonly HistoryState[], lines: readonly HistoryLine[]): string[] {
  return allMetrics
    .filter(({ test }) => test === 'runs')
    .flatMap((metric) => {
      const changes = lines
        .filter((line) => line.metric === metric.id)
        .flatMap(({ points }) => points.flatMap(({ state, change }) => (change ? { ...change, state } : [])));
      return [...groupBy(changes, ({ since, state }) => `${since} ${state}`).values()].flatMap((group) =>
        (['better', 'worse'] as const).flatMap((verdict) => {
          const stepped = group.filter((change) => change.verdict === verdict).length;
          if (stepped < MIN_MODELS || stepped <= group.length / 2) return [];
          const [before, after] = [states[group[0]!.since]!, states[group[0]!.state]!].map(stateName);
          return [
            `${metricHeading(metric)}: ${verdict} in ${stepped} of ${group.length} models between ${before} and ${after}. ` +
              'The cause is probably common to all, such as the machine or a shared module.',
          ];
        }),
      );
    });
}
