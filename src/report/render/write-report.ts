// Puts a report on disk. A reader who opens a file meanwhile sees the old one or the new one, never half of either.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { writeWhole } from '../../base/files.ts';
import { standalone } from '../../document/chart-canvas.ts';
import { pageScript } from '../../document/page-script.ts';
import type { ReportData } from '../model/report-data.ts';
import { type PageLink, renderHtml } from './report-html.ts';
import { markdownCharts, renderMarkdown } from './report-markdown.ts';

/** Pages that other commands leave in the folder. */
const BESIDE: readonly PageLink[] = [
  { href: 'try.html', text: 'try a picture' },
  { href: 'explore/index.html', text: 'what is in the data' },
];

/**
 * Writes README.md, index.html and charts/*.svg. Charts of an earlier report that this one lacks are removed.
 *
 * @param folder made when it is not there; the page links to those of other commands that lie in it
 * @returns the files written
 * @throws UserError when the folder cannot be written to
 */
export async function writeReport(folder: string, data: ReportData): Promise<string[]> {
  const charts = path.join(folder, 'charts');
  const beside = BESIDE.filter(({ href }) => existsSync(path.join(folder, href)));
  const files = new Map([
    ...markdownCharts(data).map((chart) => [path.join(charts, `${chart.name}.svg`), standalone(chart)] as const),
    // The pages go last: what they show is there when they are.
    [path.join(folder, 'README.md'), renderMarkdown(data)],
    [path.join(folder, 'index.html'), renderHtml(data, { script: await pageScript('report'), beside })],
  ]);
  try {
    await mkdir(charts, { recursive: true });
    for (const [file, text] of files) await writeWhole(file, text);
    for (const name of await readdir(charts)) {
      const file = path.join(charts, name);
      if (name.endsWith('.svg') && !files.has(file)) await rm(file);
    }
  } catch (cause) {
    throw new UserError(`cannot write the report to ${folder}: ${messageOf(cause)}`, { cause });
  }
  return [...files.keys()];
}
