// Writes a report to a folder. A reader who opens a file meanwhile sees the old one or the new one, never half of either.
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../base/write-file-atomic.ts';
import { standalone } from '../../document/chart-canvas.ts';
import { pageScript } from '../../document/page-script.ts';
import { shrinkPictures } from '../../document/shrink-pictures.ts';
import type { ReportData } from '../model/report-data.ts';
import { type PageLink, renderHtml } from './report-html.ts';
import { renderMarkdown } from './report-markdown.ts';

/** Pages that other commands write to the folder. */
const OTHER_PAGES: readonly PageLink[] = [
  { href: 'try.html', text: 'try a picture' },
  { href: 'explore/index.html', text: 'exploration of the data' },
];

/**
 * Writes README.md, index.html and charts/*.svg. Charts of an earlier report that this one lacks are removed.
 *
 * @param folder created if it does not exist; the page links to those of other commands in it
 * @param data a report
 * @returns the files written
 * @throws UserError when a file cannot be written
 */
export async function writeReport(folder: string, data: ReportData): Promise<string[]> {
  const chartFolder = path.join(folder, 'charts');
  const links = OTHER_PAGES.filter(({ href }) => existsSync(path.join(folder, href)));
  const { text, charts } = renderMarkdown(data);
  const page = await shrinkPictures(renderHtml(data, { script: await pageScript('report'), links }));
  const files = new Map([
    ...charts.map((chart) => [path.join(chartFolder, `${chart.name}.svg`), standalone(chart)] as const),
    // The pages go last: when they are there, what they show is there.
    [path.join(folder, 'README.md'), text],
    [path.join(folder, 'index.html'), page],
  ]);
  for (const [file, content] of files) await writeFileAtomic(file, content);
  for (const name of await readdir(chartFolder).catch(() => [])) {
    const file = path.join(chartFolder, name);
    if (name.endsWith('.svg') && !files.has(file)) await rm(file);
  }
  return [...files.keys()];
}
