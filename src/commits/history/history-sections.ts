// The description of a history, which Markdown, terminal and report share.
import { type Block, details, heading, note, paragraph, type Section, section } from '../../document/blocks.ts';
import { slug } from '../../document/escape.ts';
import type { History, MachineHistory } from './history-data.ts';
import { lineTable, overviewTable, stepsTable } from './history-tables.ts';
import { HISTORY_NOTE, NO_STEP, narrowings, placeText, titleWithUnit } from './history-text.ts';

/**
 * Describes a history: a section for each machine.
 *
 * @param history metrics over commits
 * @param options `isOneModel`: whether the user asked for one model, whose measurements are then shown at once
 */
export function historySections(
  history: History,
  { isOneModel = false }: { readonly isOneModel?: boolean } = {},
): Section[] {
  const taken = new Set<string>();
  return history.machines
    .map((machine) =>
      section(slug(machine.machineId, taken), placeText(history.benchmark, machine), [
        ...machine.cautions.map((text): Block => ({ kind: 'caution', text })),
        ...(isOneModel ? oneModelBlocks(machine) : allModelsBlocks(history, machine)),
      ]),
    )
    .filter((one) => one !== null);
}

/**
 * Describes the steps of a machine, and how to find the commits that made them.
 *
 * @param machine the history of one machine
 */
export function stepBlocks(machine: MachineHistory): Block[] {
  const steps = stepsTable(machine);
  return [steps.rows.length > 0 ? { kind: 'table', table: steps } : paragraph(NO_STEP), ...narrowingBlocks(machine)];
}

function narrowingBlocks(machine: MachineHistory): Block[] {
  return narrowings(machine).flatMap(({ where, command }): Block[] => [
    paragraph(`To find the commit of the step ${where}, measure the commit halfway:`),
    { kind: 'code', text: command, language: 'sh' },
  ]);
}

function allModelsBlocks(history: History, machine: MachineHistory): Block[] {
  return [
    ...stepBlocks(machine),
    ...history.metrics.map((metric): Block => ({ kind: 'table', table: overviewTable(machine, metric) })),
    note(HISTORY_NOTE),
    ...machine.lines.map((line) =>
      details(`${line.name}, ${titleWithUnit(line.metric)}`, [{ kind: 'table', table: lineTable(machine, line) }]),
    ),
  ];
}

function oneModelBlocks(machine: MachineHistory): Block[] {
  return [
    ...machine.lines.flatMap((line): Block[] => [
      heading(`${line.name}, ${titleWithUnit(line.metric)}`),
      { kind: 'table', table: lineTable(machine, line) },
    ]),
    note(HISTORY_NOTE),
    ...narrowingBlocks(machine),
  ];
}
