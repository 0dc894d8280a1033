// The section Accuracy and time: accuracy against the time of fit, of prediction, and of both.
import { type ChartBlock, chart, details, interactive, type Section, section } from '../../document/blocks.ts';
import { html, type Markup, raw } from '../../document/markup.ts';
import { blocksToHtml } from '../../document/to-html.ts';
import { accuracyTimeChart, TIME_NAMES, type TimeKind } from '../charts/accuracy-time-chart.ts';
import type { Comparison } from '../model/report-data.ts';
import { commitsNote, legend } from './row-text.ts';
import { sectionId } from './section-id.ts';

const KINDS: readonly TimeKind[] = ['fit', 'predict', 'sum'];
const CHOICES: Readonly<Record<TimeKind, string>> = { fit: 'fit', predict: 'prediction', sum: 'both' };

/** Describes the section; null when no model finished. */
export function accuracyAndTime(comparison: Comparison): Section | null {
  const charts = KINDS.flatMap((kind) => {
    const block = chart(
      `accuracy-${kind}`,
      (room) => accuracyTimeChart(comparison, kind, room),
      `Test accuracy with its 95 % interval against ${TIME_NAMES[kind]}. For models on the dashed line, no other model is ` +
        'both faster and more accurate. Most models were fitted once: compare orders of magnitude.',
    );
    return block ? [{ kind, block }] : [];
  });
  if (charts.length === 0) return null;
  const [first, ...others] = charts;
  return section(sectionId(comparison, 'time'), 'Accuracy and time', [
    interactive(
      () => switchOf(charts, `${comparison.slug}-time-kind`),
      [first!.block, ...others.map(({ kind, block }) => details(`Test accuracy against ${TIME_NAMES[kind]}`, [block]))],
    ),
    legend(false),
    commitsNote(comparison.origin.commits),
  ]);
}

/** Radio buttons that show one of the charts; the style sheet does it without a script. */
function switchOf(charts: readonly { kind: TimeKind; block: ChartBlock }[], group: string): Markup {
  return html`<fieldset class="switch"><legend>Time</legend>
${charts.map(({ kind }, i) => html`<label><input type="radio" class="to-${kind}" name="${group}"${i === 0 ? raw(' checked') : null}> ${CHOICES[kind]}</label>`)}
${charts.map(({ kind, block }) => html`<div class="shown-${kind}">${blocksToHtml([block])}</div>`)}</fieldset>`;
}
