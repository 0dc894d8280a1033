import { expect, test } from 'vitest';
import { standalone } from '../../../src/document/chart-canvas.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { renderMarkdown } from '../../../src/report/render/report-markdown.ts';
import { makeComparison, makeRecord } from '../../fixtures/records.ts';
import { hostileLibraryPairs, hostileParts } from '../hostile.ts';
import { libraryPairs, makeEverything, makeReferences } from '../parts.ts';

/** The first table of a Markdown text, line by line. */
function firstTable(text: string): string[] {
  return /(?:^\|.*\n)+/m.exec(text)![0].trimEnd().split('\n');
}

test('a whole report, from fixed records', async () => {
  const { text } = renderMarkdown(
    buildReport([...makeComparison({ classCount: 3 }), makeRecord({ classCount: 3, seed: 1 })]),
  );
  await expect(text).toMatchFileSnapshot('../../fixtures/report/report.md');
});

test('the first table stays within 100 columns, with engine and family for the default models', () => {
  const lines = firstTable(renderMarkdown(buildReport(makeComparison())).text);
  expect(lines[0]).toMatch(/model.*family.*engine.*accuracy.*fit.*predict.*memory.*status/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('the first table leaves out its least important columns for long names', () => {
  const records = [makeRecord({ model: 'an-uncommonly-long-name-of-a-model-that-nobody-types' }), makeRecord()];
  const lines = firstTable(renderMarkdown(buildReport(records)).text);
  expect(lines[0]).not.toContain('engine');
  expect(lines[0]).toMatch(/model.*accuracy.*status/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('every chart that is shown is drawn, and every chart drawn is shown', () => {
  const other = makeEverything().map((record) => ({ ...record, machine: { ...record.machine, id: 'other-machine' } }));
  const data = buildReport([...makeComparison(), ...makeEverything(), ...other], { libraryPairs });
  const { text, charts } = renderMarkdown(data);
  const shown = [...text.matchAll(/\(charts\/(.*?)\.svg\)/g)].map(([, name]) => name);
  const drawn = charts.map(({ name }) => name);
  expect(shown.toSorted()).toEqual(drawn.toSorted());
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('hostile texts neither open tags nor break tables', () => {
  const { text } = renderMarkdown(buildReport(hostileParts(), { libraryPairs: hostileLibraryPairs }));
  expect(text).toMatch(
    /^## Reference implementations[\s\S]*^## Pixel importance[\s\S]*^## Our engines[\s\S]*^## Scaling/m,
  );
  // What is left when code, where everything is text, is taken out.
  const prose = text.replaceAll(/^(`{3,})[^`]*\n[\s\S]*?^\1$/gm, '').replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
  expect(
    [...prose.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag).filter((tag) => !['details', 'summary'].includes(tag!)),
  ).toEqual([]);
  expect(prose.match(/<details>/g)).toHaveLength(prose.match(/<\/details>/g)!.length);
  expect(prose).not.toMatch(/^# (?!Which model fits\?$)/m);
  for (const [block] of text.matchAll(/(?:^\|.*\n)+/gm)) {
    const cells = block
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length);
    expect(new Set(cells).size, block).toBe(1);
  }
});

test('the first table stays within 100 columns with references in it', () => {
  const lines = firstTable(
    renderMarkdown(buildReport([...makeComparison(), makeRecord({ model: 'knn' }), ...makeReferences()])).text,
  );
  expect(lines.filter((line) => line.includes('(reference)'))).toHaveLength(2);
  expect(lines[0]).toMatch(/model.*accuracy.*fit.*predict.*memory.*status/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a report may be of library pairs and scaling only', () => {
  const records = makeEverything().filter(({ benchmark }) => benchmark === 'engines' || benchmark === 'scaling');
  const { text } = renderMarkdown(buildReport(records, { libraryPairs }));
  expect([...text.matchAll(/^##? .*/gm)].map(([heading]) => heading)).toEqual([
    '# Which model fits?',
    '## Our engines and the given libraries on test-machine',
    '## Scaling on test-machine',
  ]);
  expect(text).toContain('- `knn`: The library walks a tree.');
  expect(text).toContain('- `knn-mljs`: too slow');
});

test('standalone charts need no variable and no page', () => {
  const data = buildReport([...makeComparison(), ...makeEverything()], { libraryPairs });
  for (const chart of renderMarkdown(data).charts) {
    const svg = standalone(chart);
    expect(svg).not.toContain('var(--');
    expect(svg.match(/<svg /g)).toHaveLength(1);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><rect /);
  }
});

test('the layers of a network are listed, with their sums', () => {
  const layers = [
    { name: 'c', kind: 'Conv2D', outputShape: [26, 26, 32], parameters: 320, multiplyAdds: 194_688 },
    { name: 'd', kind: 'Dense<b>', outputShape: [10], parameters: 2_000, multiplyAdds: 1_000 },
  ];
  const { text } = renderMarkdown(buildReport([{ ...makeRecord(), layers }]));
  expect(text).toContain('26 × 26 × 32');
  expect(text).toContain('2,320');
  expect(text).toContain('195,688');
  expect(text).not.toContain('Dense<b>');
});
