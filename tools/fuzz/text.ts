// Fuzzes the escapers of every output with random texts: node --import ./bin/typescript.mjs tools/fuzz/text.ts --seed 1 --count 100000
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../../src/base/random.ts';
import {
  codeBlock,
  codeSpan,
  escapeHtml,
  escapeMarkdown,
  fileNamePart,
  oneLine,
  slug,
} from '../../src/document/escape.ts';
import { tableToMarkdown } from '../../src/document/markdown-table.ts';
import { html } from '../../src/document/markup.ts';
import { jsonScript } from '../../src/document/page-data.ts';
import { svgText } from '../../src/document/svg-text.ts';
import { plainTable } from '../../src/document/terminal-table.ts';
import { createColours, terminalText } from '../../src/document/terminal-text.ts';
import { toMarkdown } from '../../src/document/to-markdown.ts';
import { visibleText } from '../../src/document/visible-text.ts';
import { terminalIo } from '../../src/terminal/terminal-io.ts';
import {
  COLOUR,
  hiddenCharacters,
  jsonProblems,
  markdownProblems,
  markupProblems,
  terminalProblems,
} from './output-checks.ts';

/** What attackers write, and what formats give a meaning to. */
const TOKENS = [
  '::error::',
  '::set-output name=a::b',
  '##[group]',
  '##vso[task]',
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u001b[31m',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
  '\udc00',
  '\u{e0041}',
  '\uffff',
  '\r\n',
  '\n',
  '\r',
  '\t',
  ' ',
  '@octocat',
  '@',
  '#12',
  '#',
  'GH-1',
  'https://x.example',
  'www.x.example',
  'a@b.example',
  '[x](javascript:alert(1))',
  '![x](y)',
  '<img src=x onerror=alert(1)>',
  '</script>',
  '</details>',
  '</td>',
  '<!--',
  '-->',
  ']]>',
  '&lt;',
  '&#35;1',
  '&',
  '"',
  "'",
  '`',
  '```',
  '|',
  '\\',
  '\\|',
  '- ',
  '1. ',
  '# ',
  '---',
  '*',
  '_',
  '~~',
  '$',
  'a',
  'ß',
  'あ',
  '👩‍💻',
  '❤️',
  'שלום',
];

/** A property of the outputs of a text. */
interface Property {
  readonly name: string;
  /** What is wrong; empty when the property holds. */
  readonly problems: (text: string, other: string) => readonly string[];
}

const isSame = (found: string, expected: string): string[] =>
  found === expected ? [] : [`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];

const PROPERTIES: readonly Property[] = [
  {
    name: 'visible text has no hidden character and stays as it is the second time',
    problems: (text) => [
      ...hiddenCharacters(visibleText(text)),
      ...isSame(visibleText(visibleText(text)), visibleText(text)),
    ],
  },
  {
    name: 'a terminal receives no foreign sequence and no command',
    problems: (text, other) => [
      ...terminalProblems(terminalText(`${text}\n${other}`)),
      ...terminalProblems(terminalText(`${createColours(true).red(text)}${other}`), true),
      ...terminalProblems(terminalText(plainTable([text, 'b'], [[other, text]], 40))),
    ],
  },
  {
    name: 'the colours of the program reach the terminal, and no others',
    problems: (text) => {
      const sequences = terminalText(`${text}${createColours(true).bold('x')}${text}`).match(COLOUR) ?? [];
      return isSame(sequences.join(' '), '\u001b[1m \u001b[22m');
    },
  },
  {
    name: 'printed JSON keeps its value',
    problems: (text, other) => {
      const printed = terminalText(JSON.stringify({ [text]: [other] }, null, 2));
      return [
        ...jsonProblems(printed),
        ...isSame(JSON.stringify(JSON.parse(printed)), JSON.stringify({ [text]: [other] })),
      ];
    },
  },
  {
    name: 'HTML keeps the visible text',
    problems: (text) => isSame(fromEntities(escapeHtml(text)), visibleText(text)),
  },
  {
    name: 'markup is well-formed',
    problems: (text, other) => [
      ...markupProblems(html`<p title="${text}">${other}</p>`.html),
      ...markupProblems(svgOf(text, other)),
      ...markupProblems(jsonScript({ [text]: other }).html),
    ],
  },
  {
    name: 'Markdown keeps the visible text on one line',
    problems: (text) => isSame(fromMarkdown(escapeMarkdown(text)), oneLine(text)),
  },
  {
    name: 'a code span keeps the visible text on one line',
    problems: (text) => isSame(fromSpan(codeSpan(text)), oneLine(text)),
  },
  {
    name: 'a code block is fenced to its end',
    problems: (text) => {
      const [, fence, body] = /^(`+)sh\n([\s\S]*)\n\1$/.exec(codeBlock(text, 'sh'))!;
      return [...isSame(body!, visibleText(text)), ...(body!.includes(fence!) ? ['the fence is in the text'] : [])];
    },
  },
  {
    name: 'Markdown neither notifies nor links, and its tables are whole',
    problems: (text, other) => markdownProblems(markdownOf(text, other)),
  },
  {
    name: 'names of files and anchors are plain',
    problems: (text) => [
      ...(/^[a-z0-9-]+$/.test(slug(text, new Set())) ? [] : ['slug']),
      ...(/^[^.\s/\\][^/\\]*$/.test(fileNamePart(text)) ? hiddenCharacters(fileNamePart(text)) : ['file name']),
    ],
  },
];

