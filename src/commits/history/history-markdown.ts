// A history as Markdown: steps first, then a line a model, then every measurement, folded.
import { codeBlock, escapeHtml, escapeMarkdown, oneLine } from '../../document/escape.ts';
import { plainTable } from '../../document/markdown-table.ts';
import type { History, MachineHistory } from './history-data.ts';
import {
  HISTORY_NOTE,
  lineTable,
  NO_STEP,
  narrowings,
  overviewTable,
  placeText,
  stepsTable,
  titleWithUnit,
} from './history-text.ts';

/**
 * Renders a history.
 *
 * @param history any
 */
export function renderHistoryMarkdown(history: History): string {
  const parts = history.machines.flatMap((machine) => machineParts(history, machine));
  return `${[...parts, HISTORY_NOTE].join('\n\n')}\n`;
}

function machineParts(history: History, machine: MachineHistory): string[] {
  const steps = stepsTable(machine);
  const commands = narrowings(machine).map(({ where, command }) => `# ${where}\n${command}`);
  return [
    `### ${escapeMarkdown(placeText(history.benchmark, machine))}`,
    ...machine.cautions.map((caution) => `> ${escapeMarkdown(caution)}`),
    steps.lines.length > 0 ? plainTable(steps) : NO_STEP,
    ...(commands.length > 0 ? [`To narrow steps down:\n\n${codeBlock(commands.join('\n'), 'sh')}`] : []),
    ...history.metrics.map((metric) => plainTable(overviewTable(machine, metric))),
    ...machine.lines.map(
      (line) =>
        `<details><summary>${escapeHtml(oneLine(`${line.name}, ${titleWithUnit(line.metric)}`))}</summary>\n\n` +
        `${plainTable(lineTable(machine, line))}\n\n</details>`,
    ),
  ];
}
