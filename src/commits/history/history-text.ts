// What a history says, in words and tables that its renderings share. Not escaped.

import { groupBy } from '../../base/group-by.ts';
import { bytes, counted, duration, durationRange, NOT_AVAILABLE, percent } from '../../document/format.ts';
import type { PlainTable } from '../../document/table.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { changeWithUnit, isChanged, MARKS, valuesText } from '../compare/change-text.ts';
import { METRICS, type MetricDefinition } from '../compare/compared-metrics.ts';
import type { MetricId } from '../compare/diff-data.ts';
import { someOf } from '../compare/diff-text.ts';
import type { HistoryChange, HistoryLine, HistoryPoint, HistoryState, MachineHistory } from './history-data.ts';
import { sparkline } from './sparkline.ts';

/** States that a sparkline has room for. */
const MOST_BARS = 24;
/** Of the range that fills a sparkline's height: ten times what is too little to matter of a share, a factor of times. */
const [LEAST_SPAN_FLOORS, LEAST_FACTOR] = [10, 1.5];

export const NO_STEP = 'No step is beyond chance.';
export const HISTORY_NOTE =
  'Shares are means over seeds, ± their standard deviation; times and memory are medians over runs, with their range. ' +
  '▲ better, ▼ worse than at the measurement before, by the rule of npm run diff; where that has too few runs, by all ' +
  'measurements before and after together (change points by Mann-Whitney tests, adjusted by Holm for all models).';

function metricOf(id: MetricId): MetricDefinition {
  return METRICS.find((metric) => metric.id === id)!;
}

/** Names a metric with the unit of its numbers: `accuracy, %`. */
export function titleWithUnit(id: MetricId): string {
  const { title, unit } = metricOf(id);
  return unit === 'share' ? `${title}, %` : title;
}

/** Names a state: `9b1c2d3f`, `9b1c2d3f-dirty` with uncommitted changes. */
export function stateName({ commit, dirty }: HistoryState): string {
  return `${shortCommit(commit)}${dirty ? '-dirty' : ''}`;
}

/** The day of a state's commit. */
export function dayOf({ committedAt }: HistoryState): string {
  return committedAt.slice(0, 10);
}

/** Writes a number of a metric without a share's sign: `91.04`, `5 min 29 s`. */
export function numberText(id: MetricId, value: number | null): string {
  const write = { share: percent, seconds: duration, bytes }[metricOf(id).unit];
  return value === null ? NOT_AVAILABLE : write(value);
}

/** Writes what stands at a point: `91.04 ± 0.16`, `5 min 29 s`; `failed` where every fit did. */
export function valueText(id: MetricId, { value, sd, failures }: HistoryPoint): string {
  if (value === null) return failures.length > 0 ? 'failed' : NOT_AVAILABLE;
  return sd === null ? numberText(id, value) : `${numberText(id, value)} ± ${numberText(id, sd)}`;
}

/** Says what the runs behind a value range over: `3 seeds`, `5 runs, 5 min 20 s to 5 min 44 s`; empty for a single one. */
export function runsText(id: MetricId, { count, range }: HistoryPoint): string {
  if (count < 2) return '';
  if (!range) return counted(count, 'seed');
  const [least, most] = range;
  const between =
    metricOf(id).unit === 'seconds' ? durationRange(least, most) : range.map((end) => numberText(id, end)).join(' to ');
  return `${counted(count, 'run')}, ${between}`;
}

/** A change that is a step, with the line and the state that it belongs to. */
export interface Step {
  readonly line: HistoryLine;
  readonly state: number;
  readonly change: HistoryChange;
}

/** Lists the steps of all lines, the latest first, the worse before the better. */
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

/** Says what a change rests on, what else changed with it, and of a step whether the model's code did. */
export function evidenceText(change: HistoryChange): string {
  const { evidence, remarks, differences, isSameCode } = change;
  return [
    evidence,
    ...remarks,
    ...(differences.length > 0
      ? [`also differs: ${someOf(differences.map(({ name, before, after }) => `${name} ${before} → ${after}`))}`]
      : []),
    ...(isSameCode && isChanged(change) ? ["the model's code is the same"] : []),
  ].join('; ');
}

/** Makes the table of steps. */
export function stepsTable(machine: MachineHistory): PlainTable {
  return {
    head: ['step', 'model', 'metric', 'before → after', 'change', 'where', 'evidence'],
    names: 3,
    words: 2,
    lines: stepsOf(machine).map(({ line, state, change }) => [
      markOf(change),
      line.name,
      metricOf(line.metric).title,
      valuesText(change),
      changeWithUnit(change),
      placeOf(machine.states, state, change),
      evidenceText(change),
    ]),
  };
}

