// The description of a document: sections of blocks, which small backends render as Markdown, HTML and terminal text.
// Blocks hold plain text and numbers as people read them. Nothing here is escaped: each backend escapes for its output.
import type { Chart, Room } from './chart-canvas.ts';
import type { Markup } from './markup.ts';

/** A piece of running text. */
export type Span =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly link: string; readonly href: string };

/** Running text: one string, or pieces of which some are code, strong or links. */
export type Text = string | readonly Span[];

/** What a change or an answer means for a reader. Backends show it as a colour. */
export type Tone = 'good' | 'bad' | 'even';

/** A column of a table. */
export interface Column {
  readonly head: string;
  /** By default `left` for the first column and `right` for the others. */
  readonly align?: 'left' | 'right';
  /** Whether the cells are sentences that may wrap. */
  readonly wrap?: boolean;
  /** How long the column stays where not all fit: the lowest number goes first. Columns without one always stay. */
  readonly priority?: number;
  /** Whether a page can sort by this column, and in which order first. */
  readonly sort?: 'ascending' | 'descending';
}

/** A cell that is more than its text. */
export interface Cell {
  readonly text: Text;
  /** What a page sorts by; by default the text. null comes last. */
  readonly value?: number | string | null;
  readonly tone?: Tone;
  /** Details that a page shows on hover. */
  readonly title?: string;
  /** Drawn behind the text on a page: an interval bar, a second line. */
  readonly extra?: Markup;
}

/** A table. The first cell of each row is its heading. */
export interface Table {
  readonly columns: readonly Column[];
  /** One cell for each column; a string stands for a cell of that text. */
  readonly rows: readonly (readonly (string | Cell)[])[];
}

/** A chart: drawn when a backend needs it, and only in the width it needs. */
export interface ChartBlock {
  readonly kind: 'chart';
  /** File name of the chart, without directory and extension; unique in its document. */
  readonly name: string;
  /** Draws the chart; null when there is nothing to draw. */
  readonly draw: (room: Room) => Chart | null;
  readonly caption?: string;
}

/** One block of a section. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** How to read what stands above: small print. */
  | { readonly kind: 'note'; readonly text: Text }
  /** What a reader must know before trusting the numbers. */
  | { readonly kind: 'caution'; readonly text: Text }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  /** Names with what is said of each. */
  | { readonly kind: 'facts'; readonly items: readonly { readonly name: string; readonly text: Text }[] }
  | { readonly kind: 'table'; readonly table: Table }
  | ChartBlock
  | { readonly kind: 'code'; readonly text: string; readonly language?: string }
  /** Opened by a click. The terminal leaves it out. */
  | {
      readonly kind: 'details';
      readonly summary: string;
      readonly blocks: readonly Block[];
      readonly isOpen?: boolean;
      /** Anchor on a page. */
      readonly id?: string;
    }
  /** Small parts that a page lays out next to each other. */
  | {
      readonly kind: 'grid';
      readonly items: readonly { readonly heading: string; readonly blocks: readonly Block[] }[];
    }
  /** A picture. Markdown links `file`, a page holds `png` itself. */
  | {
      readonly kind: 'picture';
      readonly file: string;
      readonly png: Uint8Array;
      readonly alt: string;
      readonly width: number;
    }
  /** What only a page can show (a gallery, a chooser), and what stands in its place elsewhere. */
  | { readonly kind: 'interactive'; readonly markup: () => Markup; readonly otherwise: readonly Block[] };

/** A part of a document with a heading. */
export interface Section {
  /** Anchor: lower case letters, digits and dashes; unique in its document. */
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/**
 * Builds a section from what there is to say.
 *
 * @param id anchor, unique in the document
 * @param heading as a reader would search for it
 * @param blocks null and empty tables, lists, details and grids are left out
 * @returns null when no block is left
 */
export function section(id: string, heading: string, blocks: readonly (Block | null)[]): Section | null {
  const left = compact(blocks);
  return left.length === 0 ? null : { id, heading, blocks: left };
}

/**
 * Leaves out what would render as nothing.
 *
 * @param blocks in reading order
 */
export function compact(blocks: readonly (Block | null)[]): Block[] {
  return blocks.filter((block): block is Block => block !== null && !isEmpty(block));
}

function isEmpty(block: Block): boolean {
  switch (block.kind) {
    case 'paragraph':
    case 'note':
    case 'caution':
      return block.text.length === 0;
    case 'list':
    case 'facts':
    case 'grid':
      return block.items.length === 0;
    case 'table':
      return block.table.rows.length === 0;
    case 'details':
      return block.blocks.length === 0;
    default:
      return false;
  }
}

/** Builds a paragraph. */
export function paragraph(text: Text): Block {
  return { kind: 'paragraph', text };
}

/** Builds a note on how to read what stands above. */
export function note(text: Text): Block {
  return { kind: 'note', text };
}

/** Builds a caution. */
export function caution(text: Text): Block {
  return { kind: 'caution', text };
}

/** Builds a list; an empty one is left out by `section`. */
export function list(items: readonly Text[]): Block {
  return { kind: 'list', items };
}

/** Builds a table; one without rows is left out by `section`. */
export function table(columns: readonly Column[], rows: Table['rows']): Block {
  return { kind: 'table', table: { columns, rows } };
}

/** Builds a block that a click opens; one without blocks is left out by `section`. */
export function details(summary: string, blocks: readonly (Block | null)[]): Block {
  return { kind: 'details', summary, blocks: compact(blocks) };
}

/**
 * Builds a chart, or nothing where there is nothing to draw.
 *
 * @param name of its file, unique in the document
 * @param draw draws it
 * @param caption below it on a page
 */
export function chart(name: string, draw: ChartBlock['draw'], caption?: string): Block | null {
  // Whether there is something to draw is only known by drawing; a backend draws again in the width it needs.
  return draw('wide') === null ? null : { kind: 'chart', name, draw, ...(caption !== undefined && { caption }) };
}

/**
 * Gives a text without its marks.
 *
 * @param text running text
 */
export function plainText(text: Text): string {
  if (typeof text === 'string') return text;
  return text
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('code' in span) return span.code;
      return 'strong' in span ? span.strong : span.link;
    })
    .join('');
}

/**
 * Gives a cell of a table its full form.
 *
 * @param cell as a table holds it
 */
export function toCell(cell: string | Cell): Cell {
  return typeof cell === 'string' ? { text: cell } : cell;
}

/**
 * Tells on which side a column is aligned.
 *
 * @param column of a table
 * @param index its place, from 0
 */
export function alignOf(column: Column, index: number): 'left' | 'right' {
  return column.align ?? (index === 0 || column.wrap ? 'left' : 'right');
}
