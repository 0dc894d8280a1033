// The section History: metrics of the models at earlier commits.
import {
  HISTORY_NOTE,
  NO_STEP,
  narrowings,
  stepsTable,
  titleWithUnit,
  valuesTable,
} from '../../commits/history/history-text.ts';
import {
  type Block,
  caution,
  chart,
  details,
  heading,
  note,
  paragraph,
  type Section,
  section,
} from '../../document/blocks.ts';
import { type PlainTable, toTable } from '../../document/table.ts';
import { historyChart } from '../charts/history-chart.ts';
import { historyMetrics } from '../model/history-part.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

const CHART_NOTE =
  'Commits in their order, evenly spaced. ▲ better, ▼ worse than at the commit before. Dots lead from a line that ends early ' +
  'to its name. Models measured once, times below 1 ms and the majority baseline are not drawn.';

/** Describes the section; null when fewer than two commits were measured. */
export function history(comparison: Comparison): Section | null {
  const machine = comparison.history;
  if (!machine) return null;
  const steps = stepsTable(machine);
  return section(sectionId(comparison, 'history'), 'History', [
    ...machine.cautions.map(caution),
    steps.lines.length > 0 ? tableBlock(steps) : paragraph(NO_STEP),
    ...narrowings(machine).map(({ where, command }) =>
      paragraph([`To narrow down what happened ${where}: `, { code: command }]),
    ),
    note(HISTORY_NOTE),
    ...historyMetrics(machine).flatMap((metric) => [
      heading(titleWithUnit(metric)),
      chart(`history-${metric}`, (room) => historyChart(machine, metric, room), CHART_NOTE),
      details(`${titleWithUnit(metric)}, at every commit`, [tableBlock(valuesTable(machine, metric))]),
    ]),
  ]);
}

function tableBlock(plain: PlainTable): Block {
  return { kind: 'table', table: toTable(plain) };
}
