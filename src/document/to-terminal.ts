// Renders sections as text for terminals and logs: what is folded or drawn on a page is left out.
import type { Block, Document, Section, Tone } from './blocks.ts';
import { plainText } from './blocks.ts';
import { oneLine } from './escape.ts';
import { terminalTable } from './terminal-table.ts';
import { createColours, type Style } from './terminal-text.ts';
import { visibleText } from './visible-text.ts';
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
  const paint = createColours(options.colour);
  return sections
    .map(({ heading, blocks }) => {
      const body = blocksToTerminal(blocks, options);
      return body === '' ? '' : `${paint.bold(wrapText(oneLine(heading), widthOf(options)))}\n${body}`;
    })
    .filter((text) => text !== '')
    .join('\n\n');
}

/**
 * Renders a document with its title.
 *
 * @param document what it says
 * @param options width and colour
 */
export function documentToTerminal({ title, lead, sections }: Document, options: TerminalOptions): string {
  const head = wrapText(oneLine(plainText(title)), widthOf(options));
  return [createColours(options.colour).bold(head), blocksToTerminal(lead, options), toTerminal(sections, options)]
    .filter((text) => text !== '')
    .join('\n\n');
}

function widthOf({ columns }: TerminalOptions): number {
  return Math.min(MAX_COLUMNS, columns);
}

function toneColour(tone: Tone, { colour }: TerminalOptions): Style {
  const { green, red, yellow } = createColours(colour);
  return { good: green, bad: red, even: yellow }[tone];
}

/**
 * Renders blocks.
 *
 * @param blocks in reading order
 * @param options width and colour
 */
export function blocksToTerminal(blocks: readonly Block[], options: TerminalOptions): string {
  const columns = widthOf(options);
  const paint = createColours(options.colour);
  const wrapped = (text: string, indent = ''): string => wrapText(oneLine(text), columns, indent);
  const render = (block: Block): string => {
    switch (block.kind) {
      case 'paragraph':
      case 'note':
        return wrapped(plainText(block.text));
      case 'caution':
        return paint.yellow(wrapped(`Note: ${plainText(block.text)}`));
      case 'heading':
        return paint.bold(wrapped(plainText(block.text)));
      case 'result':
        return toneColour(block.tone, options)(wrapped(plainText(block.text)));
      case 'list':
        return block.items.map((item) => wrapped(`- ${plainText(item)}`, '  ')).join('\n');
      case 'facts':
        return block.items.map(({ name, text }) => wrapped(`${name}: ${plainText(text)}`, '  ')).join('\n');
      case 'table':
        return terminalTable(block.table, columns, {
          head: paint.bold,
          tone: (tone, text) => paintCell(tone, text, options),
        });
      case 'code':
        return visibleText(block.text).replaceAll(/^/gm, '  ');
      case 'grid':
        return block.items
          .map(({ heading, blocks: inner }) => `${paint.bold(wrapped(heading))}\n${renderAll(inner)}`)
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
      .map((block) => ({ block, text: render(block) }))
      .filter(({ text }) => text !== '')
      .map(({ block, text }, i, { length }) => {
        if (i === length - 1) return text;
        return `${text}${block.kind === 'heading' ? '\n' : '\n\n'}`;
      })
      .join('');
  return renderAll(blocks);
}

/** What did not change needs no colour in a table. */
function paintCell(tone: Tone, text: string, options: TerminalOptions): string {
  return tone === 'even' ? text : toneColour(tone, options)(text);
}
