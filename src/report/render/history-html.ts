// A comparison's history as a part of the page: charts, the steps, every value.
import { stepBlocks } from '../../commits/history/history-sections.ts';
import { valuesTable } from '../../commits/history/history-tables.ts';
import { HISTORY_NOTE, titleWithUnit } from '../../commits/history/history-text.ts';
import { chart } from '../../document/html-parts.ts';
import { html, type Markup } from '../../document/markup.ts';
import { blocksToHtml } from '../../document/to-html.ts';
import { historyChart } from '../charts/history-chart.ts';
import { HISTORY_CHART_NOTE, historyMetrics } from '../model/history-part.ts';
import type { Comparison } from '../model/report-data.ts';

/**
 * Renders the history of a comparison.
 *
 * @returns null when there is none
 */
export function historyPart({ history }: Comparison): Markup | null {
  if (!history) return null;
  return html`${history.cautions.map((caution) => html`<p class="note">${caution}</p>\n`)}
${blocksToHtml(stepBlocks(history))}
<p class="faint">${HISTORY_NOTE}</p>
${historyMetrics(history).map(
  (metric) => html`<h3>${titleWithUnit(metric)}</h3>
${chart((room) => historyChart(history, metric, room), HISTORY_CHART_NOTE)}
<details><summary>${titleWithUnit(metric)}, at every commit</summary>${blocksToHtml([{ kind: 'table', table: valuesTable(history, metric) }])}</details>\n`,
)}`;
}
