// An exploration as Markdown, with the pictures that it links.
import type { Dataset } from '../../data/dataset.ts';
import { paragraph } from '../../document/blocks.ts';
import { standalone } from '../../document/chart-canvas.ts';
import { documentToMarkdown } from '../../document/to-markdown.ts';
import type { Exploration } from '../explore-dataset.ts';
import { explorationDocument } from './exploration-document.ts';

/** Markdown, and the files that it links. */
export interface ExplorationMarkdown {
  readonly text: string;
  /** Bytes or text by file name. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
}

/**
 * Renders an exploration as Markdown.
 *
 * @param found what was found
 * @param dataset what it was found in
 */
export function renderExplorationMarkdown(found: Exploration, dataset: Dataset): ExplorationMarkdown {
  const made = [
    'Made by ',
    { code: 'npm run explore' },
    '; do not edit. ',
    { code: 'index.html' },
    ' in this folder shows the same with more pictures and a map to point at.',
  ];
  const document = { ...explorationDocument(found, dataset), lead: [paragraph(made)] };
  const { text, charts, pictures } = documentToMarkdown(document, { level: 2, chartPath: ({ name }) => `${name}.svg` });
  return {
    text: `${text}\n`,
    files: new Map<string, Uint8Array | string>([
      ...pictures.map(({ file, png }) => [file, png] as const),
      ...charts.map((chart) => [`${chart.name}.svg`, standalone(chart)] as const),
    ]),
  };
}
