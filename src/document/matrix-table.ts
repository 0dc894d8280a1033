// A matrix of coloured numbers on a page.
import { html, type Markup } from './markup.ts';

/** A cell of a matrix. */
export interface MatrixCell {
  readonly text: string;
  /** Details on hover. */
  readonly title: string;
  /** `good` or `bad`, and `deep` where the number is light on a deep colour. */
  readonly className: string;
  /** Share of colour, in percent. */
  readonly depth: number;
}

/**
 * Renders a matrix.
 *
 * @param caption what it shows
 * @param heads of the columns
 * @param rows as many cells each as there are heads
 */
export function matrixTable(
  caption: string,
  heads: readonly string[],
  rows: readonly { readonly name: string; readonly cells: readonly MatrixCell[] }[],
): Markup {
  return html`<div class="box" tabindex="0"><table class="matrix pinned"><caption>${caption}</caption>
<thead><tr><td></td>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ name, cells }) =>
      html`<tr><th scope="row">${name}</th>${cells.map(
        ({ text, title, className, depth }) =>
          html`<td class="${className}" title="${title}" style="--depth:${depth}%">${text}</td>`,
      )}</tr>\n`,
  )}</tbody></table></div>`;
}
