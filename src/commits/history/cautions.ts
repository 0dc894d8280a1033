// What a reader should know before trusting a history.

import { groupBy } from '../../base/group-by.ts';
import { list } from '../../document/format.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import { metricHeading } from '../../metrics/metric-text.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { HistoryLine, HistoryState } from './history-data.ts';
import { stateName } from './history-text.ts';

/** So many models, and more than half, do not step at once by their own doing. */
const MANY = 3;

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
  const strangers = states.filter(({ subject }) => subject === null).map(stateName);
  const dirty = states.filter((state) => state.dirty).map(stateName);
  return [
    ...(outside > 0 ? [`Left out, made outside of a git checkout: ${outside} of the fits.`] : []),
    ...(strangers.length > 0
      ? [`git does not know ${list(strangers)}, as after a rebase or in a shallow clone: placed by date.`]
      : []),
    ...(dirty.length > 0 ? [`Measured with uncommitted changes on top of the commit: ${list(dirty)}.`] : []),
    ...commonSteps(states, lines),
  ];
}

/** Times and memory that step in most models at once are more likely the machine's doing. */
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
          if (stepped < MANY || stepped <= group.length / 2) return [];
          const [before, after] = [states[group[0]!.since]!, states[group[0]!.state]!].map(stateName);
          return [
            `${metricHeading(metric)}: ${verdict} in ${stepped} of ${group.length} models between ${before} and ${after}: ` +
              'think of what they share, such as the machine, before the code of each.',
          ];
        }),
      );
    });
}
