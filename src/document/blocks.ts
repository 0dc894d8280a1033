// The description of a document: sections of blocks, which small backends render as Markdown, HTML and terminal text.
// Blocks hold plain text and numbers as people read them. Nothing here is escaped: each backend escapes for its output.
import type { Chart, Room } from './chart-canvas.ts';
import type { Markup } from './markup.ts';

/** A piece of running text. */
export type Span =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly link: string; readonly href: string }
  /** A link to a section of the same document, by its id. Only a page links; elsewhere the text stands alone. */
  | { readonly link: string; readonly section: string };

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
  /** Whether the rows are in the order of this column. */
  readonly isSorted?: boolean;
  /** Whether a page leaves the column out, because the extra of the first cell says the same. */
  readonly isTextOnly?: boolean;
}

/** A cell that is more than its text. */
export interface Cell {
  readonly text: Text;
  /** What a page sorts by; by default the text. null comes last. */
  readonly value?: number | string | null;
  readonly tone?: Tone;
  /** Details that a page shows on hover. */
  readonly title?: string;
  /** Drawn before the text on a page: a symbol. */
  readonly symbol?: Markup;
  /** Drawn behind the text on a page: an interval bar, a second line. */
  readonly extra?: Markup;
}

/** A table. The first cell of each row is its heading; on a page, the first that is not left out. */
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
  /** Draws the chart; null when there is nothing to draw. A chart that is the same in both rooms stands on a page once. */
  readonly draw: (room: Room) => Chart | null;
  /** How to read it, below it. */
  readonly caption?: string;
}

/** One block of a section. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  /** How to read what stands above: small print. */
  | { readonly kind: 'note'; readonly text: Text }
  /** What a reader must know before trusting the numbers. */
  | { readonly kind: 'caution'; readonly text: Text }
  | { readonly kind: 'heading'; readonly text: Text }
  /** The answer that the document gives, in one sentence. */
  | { readonly kind: 'result'; readonly text: Text; readonly tone: Tone }
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
      /** Whether a page shows it opened. */
      readonly isOpen?: boolean;
      /** Anchor on a page. */
      readonly id?: string;
    }
  /** Small parts that a page lays out next to each other. */
  | {
      readonly kind: 'grid';
      /** Whether a page has room for three next to each other. */
      readonly isSmall?: boolean;
      readonly items: readonly { readonly heading: string; readonly blocks: readonly Block[] }[];
    }
  /** A picture. Markdown links `file`, a page holds `png` itself. */
  | {
      readonly kind: 'picture';
      readonly file: string;
      readonly png: Uint8Array;
      readonly alt: string;
      /** How to read it, below it; by default a page shows `alt`. */
      readonly caption?: string;
      readonly width: number;
    }
  /** What only a page can show (a gallery, a chooser), and what stands in its place elsewhere. */
  | { readonly kind: 'interactive'; readonly markup: () => Markup; readonly otherwise: readonly Block[] };

export type TableBlock = Extract<Block, { kind: 'table' }>;
export type FactsBlock = Extract<Block, { kind: 'facts' }>;

/** A document: what its sections have in common, then the sections. */
export interface Document {
  readonly title: Text;
  /** Below the title. */
  readonly lead: readonly Block[];
  readonly sections: readonly Section[];
}

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
    case 'result':
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
export function table(columns: readonly Column[], rows: Table['rows']): TableBlock {
  return { kind: 'table', table: { columns, rows } };
}

/** Builds a list of names with what is said of each; an empty one is left out by `section`. */
export function facts(items: FactsBlock['items']): FactsBlock {
  return { kind: 'facts', items };
}

/** Builds a heading within a section. */
export function heading(text: Text): Block {
  return { kind: 'heading', text };
}

/** Builds a block that a click opens; one without blocks is left out by `section`. */
export function details(
  summary: string,
  blocks: readonly (Block | null)[],
  options: { readonly isOpen?: boolean; readonly id?: string } = {},
): Block {
  return { kind: 'details', summary, blocks: compact(blocks), ...options };
}

/** Builds parts that a page lays out next to each other; parts without blocks are left out. */
export function grid(
  items: readonly { readonly heading: string; readonly blocks: readonly (Block | null)[] }[],
  isSmall = false,
): Block {
  const parts = items.map((item) => ({ heading: item.heading, blocks: compact(item.blocks) }));
  return { kind: 'grid', isSmall, items: parts.filter(({ blocks }) => blocks.length > 0) };
}

/**
 * Builds a part that only a page can show.
 *
 * @param markup what the page shows
 * @param otherwise what stands in its place in other outputs; nothing leaves a gap there
 */
export function interactive(markup: () => Markup, otherwise: readonly (Block | null)[]): Block {
  return { kind: 'interactive', markup, otherwise: compact(otherwise) };
}

/**
 * Builds a chart, or nothing where there is nothing to draw.
 *
 * @param name of its file, unique in the document
 * @param draw draws it
 * @param caption below it: how to read it
 */
export function chart(name: string, draw: ChartBlock['draw'], caption?: string): ChartBlock | null {
  const drawn = new Map<Room, Chart | null>();
  const drawOnce = (room: Room): Chart | null => {
    if (!drawn.has(room)) drawn.set(room, draw(room));
    return drawn.get(room)!;
  };
  // Whether there is something to draw is only known by drawing.
  if (drawOnce('wide') === null) return null;
  return { kind: 'chart', name, draw: drawOnce, ...(caption !== undefined && { caption }) };
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
