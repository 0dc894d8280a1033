import { expect, test } from 'vitest';
import { type Block, details, list, note, paragraph, section, table } from '../../src/document/blocks.ts';
import { raw } from '../../src/document/markup.ts';
import { toHtml } from '../../src/document/to-html.ts';
import { toMarkdown } from '../../src/document/to-markdown.ts';
import { toTerminal } from '../../src/document/to-terminal.ts';

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
knn    85.35

- ${HOSTILE}

a table instead`);
});
