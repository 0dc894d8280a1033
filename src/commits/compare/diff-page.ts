// A comparison as one HTML file.
import { plainText } from '../../document/blocks.ts';
import { html } from '../../document/markup.ts';
import { page } from '../../document/page.ts';
import { blocksToHtml, toHtml } from '../../document/to-html.ts';
import type { LabelledImages } from '../../types.ts';
import type { Diff } from './diff-data.ts';
import { diffDocument } from './diff-document.ts';
import type { Outcome } from './outcome.ts';

/** What a page needs besides the comparison. */
export interface DiffPageOptions {
  /** Test images by the hash of their split, for the pictures. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  /** UTC, ISO 8601. */
  readonly generatedAt: string;
  /** JavaScript of `pageScript`; the page is complete without it. */
  readonly script?: string;
}

const STYLE = `
td.good{font-weight:600}
td.even{color:var(--faint)}
.matrix td.good,.matrix td.bad{font-weight:400}
.matrix td.beyond{outline:2px solid var(--foreground);outline-offset:-2px}
h1,h3,summary{overflow-wrap:anywhere}
h1 code,h3 code{font-family:inherit;font-size:inherit}
`.replaceAll('\n', '');

/**
 * Renders a comparison.
 *
 * @param diff what changed
 * @param outcome what follows from it
 * @param options pictures, date, script
 * @returns an HTML document
 */
export function renderDiffHtml(
  diff: Diff,
  outcome: Outcome,
  { tests, generatedAt, script = '' }: DiffPageOptions,
): string {
  const { title, lead, sections } = diffDocument(diff, outcome, tests);
  return page({
    title: `What changed: ${plainText(title)}`,
    heading: plainText(title),
    lead: html`${blocksToHtml(lead)}
<p class="faint">Made by <code>npm run diff</code> on <time datetime="${generatedAt}">${generatedAt.slice(0, 10)}</time>.</p>`,
    links: sections.map(({ id, heading }) => ({ id, text: heading })),
    main: toHtml(sections),
    footer: 'Images are named by their positions among the test images, from 0.',
    style: STYLE,
    script,
  });
}
