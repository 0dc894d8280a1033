// Texts about metrics over commits. Not escaped.
import { groupBy } from '../../base/group-by.ts';
import { counted, durationRange, NOT_AVAILABLE } from '../../document/format.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { metricHeading, metricText } from '../../metrics/metric-text.ts';
import { changeWithUnit, isChanged, verdictText } from '../compare/change-text.ts';
import { someOf } from '../compare/diff-text.ts';
import { shownValue } from '../compare/differences.ts';
import type { HistoryChange, HistoryLine, HistoryPoint, HistoryState, MachineHistory } from './history-data.ts';

/** What is said where no metric has a step. */
export const NO_STEP = 'No metric changed beyond chance.';

/** Explains values and verdicts. */
export const HISTORY_NOTE =
  'Scores are means over seeds, ± their standard deviation. Times and memory are medians over runs, with their range. ' +
  '▲ better and ▼ worse compare with the measurement before, by the rules of npm run diff. Where that has too ' +
  'few runs, all measurements before and after are compared (change points by Mann-Whitney tests, adjusted for all models ' +
  'by Holm).';

/** Names a metric with the unit of its numbers: `accuracy, %`. */
export function titleWithUnit(id: string): string {
  return metricHeading(findMetric(id));
}

/** Names a measured commit: `9b1c2d3f`, or `9b1c2d3f-dirty` with uncommitted changes. */
export function stateName({ commit, dirty }: HistoryState): string {
  return `${shortCommit(commit)}${dirty ? '-dirty' : ''}`;
}

/** Gives the day of a commit, ISO 8601. */
export function dayOf({ committedAt }: HistoryState): string {
  return committedAt.slice(0, 10);
}

/** Writes a value of a metric as it stands below its heading: `91.04`, `5 min 29 s`. */
export function numberText(id: string, value: number | null): string {
  return metricText(findMetric(id), value);
}

/** Writes the value of a measurement: `91.04 ± 0.16`, `5 min 29 s`; `failed` where every fit did. */
export function valueText(id: string, { value, sd, failures }: HistoryPoint): string {
  if (value === null) return failures.length > 0 ? 'failed' : NOT_AVAILABLE;
  return sd === null ? numberText(id, value) : `${numberText(id, value)} ± ${numberText(id, sd)}`;
}

/** Says how many runs a value has, and their range: `3 seeds`, `5 runs, 5.10 to 5.44 s`; empty for a single one. */
export function runsText(id: string, { count, range }: HistoryPoint): string {
  if (count < 2) return '';
  if (!range) return counted(count, 'seed');
  const [least, most] = range;
  const between =
    findMetric(id).unit === 'seconds'
      ? durationRange(least, most)
      : range.map((end) => numberText(id, end)).join(' to ');
  return `${counted(count, 'run')}, ${between}`;
}

/** A change beyond chance, with its line and the index of its measured commit. */
export interface Step {
  readonly line: HistoryLine;
  readonly state: number;
  readonly change: HistoryChange;
}

/** Lists the steps of all lines: the latest first, worse before better. */
export function stepsOf({ lines }: MachineHistory): Step[] {
  return lines
    .flatMap((line) =>
      line.points.flatMap(({ state, change }) => (change && isChanged(change) ? { line, state, change } : [])),
    )
    .sort((a, b) => b.state - a.state || (a.change.verdict < b.change.verdict ? 1 : -1));
}

/** Says which commits a step lies in: `in 9b1c2d3f`, `in 028258db..ff597c5b (16 commits)`. */
export function whereText(states: readonly HistoryState[], { state, change }: Pick<Step, 'state' | 'change'>): string {
  const [before, after] = [states[change.since]!, states[state]!];
  const [from, to] = [stateName(before), stateName(after)];
  const { span } = change;
  if (before.commit === after.commit) return `in the uncommitted changes of ${to}`;
  if (!span) return `between ${from} and ${to}`;
  if (!span.isDescendant) return `between ${from} and ${to}, which are on two branches`;
  if (span.commits > 1) return `in ${from}..${to} (${counted(span.commits, 'commit')})`;
  return before.dirty || after.dirty ? `between ${from} and ${to}` : `in ${to}`;
}

/** Says which commits a step lies in, with the subject of a single commit. */
export function placeOf(states: readonly HistoryState[], state: number, change: HistoryChange): string {
  const where = whereText(states, { state, change });
  const { commit, subject } = states[state]!;
  return where === `in ${shortCommit(commit)}` && subject !== null ? `${where} (${subject})` : where;
}

/** Says what a verdict is based on, what else changed, and of a step whether the model's code did not change. */
export function evidenceText(change: HistoryChange): string {
  const { evidence, remarks, differences, isSameCode } = change;
  return [
    evidence,
    ...remarks,
    ...(differences.length > 0
      ? [
          `also changed: ${someOf(differences.map(({ name, before, after }) => `${name} ${shownValue(before)} → ${shownValue(after)}`))}`,
        ]
      : []),
    ...(isSameCode && isChanged(change) ? ['the code of the model did not change'] : []),
  ].join('; ');
}

/** Says how a metric changed since the measurement before. */
export function changeSentence(states: readonly HistoryState[], state: number, change: HistoryChange): string {
  if (change.verdict === 'same') return verdictText(change);
  const where = isChanged(change) ? ` ${placeOf(states, state, change)}` : '';
  // The evidence of times and memory begins with the ratio.
  const hasRatio = change.by === 'pair' && findMetric(change.metric).test === 'runs';
  const sentence = hasRatio ? evidenceText(change) : `${changeWithUnit(change)}; ${evidenceText(change)}`;
  return `${verdictText(change)}${where}: ${sentence}`;
}

/** The commits that a step lies in, and the command that measures the one halfway. */
export interface Narrowing {
  readonly where: string;
  readonly command: string;
}

/**
 * Lists the commands that halve the commits in which steps lie.
 *
 * @param machine the history of one machine
 * @returns one for each pair of measured commits; none for steps whose commit is known
 */
export function narrowings(machine: MachineHistory): Narrowing[] {
  if (machine.command === null) return [];
  const steps = stepsOf(machine).filter(({ change }) => change.span?.isDescendant && change.span.middle !== null);
  return [...groupBy(steps, ({ state, change }) => `${change.since} ${state}`).values()].map((group) => {
    const models = [...new Set(group.map(({ line }) => line.modelId))].join(',');
    const middle = shortCommit(group[0]!.change.span!.middle!);
    return {
      where: whereText(machine.states, group[0]!),
      command: `${machine.command} --commit ${middle} --models ${models}`,
    };
  });
}

/** Says what was measured: `fashion-mnist on my-machine: 4 commits, 2407fef7 (2026-11-21) to ff597c5b (2026-11-21)`. */
export function placeText(benchmark: string, { machineId, states }: MachineHistory): string {
  const [first, last] = [states[0]!, states.at(-1)!].map((state) => `${stateName(state)} (${dayOf(state)})`);
  const commits = counted(new Set(states.map(({ commit }) => commit)).size, 'commit');
  return `${benchmark} on ${machineId}: ${commits}, ${first === last ? first : `${first} to ${last}`}`;
}
