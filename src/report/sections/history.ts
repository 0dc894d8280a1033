// The section History: metrics of the models at earlier commits.
import { stepBlocks } from '../../commits/history/history-sections.ts';
import { valuesTable } from '../../commits/history/history-tables.ts';
import { HISTORY_NOTE, titleWithUnit } from '../../commits/history/history-text.ts';
import { caution, chart, details, heading, note, type Section, section } from '../../document/blocks.ts';
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
  return section(sectionId(comparison, 'history'), 'History', [
    ...machine.cautions.map(caution),
    ...stepBlocks(machine),
    note(HISTORY_NOTE),
    ...historyMetrics(machine).flatMap((metric) => [
      heading(titleWithUnit(metric)),
      chart(`history-${metric}`, (room) => historyChart(machine, metric, room), CHART_NOTE),
      details(`${titleWithUnit(metric)}, at every commit`, [{ kind: 'table', table: valuesTable(machine, metric) }]),
    ]),
  ]);
}
