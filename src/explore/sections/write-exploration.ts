// Writes an exploration: a page, Markdown and its pictures.
import path from 'node:path';
import { writeFileAtomic } from '../../base/write-file-atomic.ts';
import type { Dataset } from '../../data/dataset.ts';
import { pageScript } from '../../document/page-script.ts';
import type { Exploration } from '../explore-dataset.ts';
import { renderExplorationMarkdown } from './exploration-markdown.ts';
import { renderExplorationHtml } from './exploration-page.ts';

/**
 * Writes index.html, README.md and the pictures that the latter shows.
 *
 * @param folder created when it does not exist
 * @param found what was found
 * @param dataset what it was found in
 * @returns the paths of the two pages
 * @throws UserError when a file cannot be written
 */
export async function writeExploration(folder: string, found: Exploration, dataset: Dataset): Promise<string[]> {
  const markdown = renderExplorationMarkdown(found, dataset);
  const pages = new Map([
    ['README.md', markdown.text],
    ['index.html', await renderExplorationHtml(found, dataset, await pageScript('explore'))],
  ]);
  // The pages last, so that the pictures they show exist.
  for (const [name, content] of [...markdown.files, ...pages]) {
    await writeFileAtomic(path.join(folder, name), content);
  }
  return [...pages.keys()].map((name) => path.join(folder, name));
}
