import { describe, expect, test } from 'vitest';
import {
  type Block,
  type Document,
  details,
  heading,
  list,
  note,
  paragraph,
  section,
  table,
} from '../../src/document/blocks.ts';
import { raw } from '../../src/document/markup.ts';
import { terminalTable } from '../../src/document/terminal-table.ts';
import { terminalText } from '../../src/document/terminal-text.ts';
import { blocksToHtml, toHtml } from '../../src/document/to-html.ts';
import { documentToMarkdown, toMarkdown } from '../../src/document/to-markdown.ts';
import { documentToTerminal, toTerminal } from '../../src/document/to-terminal.ts';

const HOSTILE = '<b> | `x` *y* [z]';
const chart: Block = {
  kind: 'chart',
  name: 'dots',
  draw: () => ({ name: 'dots', svg: '<svg></svg>', description: 'Two dots. A long story.' }),
  caption: 'Dots.',
};

function document() {
  return [
    section('first', 'First section', [
      paragraph([
        'See ',
        { code: 'npm run bench' },
        ' and ',
        { link: 'the paper', href: 'https://example.org/a' },
        '.',
      ]),
      table(
        [{ head: 'model' }, { head: 'accuracy', sort: 'descending' }],
        [['knn', { text: '85.35', value: 0.8535, tone: 'good' }]],
      ),
      chart,
      details('More', [note('small print')]),
      list([HOSTILE]),
      { kind: 'interactive', markup: () => raw('<i>chooser</i>'), otherwise: [paragraph('a table instead')] },
    ])!,
  ];
}

test('an empty section is left out', () => {
  expect(section('none', 'None', [null, table([{ head: 'a' }], []), list([]), details('d', [])])).toBeNull();
});

test('Markdown has headings, tables, folded details, links to charts and what stands for interactive parts', () => {
  const { text, charts } = toMarkdown(document(), { level: 2, chartPath: ({ name }) => `charts/${name}.svg` });
  expect(text).toBe(`## First section

See \`npm run bench\` and [the paper](<https://example.org/a>).

| model | accuracy |
| :---- | -------: |
| knn   |    85.35 |

![Two dots](charts/dots.svg)

Dots.

<details>
<summary>More</summary>

small print

</details>

- &lt;b&gt; \\| \\\`x\\\` \\*y\\* \\[z\\]

a table instead`);
  expect(charts.map(({ name }) => name)).toEqual(['dots']);
});

test('HTML has an anchor and a heading a section, sortable columns and the interactive part', () => {
  const { html } = toHtml(document());
  expect(html).toContain('<section id="first" aria-labelledby="first-h"><h2 id="first-h">First section</h2>');
  expect(html).toContain('<th scope="col" data-first="descending"><button type="button">accuracy</button></th>');
  expect(html).toContain('<td class="good" data-value="0.8535">85.35</td>');
  expect(html).toContain('<details><summary>More</summary><p class="faint">small print</p>');
  expect(html).toContain('<i>chooser</i>');
  expect(html).not.toContain('<b> |');
});

test('the terminal leaves out charts and details', () => {
  expect(toTerminal(document(), { columns: 80, colour: false })).toBe(`First section
See npm run bench and the paper.

model  accuracy
knn       85.35

- ${HOSTILE}

a table instead`);
});

test('a link to a section is a link on a page only', () => {
  const [linked] = [section('a', 'A', [paragraph([{ link: 'why', section: 'b' }])])!];
  expect(toHtml([linked]).html).toContain('<p><a href="#b">why</a></p>');
  expect(toMarkdown([linked], { level: 2, chartPath: () => '' }).text).toBe('## A\n\nwhy');
  expect(toTerminal([linked], { columns: 80, colour: false })).toBe('A\nwhy');
});

