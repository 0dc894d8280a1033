// Checks of what is printed and written: for each kind of output, what foreign text must not do to it.

/** Characters that nobody sees or that reorder others, written without the expression that the program uses. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xfffe, 0xffff],
  [0xe0000, 0xe0fff],
];

/** A sequence of colours. */
export const COLOUR = new RegExp(`${'\u001b'}\\[[\\d;]+m`, 'g');

/** Elements without an end. */
const VOID = /^(?:br|hr|img|input|link|meta|source)$/;

/**
 * Finds hidden characters, in any output.
 *
 * @returns one text for each kind of character; empty without any
 */
export function hiddenCharacters(text: string): string[] {
  const found = new Set<string>();
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (HIDDEN.some(([first, last]) => code >= first && code <= last)) {
      found.add(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
    }
  }
  return [...found].map((name) => `hidden character ${name}`);
}

/**
 * Checks what a terminal or a log receives.
 *
 * @param text everything that was printed
 * @param hasColours whether the output may hold colours
 */
export function terminalProblems(text: string, hasColours = false): string[] {
  const plain = hasColours ? text.replaceAll(COLOUR, '') : text;
  const commands = plain.split('\n').filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line));
  return [...hiddenCharacters(plain), ...commands.map((line) => `command of a runner: ${line.slice(0, 60)}`)];
}

/**
 * Checks a JSON text.
 *
 * @param text of a file or of standard output
 */
export function jsonProblems(text: string): string[] {
  const problems = hiddenCharacters(text);
  try {
    JSON.parse(text);
  } catch (error) {
    problems.push(`not JSON: ${String(error)}`);
  }
  return problems;
}

/** What no prose of a Markdown document holds, apart from links of the program. */
const MARKDOWN_FAULTS: Readonly<Record<string, RegExp>> = {
  mention: /@\w/,
  'reference to an issue': /(?<!&)#\d|\bGH-\d/i,
  address: /:\/\/|www\./i,
  'HTML tag': /<(?!\/?(?:details|summary)>)[a-z/!?]/i,
};

/**
 * Checks a Markdown document: outside code nothing notifies, links or is HTML, and tables are whole.
 *
 * @param text of a document
 */
export function markdownProblems(text: string): string[] {
  const withoutBlocks = text.replaceAll(/^(`{3,})[^`\n]*\n[\s\S]*?^\1$/gm, '');
  const withoutCode = withoutBlocks.replaceAll(/(?<!\\)(?<fence>`+)(?!`)[^\n]*?[^`\n]\k<fence>(?!`)/g, '');
  // Links of the program: their addresses are in angle brackets, those of its files have a plain path.
  const prose = withoutCode.replaceAll(/\]\((?:<[^<>\s]*>|[\w./-]+)\)/g, '');
  const faults = Object.entries(MARKDOWN_FAULTS).flatMap(([name, pattern]) => {
    const found = pattern.exec(prose);
    return found ? [`${name}: ${prose.slice(Math.max(0, found.index - 20), found.index + 30)}`] : [];
  });
  const tables = [...withoutBlocks.matchAll(/(?:^\|.*(?:\n|$))+/gm)].filter(([block]) => {
    const counts = block
      .trimEnd()
      .split('\n')
      .map((line) => line.match(/(?<!\\)\|/g)?.length);
    return new Set(counts).size > 1;
  });
  const details = (prose.match(/<details>/g)?.length ?? 0) - (prose.match(/<\/details>/g)?.length ?? 0);
  return [
    ...hiddenCharacters(text),
    ...faults,
    ...tables.map(([block]) => `broken table: ${block.slice(0, 80)}`),
    ...(details === 0 ? [] : ['details without an end']),
  ];
}

/** A start of a document, an end tag, or a start tag whose attribute values are quoted. */
const TAG = /<!doctype html>|<\/([a-z][\w-]*)>|<([a-z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/iy;

/**
 * Checks an HTML document or an SVG file of this program: every tag is whole, elements are nested, every ampersand is an
 * entity, no attribute is a script and no address runs one.
 *
 * @param text the document
 */
export function markupProblems(text: string): string[] {
  const problems = hiddenCharacters(text);
  const open: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = text.indexOf('<', at) < 0 ? text.length : text.indexOf('<', at);
      problems.push(...entityProblems(text.slice(at, end)));
      at = end;
      continue;
    }
    TAG.lastIndex = at;
    const found = TAG.exec(text);
    if (!found) return [...problems, `not a tag: ${text.slice(at, at + 60)}`];
    const [tag, ended, started, attributes = '', isEmpty] = found;
    at += tag.length;
    if (ended !== undefined && open.pop() !== ended) return [...problems, `wrong end: ${tag} at ${at}`];
    if (started === undefined) continue;
    problems.push(...attributeProblems(attributes));
    if (isEmpty || VOID.test(started)) continue;
    // Scripts and styles hold no markup.
    if (started === 'script' || started === 'style') at = text.indexOf(`</${started}>`, at) + `</${started}>`.length;
    else open.push(started);
  }
  return open.length === 0 ? problems : [...problems, `no end of ${open.join(', ')}`];
}

function entityProblems(text: string): string[] {
  const found = /&(?!(?:#\d+|\w+);)/.exec(text);
  return found ? [`not an entity: ${text.slice(found.index, found.index + 20)}`] : [];
}

function attributeProblems(attributes: string): string[] {
  const names = [...attributes.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => ({
    name,
    value,
  }));
  return names.flatMap(({ name, value }) => [
    ...(/^on/i.test(name!) ? [`script in the attribute ${name}`] : []),
    ...(/^(?:href|src)$/.test(name!) &&
    !/^(?:#|https:\/\/|data:image\/(?:png|webp);base64,|\/?[\w.%-]*(?:\/|$))/.test(value)
      ? [`address ${value.slice(0, 40)}`]
      : []),
    ...entityProblems(value),
  ]);
}
