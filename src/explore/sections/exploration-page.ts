// An exploration as one HTML file.
import type { Dataset } from '../../data/dataset.ts';
import { plainText } from '../../document/blocks.ts';
import { html } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { toHtml } from '../../document/to-html.ts';
import type { Exploration } from '../explore-dataset.ts';
import { explorationDocument } from './exploration-document.ts';
import { MAP_STYLE, mapPictures } from './image-map-section.ts';

/**
 * Renders an exploration.
 *
 * @param found what was found
 * @param dataset what it was found in
 * @param script JavaScript of `pageScript`; without it the map is empty
 * @returns an HTML document
 */
export async function renderExplorationHtml(found: Exploration, dataset: Dataset, script = ''): Promise<string> {
  const pictures = found.map && (await mapPictures(found.map, dataset));
  const { title, sections } = explorationDocument(found, dataset, pictures);
  return page({
    title: plainText(title),
    heading: plainText(title),
    lead: html`<p class="faint">Made by <code>npm run explore</code>.</p>`,
    links: sections.map(({ id, heading }) => ({ id, text: heading })),
    main: toHtml(sections),
    footer: 'Images are named by their positions in the files, from 0.',
    style: MAP_STYLE,
    script,
  });
}