/**
 * Checks the properties of the escapers with random texts.
 *
 * @param options equal seeds give equal texts
 * @returns what does not hold, with the text as JSON; empty when everything holds
 */
export function fuzzText({ seed, count }: { readonly seed: number; readonly count: number }): string[] {
  const random = createRandom(seed);
  const faults: string[] = [];
  for (let i = 0; i < count; i++) {
    const [text, other] = [randomText(random), randomText(random)];
    for (const { name, problems } of PROPERTIES) {
      const [first] = problems(text, other);
      if (first !== undefined) faults.push(`${name}: ${first}; texts ${JSON.stringify([text, other])}`);
    }
  }
  return faults;
}

function randomText(random: Random): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  return Array.from({ length: below(9) }, () => {
    const kind = random();
    if (kind < 0.7) return TOKENS[below(TOKENS.length)]!;
    if (kind < 0.8) return String.fromCharCode(below(0xa0));
    if (kind < 0.9) return String.fromCharCode(below(0x10000));
    return String.fromCodePoint(below(0x110000));
  }).join('');
}

function svgOf(text: string, other: string): string {
  const title = { localName: 'title', attributes: [], childNodes: [{ textContent: other }] };
  return svgText(
    { localName: 'svg', attributes: [{ name: 'class', value: text }], childNodes: [title] },
    { role: other },
  );
}

function markdownOf(text: string, other: string): string {
  const code = [{ code: text }];
  const blocks = [
    { kind: 'paragraph', text: [text, ' ', ...code, other] },
    { kind: 'heading', text: code },
    { kind: 'facts', items: [{ name: text, text: other }] },
    { kind: 'details', summary: text, blocks: [{ kind: 'list', items: [other, code] }] },
    { kind: 'code', text },
  ] as const;
  const table = { columns: [{ head: text }, { head: 'b' }], rows: [[other, { text: code }]] };
  const { text: document } = toMarkdown([{ id: 'a', heading: text, blocks }], { level: 2, chartPath: () => '' });
  return `${document}\n\n${tableToMarkdown(table)}`;
}

function fromEntities(escaped: string): string {
  const characters: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    '#8203': '',
  };
  return escaped.replaceAll(/&([\w#]+);/g, (_, name: string) => characters[name] ?? '?');
}

function fromMarkdown(escaped: string): string {
  return escaped.replaceAll(/\\([!-/:-@[-`{-~])|&[\w#]+;/g, (all, mark?: string) => mark ?? fromEntities(all));
}

/** Takes off the fence, one space at both ends if both have one, and the escapes of bars. */
function fromSpan(span: string): string {
  const [, fence, inside] = /^(`+)([\s\S]*?)\1$/.exec(span)!;
  if (new RegExp(`(?<!\`)${fence}(?!\`)`).test(inside!)) return 'the fence is in the text';
  const isPadded = inside!.length > 2 && inside!.startsWith(' ') && inside!.endsWith(' ');
  return (isPadded ? inside!.slice(1, -1) : inside!.trim()).replaceAll('\\|', '|');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } });
  const io = terminalIo();
  const count = Number(values.count ?? 100_000);
  const faults = fuzzText({ seed: Number(values.seed ?? 1), count });
  for (const fault of faults.slice(0, 20)) io.out(fault);
  io.out(`${count} texts, ${faults.length} faults`);
  io.exit(faults.length > 0 ? 1 : 0);
}
