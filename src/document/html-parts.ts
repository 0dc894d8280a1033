// Pieces of HTML that several pages and parts are made of.

import type { Chart, Room } from './chart-canvas.ts';
import { html, type Markup, raw } from './markup.ts';
import type { PlainTable } from './table.ts';

/**
 * Renders a table.
 *
 * @param table cells are texts, escaped here
 */
export function plainTable({ head, names, words = 0, lines }: PlainTable): Markup {
  const side = (i: number): Markup => {
    if (i >= head.length - words) return html` class="left wrap"`;
    return i < names ? html` class="${i === 0 ? 'name' : 'left'}"` : html``;
  };
  return html`<div class="box" tabindex="0"><table class="pinned"><thead><tr>${head.map((name, i) => html`<th scope="col"${side(i)}>${name}</th>`)}</tr></thead>
<tbody>${lines.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row">${name!}</th>${cells.map((cell, i) => html`<td${side(i + 1)}>${cell}</td>`)}</tr>\n`,
  )}</tbody></table></div>`;
}

/**
 * Renders a chart in both of its sizes; the style sheet shows the one that the window has room for.
 *
 * @param drawIn draws it; null when there is nothing to draw
 * @param caption below it
 * @param className of the figure
 */
export function chart(drawIn: (room: Room) => Chart | null, caption: string, className = ''): Markup | null {
  const [wide, narrow] = [drawIn('wide'), drawIn('narrow')];
  if (!wide || !narrow) return null;
  return html`<figure class="${className}"><div class="chart-wide">${raw(wide.svg)}</div><div class="chart-narrow">${raw(narrow.svg)}</div><figcaption>${caption}</figcaption></figure>`;
}