/** Makes the same table for terminals, where only the last column has room for much. */
export function stepSentences(machine: MachineHistory): PlainTable {
  return {
    head: ['step', 'model', 'metric', 'where, and how much'],
    names: 3,
    words: 1,
    lines: stepsTable(machine).lines.map(([step, model, metric, values, change, where, evidence]) => [
      step!,
      model!,
      metric!,
      `${where}; ${values}, ${change}; ${evidence}`,
    ]),
  };
}

function markOf({ verdict }: HistoryChange): string {
  return `${MARKS[verdict]} ${verdict}`;
}

/** Where a step lies, and what the commit is called that made it alone. */
function placeOf(states: readonly HistoryState[], state: number, change: HistoryChange): string {
  const where = whereText(states, { state, change });
  const { commit, subject } = states[state]!;
  return where === `in ${shortCommit(commit)}` && subject !== null ? `${where} (${subject})` : where;
}

/**
 * Makes the table of all models, a line each, with the shape of the line.
 *
 * @param machine what it measured
 * @param metric one of its metrics
 */
export function overviewTable(machine: MachineHistory, metric: MetricId): PlainTable {
  const shown = machine.states.slice(-MOST_BARS);
  const offset = machine.states.length - shown.length;
  return {
    head: [titleWithUnit(metric), 'over commits', 'first', 'latest', 'steps'],
    names: 2,
    words: 1,
    lines: linesFor(machine, metric).map((line) => {
      const values = shown.map((_, i) => line.points.find(({ state }) => state === i + offset)?.value ?? null);
      const measured = line.points.filter(({ value }) => value !== null);
      const [first, latest] = [measured[0], line.points.at(-1)!];
      return [
        line.name,
        shapeOf(metric, values),
        first ? valueText(metric, first) : NOT_AVAILABLE,
        valueText(metric, latest),
        line.points
          .filter(({ change }) => change && isChanged(change))
          .map(({ state, change }) => `${MARKS[change!.verdict]} ${stateName(machine.states[state]!)}`)
          .join(' '),
      ];
    }),
  };
}

function shapeOf(metric: MetricId, values: readonly (number | null)[]): string {
  const { unit, floor } = metricOf(metric);
  if (unit === 'share') return sparkline(values, floor * LEAST_SPAN_FLOORS);
  // Of nothing there is no logarithm.
  const logs = values.map((value) => (value === null ? null : Math.log(Math.max(value, Number.MIN_VALUE))));
  return sparkline(logs, Math.log(LEAST_FACTOR));
}

/** Makes the table of one line, a row for each measurement. */
export function lineTable({ states }: MachineHistory, { metric, points }: HistoryLine): PlainTable {
  return {
    head: ['commit', 'date', titleWithUnit(metric), 'runs', 'since the one before'],
    names: 2,
    words: 1,
    lines: points.map((point) => {
      const { state, change, failures } = point;
      return [
        stateName(states[state]!),
        dayOf(states[state]!),
        valueText(metric, point),
        runsText(metric, point),
        change ? changeSentence(states, state, change) : failures.join('; '),
      ];
    }),
  };
}

function changeSentence(states: readonly HistoryState[], state: number, change: HistoryChange): string {
  if (change.verdict === 'same') return markOf(change);
  const where = isChanged(change) ? ` ${placeOf(states, state, change)}` : '';
  // Of times and memory the evidence of a pair begins with the ratio.
  const isSaid = change.by === 'pair' && metricOf(change.metric).test === 'runs';
  const sentence = isSaid ? evidenceText(change) : `${changeWithUnit(change)}; ${evidenceText(change)}`;
  return `${markOf(change)}${where}: ${sentence}`;
}

/** Makes the table of values: a line for each model, a column for each state. */
export function valuesTable(machine: MachineHistory, metric: MetricId): PlainTable {
  return {
    head: ['model', ...machine.states.map(stateName)],
    names: 1,
    lines: linesFor(machine, metric).map((line) => [
      line.name,
      ...machine.states.map((_, state) => {
        const point = line.points.find((one) => one.state === state);
        if (!point) return '';
        const mark = point.change && isChanged(point.change) ? `${MARKS[point.change.verdict]} ` : '';
        return `${mark}${valueText(metric, point)}`;
      }),
    ]),
  };
}

function linesFor({ lines }: MachineHistory, metric: MetricId): HistoryLine[] {
  return lines.filter((line) => line.metric === metric);
}

/** Which commits a step lies in, and what would tell more. */
export interface Narrowing {
  readonly where: string;
  /** Names one commit halfway and the models that stepped. */
  readonly command: string;
}

/**
 * Lists the commands that halve the commits in which steps lie.
 *
 * @param machine what it measured
 * @returns one for each pair of states; none for steps whose commit is known
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
