// The frame of every page: one file that opens from disk and asks no network for anything.

import { html, type Markup, raw } from './markup.ts';
import { STYLE } from './page-style.ts';

/** What stands in the frame. */
export interface PageParts {
  readonly title: string;
  readonly heading: string;
  /** Below the heading. */
  readonly lead: Markup;
  /** Table of contents: anchors and what they are called. */
  readonly links: readonly { readonly id: string; readonly text: string }[];
  readonly main: Markup;
  readonly footer: string;
  /** What the page may do beside showing itself, as directives of a content security policy. */
  readonly policy?: string;
  /** Style of this page alone. */
  readonly style?: string;
  /** Everything that the page does, of `pageScript`. */
  readonly script: string;
}

/**
 * Renders a page.
 *
 * @returns an HTML document
 */
export function page({ title, heading, lead, links, main, footer, policy, style = '', script }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:${policy === undefined ? null : `; ${policy}`}">
<title>${title}</title>
<style>${raw(STYLE + style)}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
${lead}
</header>
<nav aria-label="Contents"><ul>${links.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul></nav>
<main>
${main}
</main>
<footer>${footer}</footer>
<script>${raw(script)}</script>
</body>
</html>
`.html;
}
