// The description of a history, which Markdown, terminal and report share.
import {
  type Block,
  details,
  heading,
  note,
  paragraph,
  type Section,
  section,
  type Table,
} from '../../document/blocks.ts';
import { slug } from '../../document/escape.ts';
import { counted } from '../../document/format.ts';
import { processorsText } from '../compare/diff-text.ts';
import type { History, MachineHistory } from './history-data.ts';
import { lineTable, overviewTable, stepsTable } from './history-tables.ts';
import { HISTORY_NOTE, NO_STEP, narrowings, placeText, titleWithUnit } from './history-text.ts';

/**
 * Describes a history: a section for each machine.
 *
 * @param history metrics over commits
 * @param options `isOneModel`: whether the user asked for one model, whose measurements are then shown at once; `mostRows`:
 *   how many of the latest steps and measurements a table shows, by default all
 */
export function historySections(
  history: History,
  {
    isOneModel = false,
    mostRows = Number.POSITIVE_INFINITY,
  }: { readonly isOneModel?: boolean; readonly mostRows?: number } = {},
): Section[] {
  const taken = new Set<string>();
  return history.machines
    .map((machine) =>
      section(slug(machine.machineId, taken), placeText(history.benchmark, machine), [
        paragraph(processorsText(machine.processors)),
        ...machine.cautions.map((text): Block => ({ kind: 'caution', text })),
        ...(isOneModel ? oneModelBlocks(machine, mostRows) : allModelsBlocks(history, machine, mostRows)),
      ]),
    )
    .filter((one) => one !== null);
}

/**
 * Describes the steps of a machine, and how to find the commits that made them.
 *
 * @param machine the history of one machine
 * @param mostRows how many of the latest steps are shown
 */
export function stepBlocks(machine: MachineHistory, mostRows = Number.POSITIVE_INFINITY): Block[] {
  const steps = stepsTable(machine);
  return [
    ...(steps.rows.length > 0 ? shortTable(steps, mostRows, 'step', 'first') : [paragraph(NO_STEP)]),
    ...narrowingBlocks(machine),
  ];
}

/** A table, or its latest rows and a note of how many there are. */
function shortTable(table: Table, mostRows: number, what: string, latest: 'first' | 'last'): Block[] {
  const { length } = table.rows;
  if (length <= mostRows) return [{ kind: 'table', table }];
  const rows = latest === 'first' ? table.rows.slice(0, mostRows) : table.rows.slice(-mostRows);
  return [{ kind: 'table', table: { ...table, rows } }, note(`The latest ${mostRows} of ${counted(length, what)}.`)];
}

function narrowingBlocks(machine: MachineHistory): Block[] {
  return narrowings(machine).flatMap(({ where, command }): Block[] => [
    paragraph(`To find the commit of the step ${where}, measure the commit halfway:`),
    { kind: 'code', text: command, language: 'sh' },
  ]);
}

function allModelsBlocks(history: History, machine: MachineHistory, mostRows: number): Block[] {
  return [
    ...stepBlocks(machine, mostRows),
    ...history.metrics.map((metric): Block => ({ kind: 'table', table: overviewTable(machine, metric) })),
    note(HISTORY_NOTE),
    ...machine.lines.map((line) =>
      details(
        `${line.name}, ${titleWithUnit(line.metric)}`,
        shortTable(lineTable(machine, line), mostRows, 'measurement', 'last'),
      ),
    ),
  ];
}

function oneModelBlocks(machine: MachineHistory, mostRows: number): Block[] {
  return [
    ...machine.lines.flatMap((line): Block[] => [
      heading(`${line.name}, ${titleWithUnit(line.metric)}`),
      ...shortTable(lineTable(machine, line), mostRows, 'measurement', 'last'),
    ]),
    note(HISTORY_NOTE),
    ...narrowingBlocks(machine),
  ];
}
