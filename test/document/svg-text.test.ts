import { expect, test } from 'vitest';
import { svgText, withoutTitles } from '../../src/document/svg-text.ts';

interface Element {
  readonly localName: string;
  readonly attributes: { name: string; value: string }[];
  readonly childNodes: (Element | { textContent: string })[];
}

/** Makes an element as Plot draws it. */
function make(localName: string, attributes: Record<string, string>, ...childNodes: Element['childNodes']): Element {
  return { localName, attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })), childNodes };
}

function textOf(...children: Element[]): string {
  return svgText(make('svg', {}, ...children), {});
}

test('lengths keep a tenth of a pixel, and empty elements close themselves', () => {
  expect(textOf(make('path', { d: 'M1.2345,0L10.06,-0.04', 'stroke-opacity': '0.123' }))).toBe(
    '<svg><path d="M1.2,0L10.1,0" stroke-opacity="0.123"/></svg>',
  );
});

test('attributes that a group can pass on stand there once, the most frequent value', () => {
  const dot = (fill: string) => make('circle', { r: '2', fill });
  expect(textOf(make('g', {}, dot('red'), dot('blue'), dot('blue')))).toBe(
    '<svg><g fill="blue"><circle r="2" fill="red"/><circle r="2"/><circle r="2"/></g></svg>',
  );
  // A shape without the attribute has the default, which the group must not change.
  expect(textOf(make('g', {}, dot('red'), make('circle', { r: '3' })))).toBe(
    '<svg><g><circle r="2" fill="red"/><circle r="3"/></g></svg>',
  );
});

test('lines of a grid and ticks of an axis become one path', () => {
  const line = (y: string) => make('line', { x1: '0', x2: '9', y1: y, y2: y });
  const tick = (x: string) => make('path', { transform: `translate(${x},5)`, d: 'M0,0L0,6' });
  expect(textOf(make('g', {}, line('1'), line('2')), make('g', {}, tick('3'), tick('4')))).toBe(
    '<svg><g><path d="M0,1H9M0,2H9"/></g><g><path d="M3,5l0,6M4,5l0,6"/></g></svg>',
  );
  // A line with an attribute that the others lack stays what it is.
  const red = make('line', { x1: '5', x2: '5', y1: '0', y2: '9', stroke: 'red' });
  const blue = (x: string) => make('line', { x1: x, x2: x, y1: '0', y2: '9', stroke: 'blue' });
  expect(textOf(make('g', {}, blue('1'), red, blue('2')))).toBe(
    '<svg><g stroke="blue"><path d="M1,0V9M2,0V9"/><line x1="5" x2="5" y1="0" y2="9" stroke="red"/></g></svg>',
  );
});

test('texts and round symbols stand at coordinates', () => {
  const circle = { d: 'M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0', transform: 'translate(3,4)' };
  expect(
    textOf(
      make('text', { y: '0.32em', transform: 'translate(10,20)' }, { textContent: 'a < b' }),
      make('text', { y: '0.32em', transform: 'translate(10,20) rotate(-40)' }),
      make('path', circle),
    ),
  ).toBe(
    '<svg><text y="20" x="10" dy="0.32em">a &lt; b</text>' +
      '<text y="0.32em" transform="translate(10,20) rotate(-40)"/><circle cx="3" cy="4" r="5"/></svg>',
  );
});

test('labels of marks and style sheets are left out, the attributes given are set', () => {
  const svg = make(
    'svg',
    { style: 'x' },
    make('style', {}, { textContent: 'a{}' }),
    make('g', { 'aria-label': 'x-axis' }),
  );
  expect(svgText(svg, { 'aria-label': '"Dots"' })).toBe('<svg aria-label="&quot;Dots&quot;"><g/></svg>');
});

test('hover texts can be taken out', () => {
  expect(withoutTitles('<g><circle r="1"><title>a</title></circle><text>b<title>c</title></text></g>')).toBe(
    '<g><circle r="1"/><text>b</text></g>',
  );
});
