// Prints a comparison of two commits, and writes it to files.
import path from 'node:path';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import type { Diff } from '../commits/compare/diff-data.ts';
import { diffDocument } from '../commits/compare/diff-document.ts';
import { renderDiffMarkdown } from '../commits/compare/diff-markdown.ts';
import { renderDiffHtml } from '../commits/compare/diff-page.ts';
import type { Outcome } from '../commits/compare/outcome.ts';
import { pageScript } from '../document/page-script.ts';
import { documentToTerminal } from '../document/to-terminal.ts';
import type { Io } from '../terminal/io.ts';
import type { LabelledImages } from '../types.ts';
import { DEFAULT_HTML, type DiffOptions } from './diff-options.ts';
import { printJson } from './outputs/define-output.ts';
import { diffJson, diffOutput } from './outputs/diff-output.ts';

/**
 * Prints a comparison and writes the files that the user named.
 *
 * @param tests the test images by the hash of their split
 * @throws UserError if a file cannot be written
 */
export async function writeDiff(
  diff: Diff,
  outcome: Outcome,
  tests: ReadonlyMap<string, LabelledImages>,
  { markdown, html, json }: DiffOptions,
  io: Io,
): Promise<void> {
  // The comparison first: it is there even if a file cannot be written.
  if (json) printJson(io, diffOutput, diffJson(diff, outcome));
  else if (markdown === true) io.out(renderDiffMarkdown(diff, outcome).trimEnd());
  else io.out(documentToTerminal(diffDocument(diff, outcome), io));
  if (typeof markdown === 'string') await writeFile(markdown, renderDiffMarkdown(diff, outcome), io);
  if (html !== undefined) {
    const page = renderDiffHtml(diff, outcome, {
      tests,
      generatedAt: new Date().toISOString(),
      script: await pageScript('every-page'),
    });
    await writeFile(html === true ? DEFAULT_HTML : html, page, io);
  }
}

/** Standard output is for the comparison alone. */
async function writeFile(file: string, text: string, io: Io): Promise<void> {
  await writeFileAtomic(file, text);
  io.err(`wrote ${path.normalize(file)}`);
}
