// Text that others wrote (class names, messages, parameters) made safe for HTML, SVG and Markdown.

/**
 * Makes text safe inside HTML or SVG, in elements as well as in quoted attributes.
 *
 * @param text anything; control characters become spaces, since XML allows none but white space
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
 * Makes text safe inside a Markdown paragraph or table cell, where it stands for itself and nothing else.
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
 * Writes text as a Markdown code span that may stand in a table cell.
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
 * Writes text as a fenced Markdown block, its fence longer than any within.
 *
 * @param text anything; line breaks are kept
 * @param language printed after the fence
 */
export function codeBlock(text: string, language = ''): string {
  const fence = fenceFor(text, 3);
  return `${fence}${language}\n${plain(text)}\n${fence}`;
}

/**
 * Replaces control characters, line breaks among them, by one space each run.
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
