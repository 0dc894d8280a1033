// A comparison's history as a part of the page: charts, the steps, every value.
import {
  HISTORY_NOTE,
  NO_STEP,
  narrowings,
  stepsTable,
  titleWithUnit,
  valuesTable,
} from '../../commits/history/history-text.ts';
import { chart, plainTable } from '../../document/html-parts.ts';
import { html, type Markup } from '../../document/markup.ts';
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
  const steps = stepsTable(history);
  const commands = narrowings(history);
  return html`${history.cautions.map((caution) => html`<p class="note">${caution}</p>\n`)}
${steps.lines.length > 0 ? plainTable(steps) : html`<p>${NO_STEP}</p>`}
${commands.map(({ where, command }) => html`<p>To narrow down what happened ${where}:</p><pre tabindex="0"><code>${command}</code></pre>\n`)}
<p class="faint">${HISTORY_NOTE}</p>
${historyMetrics(history).map(
  (metric) => html`<h3>${titleWithUnit(metric)}</h3>
${chart((room) => historyChart(history, metric, room), HISTORY_CHART_NOTE)}
<details><summary>${titleWithUnit(metric)}, at every commit</summary>${plainTable(valuesTable(history, metric))}</details>\n`,
)}`;
}
