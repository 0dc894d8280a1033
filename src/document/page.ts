// The frame of every page: one file that opens from disk and loads nothing from the network.

import { html, type Markup, raw } from './markup.ts';
import { STYLE } from './page-style.ts';

/** The parts of a page. */
export interface PageParts {
  readonly title: string;
  readonly heading: string;
  /** Below the heading. */
  readonly lead: Markup;
  /** Table of contents: anchors and their texts. */
  readonly links: readonly { readonly id: string; readonly text: string }[];
  readonly main: Markup;
  readonly footer: string;
  /** Further directives of the content security policy. */
  readonly policy?: string;
  /** Style of this page only. */
  readonly style?: string;
  /** The script of the page, from `pageScript`. */
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
