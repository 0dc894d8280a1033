import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import type { Diff } from '../../../src/commits/compare/diff-data.ts';
import { renderDiffHtml } from '../../../src/commits/compare/diff-page.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { HOSTILE_CLASSES, HOSTILE_MESSAGE } from '../../report/hostile.ts';
import { makeTests } from '../../report/images.ts';
import { compare, mixedDiff, usualOutcome } from './diffs.ts';

const generatedAt = '2026-03-04T05:06:07.000Z';
const mixed = mixedDiff();

function render(diff: Diff, images = 400) {
  const tests = makeTests([makeRecord({ images })]);
  const text = renderDiffHtml(diff, usualOutcome(diff), { tests, generatedAt });
  const window = new Window();
  window.document.write(text);
  return { text, document: window.document };
}

describe('a comparison as a page', () => {
  const { document } = render(mixed);
  const all = (selector: string) => [...document.querySelectorAll(selector)].map((one) => one.textContent.trim());

  it('begins with what changed', () => {
    expect(all('.result.bad')).toEqual(['Worse: cnn (accuracy, macro F1).']);
    expect(all('#changed h3')).toEqual(['cnn', 'knn']);
    expect(all('#changed td.bad')).toContain('▼ worse');
    expect(all('#changed p')).toEqual([
      'Other models by accuracy and macro F1: 1 model the same.',
      'Only before: old.',
      'Only after: new.',
    ]);
    expect(all('#all-models tbody th')).toEqual(['cnn', 'knn', 'mlp']);
    expect(all('#differences tbody tr')[0]).toContain('parameter epochs');
  });

  it('shows the images that flipped with the true class and both predictions', () => {
    const [first] = document.querySelectorAll('#models .pictures li');
    expect(first!.querySelector('img')!.getAttribute('src')).toMatch(/^data:image\/png;base64,/);
    const { flips } = mixed.models[0]!;
    const [flip] = flips;
    expect(first!.querySelector('img')!.getAttribute('alt')).toBe(`test image ${flip!.image}`);
    const name = (label: number) => mixed.classNames[label];
    expect([...first!.querySelectorAll('b,span')].map((one) => one.textContent)).toEqual([
      name(flip!.truth),
      `✓ ${name(flip!.before)}`,
      `✗ ${name(flip!.after)}`,
    ]);
    expect(all('#models h3')[0]).toMatch(/^Broke, the first 48 of \d+$/);
  });

  it('shows the signed change of the confusion matrix in two colours', () => {
    const [matrix] = document.querySelectorAll('.matrix');
    const { confusion } = mixed.models[0]!;
    const cell = matrix!.querySelectorAll('tbody tr')[0]!.querySelectorAll('td')[0]!;
    expect(confusion[0]![0]).toBeLessThan(0);
    expect(cell.textContent).toBe(`−${-confusion[0]![0]!}`);
    expect(cell.className).toMatch(/^bad/);
    expect(cell.getAttribute('style')).toMatch(/^--depth:\d+%$/);
  });

  it('says that nothing changed', () => {
    const records = [makeRecord()];
    const page = render(compare(records, records), 200).document;
    expect(page.querySelector('.result.good')).not.toBeNull();
    expect(page.querySelector('#differences')!.textContent).toContain('are the same before and after');
    expect(page.querySelector('.matrix')).toBeNull();
  });

  it('shows hostile names as text', () => {
    const [record, other] = [makeRecord({ accuracy: 0.95, images: 1000 }), makeRecord({ accuracy: 0.3, images: 1000 })];
    const hostile = { dataset: { ...record.dataset, classNames: HOSTILE_CLASSES } };
    const model = { ...record.model, id: HOSTILE_MESSAGE };
    const diff = compare(
      [{ ...record, ...hostile, model }],
      [{ ...other, ...hostile, model: { ...model, params: { '<k>': '"><script>alert(1)</script>' } } }],
    );
    const page = render({ ...diff, cautions: [HOSTILE_MESSAGE] }, 1000).document;
    expect(page.querySelectorAll('script')).toHaveLength(1);
    expect(page.querySelector('svg, [onclick], [onload], [onerror], [onmouseover]')).toBeNull();
    expect([...page.querySelectorAll('img')].every((one) => one.getAttribute('src')!.startsWith('data:'))).toBe(true);
    expect(page.querySelector('#changed h3')!.textContent).toContain('<b onclick="x()">value</b>');
  });
});