test('a page leaves out columns whose content its first cell shows', () => {
  const columns = [
    { head: '#', isTextOnly: true, align: 'right' as const },
    { head: 'model' },
    { head: 'family', isTextOnly: true },
  ];
  const name = { text: 'knn', symbol: raw('<i>■</i>'), extra: raw('<small>neighbours</small>') };
  const [part] = [section('a', 'A', [table(columns, [['1', name, 'neighbours']])])!];
  const { html } = toHtml([part]);
  expect(html).toContain('<th scope="row"><i>■</i>knn<small>neighbours</small></th></tr>');
  expect(html).not.toContain('family');
  expect(toMarkdown([part], { level: 2, chartPath: () => '' }).text).toContain('|  # | model |     family |');
});

test('a page shows a chart of one size once, and no hover texts on a narrow screen', () => {
  const one = (svg: (room: string) => string): Block => ({
    kind: 'chart',
    name: 'c',
    draw: (room) => ({ name: 'c', svg: svg(room), description: 'A chart.' }),
  });
  const dot = '<circle r="1"><title>a dot</title></circle>';
  expect(toHtml([section('a', 'A', [one(() => `<svg>${dot}</svg>`)])!]).html.match(/<svg>/g)).toHaveLength(1);
  const { html } = toHtml([section('a', 'A', [one((room) => `<svg id="${room}">${dot}</svg>`)])!]);
  expect(html).toContain(`<svg id="wide">${dot}</svg>`);
  expect(html).toContain('<svg id="narrow"><circle r="1"/></svg>');
});

describe('a table in a terminal', () => {
  const columns = [
    { head: 'model' },
    { head: 'fit', priority: 2 },
    { head: 'memory', priority: 1 },
    { head: 'accuracy' },
  ];
  const rows = [['a-long-name-of-a-model', '1.00 s', '10 MB', '90.00']];

  test('loses the columns of the lowest priority first, then parts of names', () => {
    const lines = (width: number) => terminalTable({ columns, rows }, width).split('\n');
    expect(lines(50)).toEqual([
      'model                      fit  memory  accuracy',
      'a-long-name-of-a-model  1.00 s   10 MB     90.00',
    ]);
    expect(lines(45)[0]).toBe('model                      fit  accuracy');
    expect(lines(35)[0]).toBe('model                   accuracy');
    expect(lines(25)[1]).toBe('a-long-name-of…     90.00');
    // The last column stands below.
    expect(lines(15).slice(0, 3)).toEqual(['model', 'a-long-name-of…', '    90.00']);
  });

  test('wraps the last column that may', () => {
    const text = terminalTable(
      { columns: [{ head: 'model' }, { head: 'why', wrap: true }], rows: [['knn', 'it is as good as any other']] },
      28,
    );
    expect(text).toBe('model  why\nknn    it is as good as any\n       other');
  });
});

const whole: Document = {
  title: [{ code: 'v1' }, ' and ', { code: 'v2' }],
  lead: [{ kind: 'result', text: 'Nothing is worse.', tone: 'good' }],
  sections: [
    section('pictures', 'Pictures', [
      heading([{ code: 'knn' }]),
      { kind: 'picture', file: 'dots.png', png: Uint8Array.of(1, 2), alt: 'Dots', width: 20 },
      paragraph('Text.'),
    ])!,
  ],
};

test('a document has its title, its result and lists the pictures to write', () => {
  const { text, pictures } = documentToMarkdown(whole, { level: 3, chartPath: () => '' });
  expect(text).toBe(
    '## `v1` and `v2`\n\n**Nothing is worse.**\n\n### Pictures\n\n#### `knn`\n\n![Dots](dots.png)\n\nText.',
  );
  expect(pictures.map(({ file }) => file)).toEqual(['dots.png']);
  expect(blocksToHtml(whole.lead).html).toBe('<p class="result good">Nothing is worse.</p>\n');
  expect(documentToTerminal(whole, { columns: 80, colour: false })).toBe(
    'v1 and v2\n\nNothing is worse.\n\nPictures\nknn\nText.',
  );
  expect(terminalText(documentToTerminal(whole, { columns: 80, colour: true }))).toContain(
    '\u001b[32mNothing is worse.',
  );
});
