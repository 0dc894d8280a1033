// Renders sections as Markdown for git hosts: tables that stay readable as source, details folded, charts as files.
import { type Block, type ChartBlock, type Document, plainText, type Section } from './blocks.ts';
import type { Chart } from './chart-canvas.ts';
import { codeBlock, codeSpan, escapeHtmlInMarkdown, escapeMarkdown } from './escape.ts';
import { tableToMarkdown } from './markdown-table.ts';
import { markdownText } from './markdown-text.ts';

/** How sections become Markdown. */
export interface MarkdownOptions {
  /** Level of the section headings, 1 to 5. */
  readonly level: number;
  /** Path of a chart's file, relative to the document. */
  readonly chartPath: (chart: Chart) => string;
}

/** Markdown, and the charts and pictures that it links. */
export interface MarkdownDocument {
  readonly text: string;
  /** In reading order; each is to be written to its `chartPath`. */
  readonly charts: readonly Chart[];
  /** In reading order; each is to be written to its `file`. */
  readonly pictures: readonly Picture[];
}

type Picture = Extract<Block, { kind: 'picture' }>;

/**
 * Renders a document with its title, which is one level above the sections.
 *
 * @param document what it says
 * @param options level of the section headings, place of charts
 */
export function documentToMarkdown({ title, lead, sections }: Document, options: MarkdownOptions): MarkdownDocument {
  const writer = new MarkdownWriter(options);
  const head = `${'#'.repeat(options.level - 1)} ${markdownText(title)}`;
  const text = [head, writer.blocks(lead), ...sections.flatMap((section) => writer.section(section))]
    .filter((part) => part !== '')
    .join('\n\n');
  return writer.result(text);
}

/**
 * Renders sections.
 *
 * @param sections in reading order
 * @param options level of headings, place of charts
 */
export function toMarkdown(sections: readonly Section[], options: MarkdownOptions): MarkdownDocument {
  const writer = new MarkdownWriter(options);
  return writer.result(sections.flatMap((section) => writer.section(section)).join('\n\n'));
}

/**
 * Renders blocks without a heading.
 *
 * @param blocks in reading order
 * @param options level of the headings of sections that would hold them
 */
export function blocksToMarkdown(blocks: readonly Block[], options: MarkdownOptions): MarkdownDocument {
  const writer = new MarkdownWriter(options);
  return writer.result(writer.blocks(blocks));
}

class MarkdownWriter {
  private readonly charts: Chart[] = [];
  private readonly pictures: Picture[] = [];
  private readonly options: MarkdownOptions;

  constructor(options: MarkdownOptions) {
    this.options = options;
  }

  result(text: string): MarkdownDocument {
    return { text, charts: this.charts, pictures: this.pictures };
  }

  section({ heading, blocks }: Section): string[] {
    const body = this.blocks(blocks);
    return body === '' ? [] : [`${'#'.repeat(this.options.level)} ${escapeMarkdown(heading)}`, body];
  }

  blocks(blocks: readonly Block[]): string {
    return blocks
      .map((block) => this.block(block))
      .filter((text) => text !== '')
      .join('\n\n');
  }

  private block(block: Block): string {
    switch (block.kind) {
      case 'paragraph':
      case 'note':
        return markdownText(block.text);
      case 'caution':
        return `> ${markdownText(block.text)}`;
      case 'heading':
        return `${'#'.repeat(this.options.level + 1)} ${markdownText(block.text)}`;
      case 'result':
        return `**${escapeMarkdown(plainText(block.text))}**`;
      case 'list':
        return block.items.map((item) => `- ${markdownText(item)}`).join('\n');
      case 'facts':
        return block.items.map(({ name, text }) => `- ${codeSpan(name)}: ${markdownText(text)}`).join('\n');
      case 'table':
        return tableToMarkdown(block.table);
      case 'chart':
        return this.chart(block);
      case 'code':
        return codeBlock(block.text, block.language ?? 'sh');
      case 'details':
        return folded(block.summary, this.blocks(block.blocks));
      case 'grid':
        return block.items
          .map(({ heading, blocks }) => folded(heading, this.blocks(blocks)))
          .filter((text) => text !== '')
          .join('\n\n');
      case 'picture':
        this.pictures.push(block);
        return withCaption(`![${escapeMarkdown(block.alt)}](${block.file})`, block.caption);
      case 'interactive':
        return this.blocks(block.otherwise);
    }
  }

  private chart({ name, draw, caption }: ChartBlock): string {
    const drawn = draw('wide');
    if (!drawn) return '';
    const chart = { ...drawn, name };
    this.charts.push(chart);
    // A long description makes a poor alternative text; the tables hold every number.
    const image = `![${escapeMarkdown(chart.description.split('. ')[0]!)}](${this.options.chartPath(chart)})`;
    return withCaption(image, caption);
  }
}

function withCaption(image: string, caption: string | undefined): string {
  return caption === undefined ? image : `${image}\n\n${escapeMarkdown(caption)}`;
}

/** Blank lines around the content make a git host read it as Markdown. */
function folded(summary: string, text: string): string {
  if (text === '') return '';
  return `<details>\n<summary>${escapeHtmlInMarkdown(plainText(summary))}</summary>\n\n${text}\n\n</details>`;
}
