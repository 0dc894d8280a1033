// Renders sections as HTML for the frame of `page`.
import type { Block, Cell, Column, Section, Span, Table, Text } from './blocks.ts';
import { alignOf, plainText, toCell } from './blocks.ts';
import { dataUri } from './image-sheet.ts';
import { html, type Markup, raw } from './markup.ts';
import { withoutStyle, withoutTitles } from './svg-text.ts';

/**
 * Renders sections, each with its heading.
 *
 * @param sections in reading order
 */
export function toHtml(sections: readonly Section[]): Markup {
  return html`${sections.map(
    ({ id, heading, blocks }) =>
      html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>${blocksToHtml(blocks)}</section>\n`,
  )}`;
}

/**
 * Renders blocks.
 *
 * @param blocks in reading order
 */
export function blocksToHtml(blocks: readonly Block[]): Markup {
  return html`${blocks.map((block) => html`${blockMarkup(block)}\n`)}`;
}

function blockMarkup(block: Block): Markup | null {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${inline(block.text)}</p>`;
    case 'note':
      return html`<p class="faint">${inline(block.text)}</p>`;
    case 'caution':
      return html`<p class="note">${inline(block.text)}</p>`;
    case 'heading':
      return html`<h3>${inline(block.text)}</h3>`;
    case 'result':
      return html`<p class="result ${block.tone}">${inline(block.text)}</p>`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
    case 'facts':
      return html`<dl>${block.items.map(({ name, text }) => html`<dt>${name}</dt><dd>${inline(text)}</dd>`)}</dl>`;
    case 'table':
      return tableMarkup(block.table);
    case 'chart':
      return chartMarkup(block);
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'details':
      return html`<details${block.id === undefined ? null : html` id="${block.id}"`}${block.isOpen ? html` open` : null}><summary>${block.summary}</summary>${blocksToHtml(block.blocks)}</details>`;
    case 'grid':
      return html`<div class="grid${block.isSmall ? ' small' : ''}">${block.items.map(({ heading, blocks }) => html`<div><h3>${heading}</h3>${blocksToHtml(blocks)}</div>`)}</div>`;
    case 'picture':
      return html`<figure><img class="pixelated" src="${dataUri(block.png)}" alt="${block.alt}" width="${block.width}"><figcaption>${block.caption ?? block.alt}</figcaption></figure>`;
    case 'interactive':
      return block.markup();
  }
}

/** The style sheet shows the drawing that the window has room for. On a narrow screen, a finger does not hover. */
function chartMarkup({ draw, caption }: Extract<Block, { kind: 'chart' }>): Markup | null {
  const [wide, narrow] = [draw('wide'), draw('narrow')];
  if (!wide || !narrow) return null;
  const drawing =
    wide.svg === narrow.svg
      ? raw(withoutStyle(wide.svg))
      : html`<div class="chart-wide">${raw(withoutStyle(wide.svg))}</div><div class="chart-narrow">${raw(withoutTitles(withoutStyle(narrow.svg)))}</div>`;
  return html`<figure>${drawing}${caption === undefined ? null : html`<figcaption>${caption}</figcaption>`}</figure>`;
}

function tableMarkup(table: Table): Markup {
  const shown = table.columns.flatMap(({ isTextOnly }, i) => (isTextOnly ? [] : i));
  const columns = shown.map((i) => table.columns[i]!);
  const rows = table.rows.map((row) => shown.map((i) => toCell(row[i]!)));
  const isSortable = columns.some(({ sort }) => sort !== undefined);
  return html`<div class="box" tabindex="0"><table class="pinned${isSortable ? ' sortable full' : ''}"><thead><tr>${columns.map(headMarkup)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => cellMarkup(cell, columns[i]!, i, isSortable))}</tr>\n`)}</tbody></table></div>`;
}

function headMarkup(column: Column, index: number): Markup {
  const name = column.sort === undefined ? html`${column.head}` : html`<button type="button">${column.head}</button>`;
  const first = column.sort === undefined ? null : html` data-first="${column.sort}"`;
  const order = column.isSorted ? html` aria-sort="${column.sort ?? 'descending'}"` : null;
  return html`<th scope="col"${classes(column, index)}${first}${order}>${name}</th>`;
}

function cellMarkup(cell: Cell, column: Column, index: number, isSortable: boolean): Markup {
  const value = isSortable ? html` data-value="${cell.value === undefined ? plainText(cell.text) : cell.value}"` : null;
  const title = cell.title === undefined ? null : html` title="${cell.title}"`;
  const content = html`${cell.symbol ?? null}${inline(cell.text)}${cell.extra ?? null}`;
  if (index === 0) return html`<th scope="row"${value}${title}>${content}</th>`;
  return html`<td${classes(column, index, cell.tone)}${value}${title}>${content}</td>`;
}

function classes(column: Column, index: number, tone?: string): Markup | null {
  const names = [
    ...(index === 0 ? ['name'] : alignOf(column, index) === 'left' ? ['left'] : []),
    ...(column.wrap ? ['wrap'] : []),
    ...(tone === undefined ? [] : [tone]),
  ];
  return names.length === 0 ? null : html` class="${names.join(' ')}"`;
}

function inline(text: Text): Markup {
  return typeof text === 'string' ? html`${text}` : html`${text.map(span)}`;
}

function span(one: Span): Markup {
  if (typeof one === 'string') return html`${one}`;
  if ('code' in one) return html`<code>${one.code}</code>`;
  if ('strong' in one) return html`<b>${one.strong}</b>`;
  return html`<a href="${'href' in one ? one.href : `#${one.section}`}">${one.link}</a>`;
}
