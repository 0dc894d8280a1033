// The change of a confusion matrix, as a part of a page.
import type { Block } from '../../document/blocks.ts';
import { html, type Markup } from '../../document/markup.ts';
import { DEEP, depthPercent } from '../../document/matrix-depth.ts';
import type { ModelDiff } from './diff-data.ts';

/** The deepest colour stands for at least this many images, so that one image stays pale. */
const MIN_SCALE = 20;

const NOTE =
  'Images after minus before. Rows are the true class, columns the predicted class. Blue: the model improved (more correct ' +
  'predictions, fewer mistakes). Orange: it got worse. Framed: beyond chance.';

/**
 * Shows the signed change of the confusion matrix.
 *
 * @param model its matrix
 * @param classNames of all classes
 * @returns null where nothing changed; only a page shows it
 */
export function signedConfusion({ confusion, cells }: ModelDiff, classNames: readonly string[]): Block | null {
  if (confusion.flat().every((value) => value === 0)) return null;
  const significant = new Set(cells.map(({ truth, predicted }) => JSON.stringify([truth, predicted])));
  return { kind: 'interactive', markup: () => matrix(confusion, classNames, significant), otherwise: [] };
}

function matrix(
  confusion: ModelDiff['confusion'],
  classNames: readonly string[],
  significant: ReadonlySet<string>,
): Markup {
  const scale = Math.max(MIN_SCALE, ...confusion.flat().map(Math.abs));
  const cell = (value: number, truth: number, predicted: number): Markup => {
    const depth = Math.sqrt(Math.abs(value) / scale);
    const names = [classNames[truth]!, classNames[predicted]!] as const;
    const isGood = (truth === predicted) === value > 0;
    const isFramed = significant.has(JSON.stringify(names));
    const className = [isGood ? 'good' : 'bad', depth > DEEP ? 'deep' : '', isFramed ? 'beyond' : ''].join(' ').trim();
    const text = signed(value);
    return html`<td class="${className}" style="--depth:${depthPercent(depth)}%" title="${names[0]} predicted as ${names[1]}: ${text || '0'} images${isFramed ? ', beyond chance' : ''}">${text}</td>`;
  };
  return html`<p class="faint">${NOTE}</p>
<div class="box" tabindex="0"><table class="matrix pinned"><thead><tr><td></td>${classNames.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${confusion.map((row, truth) => html`<tr><th scope="row">${classNames[truth]!}</th>${row.map((value, predicted) => cell(value, truth, predicted))}</tr>\n`)}</tbody></table></div>`;
}

function signed(value: number): string {
  if (value === 0) return '';
  return `${value > 0 ? '+' : '−'}${Math.abs(value)}`;
}
