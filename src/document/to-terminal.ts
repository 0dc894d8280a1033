// Renders sections as text for terminals and logs: what is folded or drawn on a page is left out.
import picocolors from 'picocolors';
import type { Block, Section, Table } from './blocks.ts';
import { plainText } from './blocks.ts';
import { oneLine } from './escape.ts';
import { terminalTable } from './terminal-table.ts';
import { wrapText } from './wrap-text.ts';

/** How the text may look. */
export interface TerminalOptions {
  /** Width in characters. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;

/**
 * Renders sections.
 *
 * @param sections in reading order
 * @param options width and colour
 */
export function toTerminal(sections: readonly Section[], options: TerminalOptions): string {
  const paint = picocolors.createColors(options.colour);
  return sections
    .map(({ heading, blocks }) => {
      const body = blocksToTerminal(blocks, options);
      return body === '' ? '' : `${paint.bold(oneLine(heading))}\n${body}`;
    })
    .filter((text) => text !== '')
    .join('\n\n');
}

/**
 * Renders blocks.
 *
 * @param blocks in reading order
 * @param options width and colour
 */
export function blocksToTerminal(blocks: readonly Block[], options: TerminalOptions): string {
  const columns = Math.min(MAX_COLUMNS, options.columns);
  const paint = picocolors.createColors(options.colour);
  const wrapped = (text: string, indent = ''): string => wrapText(oneLine(text), columns, indent);
  const render = (block: Block): string => {
    switch (block.kind) {
      case 'paragraph':
      case 'note':
        return wrapped(plainText(block.text));
      case 'caution':
        return paint.yellow(wrapped(`Note: ${plainText(block.text)}`));
      case 'heading':
        return paint.bold(oneLine(block.text));
      case 'list':
        return block.items.map((item) => wrapped(`- ${plainText(item)}`, '  ')).join('\n');
      case 'facts':
        return block.items.map(({ name, text }) => wrapped(`${name}: ${plainText(text)}`, '  ')).join('\n');
      case 'table':
        return tableText(block.table, columns, options.colour);
      case 'code':
        return block.text.replaceAll(/^/gm, '  ');
      case 'grid':
        return block.items
          .map(({ heading, blocks: inner }) => `${paint.bold(oneLine(heading))}\n${renderAll(inner)}`)
          .join('\n\n');
      case 'interactive':
        return renderAll(block.otherwise);
      case 'chart':
      case 'details':
      case 'picture':
        return '';
    }
  };
  const renderAll = (some: readonly Block[]): string =>
    some
      .map(render)
      .filter((text) => text !== '')
      .join('\n\n');
  return renderAll(blocks);
}

function tableText(table: Table, width: number, colour: boolean): string {
  const [head, ...lines] = terminalTable(table, width).split('\n');
  return [picocolors.createColors(colour).bold(head!), ...lines].join('\n');
}
