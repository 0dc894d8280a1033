// Tables of metrics over commits.
import type { Column, Table } from '../../document/blocks.ts';
import { NOT_AVAILABLE } from '../../document/format.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { changeWithUnit, isChanged, MARKS, titleOf, toneOf, valuesText, verdictText } from '../compare/change-text.ts';
import type { HistoryLine, MachineHistory } from './history-data.ts';
import {
  changeSentence,
  dayOf,
  evidenceText,
  placeOf,
  runsText,
  stateName,
  stepsOf,
  titleWithUnit,
  valueText,
} from './history-text.ts';
import { sparkline } from './sparkline.ts';

/** The most commits that a sparkline shows. */
const MAX_BARS = 24;
/**
 * The least range that fills the height of a sparkline, so that noise does not look like cliffs: a multiple of the minimum
 * effect of scores, a factor of times and memory.
 */
const [MIN_EFFECTS, MIN_FACTOR] = [10, 1.5];

/**
 * Makes the table of steps, a row for each.
 *
 * @param machine the history of one machine
 * @returns no row when there is none
 */
export function stepsTable(machine: MachineHistory): Table {
  return {
    columns: [
      { head: 'step' },
      { head: 'model', align: 'left' },
      { head: 'metric', align: 'left' },
      { head: 'before → after' },
      { head: 'change' },
      { head: 'where', wrap: true },
      { head: 'evidence', wrap: true },
    ],
    rows: stepsOf(machine).map(({ line, state, change }) => [
      { text: verdictText(change), tone: toneOf(change) },
      line.name,
      titleOf(line.metric),
      valuesText(change),
      changeWithUnit(change),
      placeOf(machine.states, state, change),
      evidenceText(change),
    ]),
  };
}

/**
 * Makes the table of all models: the course of a metric, its ends and its steps.
 *
 * @param machine the history of one machine
 * @param metric one of its metrics
 */
export function overviewTable(machine: MachineHistory, metric: string): Table {
  const shown = machine.states.slice(-MAX_BARS);
  const offset = machine.states.length - shown.length;
  return {
    columns: [
      { head: titleWithUnit(metric) },
      { head: 'over commits', align: 'left' },
      { head: 'first' },
      { head: 'latest' },
      { head: 'steps', wrap: true },
    ],
    rows: linesOf(machine, metric).map((line) => {
      const values = shown.map((_, i) => line.points.find(({ state }) => state === i + offset)?.value ?? null);
      const [first] = line.points.filter(({ value }) => value !== null);
      return [
        line.name,
        shapeOf(metric, values),
        first ? valueText(metric, first) : NOT_AVAILABLE,
        valueText(metric, line.points.at(-1)!),
        line.points
          .filter(({ change }) => change && isChanged(change))
          .map(({ state, change }) => `${MARKS[change!.verdict]} ${stateName(machine.states[state]!)}`)
          .join(' '),
      ];
    }),
  };
}

function shapeOf(metric: string, values: readonly (number | null)[]): string {
  const { test, minimumEffect } = findMetric(metric);
  if (test === 'images') return sparkline(values, minimumEffect * MIN_EFFECTS);
  // Zero has no logarithm.
  const logs = values.map((value) => (value === null ? null : Math.log(Math.max(value, Number.MIN_VALUE))));
  return sparkline(logs, Math.log(MIN_FACTOR));
}

/**
 * Makes the table of one line, a row for each measurement.
 *
 * @param machine the history of one machine
 * @param line one of its lines
 */
export function lineTable({ states }: MachineHistory, { metric, points }: HistoryLine): Table {
  return {
    columns: [
      { head: 'commit' },
      { head: 'date', align: 'left' },
      { head: titleWithUnit(metric) },
      { head: 'runs' },
      { head: 'since the measurement before', wrap: true },
    ],
    rows: points.map((point) => {
      const { state, change, failures } = point;
      return [
        stateName(states[state]!),
        dayOf(states[state]!),
        valueText(metric, point),
        runsText(metric, point),
        change ? { text: changeSentence(states, state, change), tone: toneOf(change) } : failures.join('; '),
      ];
    }),
  };
}

/**
 * Makes the table of values: a row for each model, a column for each measured commit.
 *
 * @param machine the history of one machine
 * @param metric one of its metrics
 */
export function valuesTable(machine: MachineHistory, metric: string): Table {
  return {
    columns: [{ head: 'model' }, ...machine.states.map((state): Column => ({ head: stateName(state) }))],
    rows: linesOf(machine, metric).map((line) => [
      line.name,
      ...machine.states.map((_, state) => {
        const point = line.points.find((one) => one.state === state);
        if (!point) return '';
        const text = valueText(metric, point);
        if (!point.change || !isChanged(point.change)) return text;
        return { text: `${MARKS[point.change.verdict]} ${text}`, tone: toneOf(point.change) };
      }),
    ]),
  };
}

function linesOf({ lines }: MachineHistory, metric: string): HistoryLine[] {
  return lines.filter((line) => line.metric === metric);
}
