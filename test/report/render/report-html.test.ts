import { Window } from 'happy-dom';
import { expect, test } from 'vitest';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { renderHtml } from '../../../src/report/render/report-html.ts';
import { encodeFloats } from '../../../src/results/encode.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { HOSTILE_CLASSES, HOSTILE_MESSAGE, hostileLibraryPairs, hostileParts } from '../hostile.ts';
import { makeTests } from '../images.ts';
import { libraryPairs, makeEverything } from '../parts.ts';

function parse(html: string) {
  const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
  document.write(html);
  return document;
}

test('a whole page, from fixed records, its charts and assets left out', async () => {
  const html = renderHtml(buildReport([...makeComparison({ classCount: 3 }), makeRecord({ classCount: 3, seed: 1 })]));
  const text = html.replaceAll(/<(svg|style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '<$1/>');
  await expect(text).toMatchFileSnapshot('../../fixtures/report/report.html');
});

test('the page loads nothing from other places', () => {
  const html = renderHtml(buildReport(makeComparison()));
  expect(html).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//);
  expect(html).toContain(`content="default-src 'none'`);
});

test('links lead to parts of the page, and every id is unique', () => {
  const records = [...makeComparison(), ...makeEverything(), makeRecord({ machine: 'other' })];
  const document = parse(renderHtml(buildReport(records, { libraryPairs })));
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href')!.slice(1));
  expect(targets.length).toBeGreaterThan(1);
  expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
});

test('hostile texts stay text', () => {
  const tests = makeTests(hostileParts());
  const html = renderHtml(buildReport(hostileParts(), { libraryPairs: hostileLibraryPairs, tests }));
  const document = parse(html);
  const elements = [...document.querySelectorAll('*')];
  expect(elements.filter(({ tagName }) => ['IMG', 'IFRAME', 'I', 'U', 'B'].includes(tagName)).length).toBe(
    document.querySelectorAll('.bar > i, .bar > b, .maps img').length,
  );
  expect(document.querySelectorAll('.gallery .sheet').length).toBeGreaterThan(2);
  expect(
    [...document.querySelectorAll('.maps img')].every((img) => img.getAttribute('src')!.startsWith('data:image/png')),
  ).toBe(true);
  expect(document.querySelectorAll('script:not([type])').length).toBe(1);
  for (const { textContent } of document.querySelectorAll('script[type]')) {
    expect(() => JSON.parse(textContent)).not.toThrow();
  }
  const handlers = elements.flatMap(({ attributes }) => [...attributes].filter(({ name }) => name.startsWith('on')));
  expect(handlers).toEqual([]);
  const text = document.body.textContent.replaceAll(/\s+/g, ' ');
  expect(text).toContain(HOSTILE_CLASSES[0]);
  expect(text).toContain(HOSTILE_MESSAGE.replaceAll(/\s+/g, ' '));
});

test('a failed model has its row, its message and a link between them', () => {
  const document = parse(renderHtml(buildReport([makeRecord(), makeFailedRecord({ model: 'resnet' })])));
  const row = [...document.querySelectorAll('table.sortable tbody tr')].at(-1)!;
  expect(row.textContent).toContain('resnet');
  const link = row.querySelector('a')!;
  expect(document.querySelector(link.getAttribute('href')!)!.textContent).toContain('loss is NaN after epoch 2');
});

test('every cell of the leaderboard has the value it sorts by', () => {
  const document = parse(renderHtml(buildReport(makeComparison())));
  const [head, ...rows] = [...document.querySelectorAll('table.sortable tr')];
  for (const row of rows) {
    expect(row.children.length).toBe(head!.children.length);
    expect([...row.children].every((cell) => cell.hasAttribute('data-value'))).toBe(true);
  }
});

test('references, library pairs, scaling and pixel maps have sections, and the contents link there', () => {
  const document = parse(renderHtml(buildReport(makeEverything(), { libraryPairs })));
  const links = [...document.querySelectorAll('nav a')].map(({ textContent }) => textContent);
  expect(links).toContain('Reference implementations');
  expect(links).toContain('Pixel importance');
  expect(links.slice(-2)).toEqual(['Our engines and the given libraries on test-machine', 'Scaling on test-machine']);
  const lines = (id: string) =>
    [...document.querySelectorAll(`#${id} table tbody tr`)].map(({ children }) => children[0]!.textContent);
  expect(lines('fashion-mnist-test-machine-references')).toEqual(['knn', 'knn']);
  // The pairs, and what an epoch takes.
  expect(lines('engines-test-machine')).toEqual(['knn', 'knn']);
  expect(lines('scaling-test-machine')).toEqual(['knn', 'knn-mljs']);
  expect(document.querySelectorAll('#scaling-test-machine svg')).toHaveLength(2);
  const maps = [...document.querySelectorAll('#fashion-mnist-test-machine-pixels img')];
  expect(maps.map((img) => img.getAttribute('alt'))).toEqual(['Bag', 'Coat']);
});

test('charts and details are about models, not about references', () => {
  const document = parse(renderHtml(buildReport(makeEverything(), { libraryPairs })));
  const text = (name: string) => document.querySelector(`#fashion-mnist-test-machine-${name}`)!.textContent;
  expect(text('leaderboard')).toContain('knn-other (reference)');
  for (const name of ['classes', 'confusions', 'time']) expect(text(name)).not.toContain('knn-other');
});

test('a report of library pairs and scaling only renders', () => {
  const records = makeEverything().filter(({ benchmark }) => benchmark === 'engines' || benchmark === 'scaling');
  const document = parse(renderHtml(buildReport(records, { libraryPairs })));
  expect([...document.querySelectorAll('main > section')].map(({ id }) => id)).toEqual([
    'engines-test-machine',
    'scaling-test-machine',
  ]);
});

test('ten maps of 28 x 28 pixels take less than 100 kB', () => {
  // Noise is the worst case: hardly two neighbours are alike.
  const values = Float32Array.from({ length: 784 }, (_, i) => Math.sin(i * i));
  const map = { height: 28, width: 28, values: encodeFloats(values) };
  const pixelMaps = Array.from({ length: 10 }, (_, i) => ({ ...map, name: `weight for class ${i}` }));
  const size = (records: FitRecord[]) => renderHtml(buildReport(records)).length;
  expect(size([{ ...makeRecord(), pixelMaps }]) - size([makeRecord()])).toBeLessThan(100_000);
});

test('a report of failures only renders', () => {
  expect(renderHtml(buildReport([makeFailedRecord()]))).toContain('loss is NaN after epoch 2');
});

test('the layers of a network are listed, with their sums', () => {
  const layers = [
    { name: 'c', kind: 'Conv2D', outputShape: [26, 26, 32], parameters: 320, multiplyAdds: 194_688 },
    { name: 'd', kind: 'Dense<b>', outputShape: [10], parameters: 2_000, multiplyAdds: 1_000 },
  ];
  const text = renderHtml(buildReport([{ ...makeRecord(), layers }]));
  expect(text).toContain('26 × 26 × 32');
  expect(text).toContain('2,320');
  expect(text).toContain('195,688');
  expect(text).not.toContain('Dense<b>');
});
