// Escapes foreign text (class names, messages, parameters) for HTML, SVG and Markdown. Invisible characters become visible.
import { visibleText } from './visible-text.ts';

/**
 * Makes text safe inside HTML or SVG, in elements as well as in quoted attributes. What remains is allowed in XML.
 *
 * @param text anything
 */
export function escapeHtml(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Makes text safe inside a Markdown paragraph or table cell: no character has a meaning in Markdown, and a git host neither
 * notifies anybody nor links anything.
 *
 * @param text anything; line breaks become spaces
 */
export function escapeMarkdown(text: string): string {
  const escaped = oneLine(text)
    .replaceAll(/[\\`*_[\]|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(START_OF_BLOCK, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`);
  return withoutReferences(escaped);
}

/**
 * Makes text safe inside an HTML element of a Markdown document.
 *
 * @param text anything; line breaks become spaces
 */
export function escapeHtmlInMarkdown(text: string): string {
  return withoutReferences(escapeHtml(oneLine(text)));
}

/** What begins a heading, a list or a rule at the start of a line; its last character can be escaped. */
const START_OF_BLOCK = /^(?:#{1,6}|[-+]|\d{1,9}[.)])(?=\s)|^-(?=--)/;

/** A character without width, written in ASCII. */
const GAP = '&#8203;';

/** Before these places a git host sees the start of a mention, of a reference to an issue, or of an address. */
const REFERENCES = [/@(?=\S)/g, /(?<!&)#(?=\d)/g, /GH-(?=\d)/gi, /:(?=\/\/)/g, /www(?=\.)/gi];

/** Separates the marks of mentions, issues and addresses from what follows: git hosts no longer recognize them. */
function withoutReferences(escaped: string): string {
  return REFERENCES.reduce((text, mark) => text.replaceAll(mark, `$&${GAP}`), escaped);
}

/**
 * Writes text as a Markdown code span that a table cell may contain.
 *
 * @param text anything; line breaks become spaces
 */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const fence = fenceFor(line, 1);
  const gap = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
  return `${fence}${gap}${line.replaceAll('|', '\\|')}${gap}${fence}`;
}

/**
 * Writes text as a fenced Markdown block with a fence longer than any in the text.
 *
 * @param text anything; line breaks are kept
 * @param language written after the fence
 */
export function codeBlock(text: string, language = ''): string {
  const fence = fenceFor(text, 3);
  return `${fence}${language}\n${visibleText(text)}\n${fence}`;
}

/**
 * Replaces each run of white space, line breaks included, by one space, and makes invisible characters visible.
 *
 * @param text anything
 */
export function oneLine(text: string): string {
  return visibleText(text).replaceAll(/\s+/g, ' ').trim();
}

/**
 * Makes a name that is safe as a file name and as an anchor: lower case letters, digits and dashes.
 *
 * @param text anything
 * @param taken names in use; the new one is added
 */
export function slug(text: string, taken: Set<string>): string {
  const stem =
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'x';
  let name = stem;
  for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`;
  taken.add(name);
  return name;
}

/**
 * Makes a part of a file name: letters, digits, spaces, dots, dashes, underscores and parentheses stay.
 *
 * @param text anything
 * @returns at most 80 characters; no path, no hidden file, never empty
 */
export function fileNamePart(text: string): string {
  const name = text
    .replaceAll(/(?:[^\p{L}\p{M}\p{N} ._()-]|\p{Default_Ignorable_Code_Point})+/gu, '-')
    .replace(/^[.\s-]+/, '')
    .trim();
  return [...name].slice(0, 80).join('') || 'x';
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
