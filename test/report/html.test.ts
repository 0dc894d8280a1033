import { Window } from 'happy-dom';
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { buildReport } from '../../src/report/report.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { HOSTILE_CLASSES, HOSTILE_MESSAGE, hostileRecords } from './hostile.ts';

const now = new Date('2026-02-03T04:05:06Z');

function parse(html: string) {
  const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
  document.write(html);
  return document;
}

test('a whole page, from fixed records, its charts and assets left out', async () => {
  const html = renderHtml(
    buildReport([...makeComparison({ classCount: 3 }), makeRecord({ classCount: 3, seed: 1 })], { now }),
  );
  const text = html.replaceAll(/<(svg|style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '<$1/>');
  await expect(text).toMatchFileSnapshot('../fixtures/report/report.html');
});

test('the page asks nothing of any other place', () => {
  const html = renderHtml(buildReport(makeComparison(), { now }));
  expect(html).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//);
  expect(html).toContain(`content="default-src 'none'`);
});

test('links lead to parts of the page, and no two parts share an id', () => {
  const document = parse(renderHtml(buildReport([...makeComparison(), makeRecord({ machine: 'other' })], { now })));
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href')!.slice(1));
  expect(targets.length).toBeGreaterThan(1);
  expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
});

test('hostile texts stay text', () => {
  const html = renderHtml(buildReport(hostileRecords(), { now }));
  const document = parse(html);
  const elements = [...document.querySelectorAll('*')];
  expect(elements.filter(({ tagName }) => ['IMG', 'IFRAME', 'I', 'U', 'B'].includes(tagName)).length).toBe(
    document.querySelectorAll('.bar > i, .bar > b').length,
  );
  expect(document.querySelectorAll('script').length).toBe(1);
  const handlers = elements.flatMap(({ attributes }) => [...attributes].filter(({ name }) => name.startsWith('on')));
  expect(handlers).toEqual([]);
  const text = document.body.textContent.replaceAll(/\s+/g, ' ');
  expect(text).toContain(HOSTILE_CLASSES[0]);
  expect(text).toContain(HOSTILE_MESSAGE.replaceAll(/\s+/g, ' '));
});

test('a failed model has its row, its message and a link between them', () => {
  const document = parse(renderHtml(buildReport([makeRecord(), makeFailedRecord({ model: 'resnet' })], { now })));
  const row = [...document.querySelectorAll('table.sortable tbody tr')].at(-1)!;
  expect(row.textContent).toContain('resnet');
  const link = row.querySelector('a')!;
  expect(document.querySelector(link.getAttribute('href')!)!.textContent).toContain('loss is NaN after epoch 2');
});

test('every cell of the leaderboard says what it sorts by', () => {
  const document = parse(renderHtml(buildReport(makeComparison(), { now })));
  const [head, ...rows] = [...document.querySelectorAll('table.sortable tr')];
  for (const row of rows) {
    expect(row.children.length).toBe(head!.children.length);
    expect([...row.children].every((cell) => cell.hasAttribute('data-value'))).toBe(true);
  }
});

test('a report of failures alone renders', () => {
  expect(renderHtml(buildReport([makeFailedRecord()], { now }))).toContain('loss is NaN after epoch 2');
});
