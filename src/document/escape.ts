// Escapes text of others (class names, messages, parameters) for HTML, SVG and Markdown.

/**
 * Makes text safe inside HTML or SVG, in elements as well as in quoted attributes.
 *
 * @param text anything; control characters become spaces, since XML allows only white space
 */
export function escapeHtml(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Makes text safe inside a Markdown paragraph or table cell: no character has a meaning in Markdown.
 *
 * @param text anything; line breaks become spaces
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
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
  return `${fence}${language}\n${plain(text)}\n${fence}`;
}

/**
 * Replaces each run of control characters and line breaks by one space.
 *
 * @param text anything
 */
export function oneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}

/**
 * Replaces control characters other than tab and line break by spaces, and lone surrogates by the replacement character:
 * what remains is allowed in XML.
 *
 * @param text anything
 */
export function plain(text: string): string {
  return text.replaceAll(/(?![\t\n])[\p{Cc}\ufffe\uffff]/gu, ' ').replaceAll(/\p{Surrogate}/gu, '\ufffd');
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

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
