// Puts an exploration on disk: a page, Markdown and its pictures.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { writeWhole } from '../base/files.ts';
import type { Dataset } from '../data/dataset.ts';
import { pageScript } from '../document/page-script.ts';
import type { Exploration } from './explore-dataset.ts';
import { explorationPictures, renderExplorationMarkdown } from './explore-markdown.ts';
import { renderExplorationHtml } from './explore-page.ts';

/**
 * Writes index.html, README.md and the pictures that the latter shows.
 *
 * @param folder made when it is not there
 * @param now when it was explored
 * @returns the two pages' paths
 * @throws UserError when the folder cannot be written to
 */
export async function writeExploration(
  folder: string,
  found: Exploration,
  dataset: Dataset,
  now: Date,
): Promise<string[]> {
  const generatedAt = now.toISOString();
  const pages = new Map([
    ['README.md', renderExplorationMarkdown(found, dataset, generatedAt)],
    ['index.html', renderExplorationHtml(found, dataset, generatedAt, await pageScript('explore'))],
  ]);
  try {
    await mkdir(folder, { recursive: true });
    // The pages go last: what they show is there when they are.
    for (const [name, content] of [...explorationPictures(found, dataset), ...pages]) {
      await writeWhole(path.join(folder, name), content);
    }
  } catch (cause) {
    throw new UserError(`cannot write the exploration to ${folder}: ${messageOf(cause)}`, { cause });
  }
  return [...pages.keys()].map((name) => path.join(folder, name));
}
