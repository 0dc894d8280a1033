import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/document/blocks.ts';
import { plainTable, terminalTable } from '../../src/document/terminal-table.ts';

const columns: Column[] = [
  { head: 'model' },
  { head: 'accuracy', priority: 2 },
  { head: 'memory', priority: 1 },
  { head: 'evidence', wrap: true },
];
const rows = [
  ['cnn', '91.25', '800 MB', 'fixed 12, broke 99, p = 0.0002 of all images'],
  ['knn', '1.2', '90 MB', 'none'],
];

const [RED, END] = ['\u001b[31m', '\u001b[39m'];

describe('a table in the terminal', () => {
  it('aligns columns and wraps text', () => {
    expect(terminalTable({ columns, rows }, 50)).toBe(
      [
        'model  accuracy  memory  evidence',
        'cnn       91.25  800 MB  fixed 12, broke 99, p =',
        '                         0.0002 of all images',
        'knn         1.2   90 MB  none',
      ].join('\n'),
    );
  });

  it('leaves out the least important columns where not all fit', () => {
    expect(terminalTable({ columns, rows }, 40)).toMatch(/^model {2}accuracy {2}evidence\n/);
    expect(terminalTable({ columns, rows }, 25)).toMatch(/^model {2}evidence\n/);
  });

  it('puts the last columns below each row where nothing else fits', () => {
    const fixed = columns.map(({ priority: _, ...column }) => column);
    expect(terminalTable({ columns: fixed, rows }, 32)).toBe(
      [
        'model  accuracy  memory',
        'cnn       91.25  800 MB',
        '    fixed 12, broke 99, p =',
        '    0.0002 of all images',
        'knn         1.2   90 MB',
        '    none',
      ].join('\n'),
    );
    expect(terminalTable({ columns: fixed, rows }, 20).split('\n').slice(0, 4)).toEqual([
      'model  accuracy',
      'cnn       91.25',
      '    800 MB; fixed',
      '    12, broke 99, p',
    ]);
  });

  it('colours heads and every line of a cell, and cuts long names', () => {
    const table = terminalTable(
      {
        columns: [columns[0]!, columns[3]!],
        rows: [['x'.repeat(50), { text: 'one two three four', tone: 'bad' }]],
      },
      58,
      {
        head: (text) => `\u001b[1m${text}\u001b[22m`,
        tone: (tone, text) => `${tone === 'bad' ? RED : ''}${text}${END}`,
      },
    );
    const [head, ...lines] = table.split('\n');
    expect(head).toBe(`\u001b[1mmodel\u001b[22m${' '.repeat(37)}\u001b[1mevidence\u001b[22m`);
    expect(lines).toEqual([`${'x'.repeat(39)}…  ${RED}one two three${END}`, `${' '.repeat(42)}${RED}four${END}`]);
  });
});

it('a plain table breaks texts without spaces that are longer than its last column', () => {
  const lines = plainTable(['a', 'b'], [['one', 'y'.repeat(50)]], 30).split('\n');
  expect(lines).toEqual(['a    b', `one  ${'y'.repeat(25)}`, `     ${'y'.repeat(25)}`]);
});

it('a text of thousands of lines is cut, because laying it out would take minutes', () => {
  const text = plainTable(['a', 'b'], [['one', 'y'.repeat(20_000)]], 30);
  expect(text.match(/y/g)).toHaveLength(499);
  expect(text).toContain('…');
});
