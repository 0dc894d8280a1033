import { describe, expect, it } from 'vitest';
import type { Diff } from '../../../src/commits/compare/diff-data.ts';
import { diffDocument } from '../../../src/commits/compare/diff-document.ts';
import { terminalText } from '../../../src/document/terminal-text.ts';
import { documentToMarkdown } from '../../../src/document/to-markdown.ts';
import { documentToTerminal } from '../../../src/document/to-terminal.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { HOSTILE_MESSAGE, hostileRecords } from '../../report/hostile.ts';
import { compare, mixedDiff, usualOutcome } from './diffs.ts';

function render(diff: Diff, columns = 100, colour = false): string {
  return documentToTerminal(diffDocument(diff, usualOutcome(diff)), { columns, colour });
}

it('has the same headings in the same order in Markdown and in the terminal', () => {
  const document = diffDocument(mixedDiff(), usualOutcome(mixedDiff()));
  const markdown = documentToMarkdown(document, { level: 2, chartPath: () => '' }).text;
  const headings = [...markdown.matchAll(/^## (.*)$/gm)].map(([, text]) => text!);
  expect(headings).toEqual([
    'What changed',
    'All models',
    'Models only after',
    'Other differences',
    'Classes and mistakes',
    'Every metric and image',
  ]);
  const lines = render(mixedDiff()).split('\n');
  // The terminal leaves out what a click opens.
  expect(lines.filter((line) => headings.includes(line))).toEqual(headings.slice(0, -1));
});

describe('a comparison in the terminal', () => {
  it('begins with what changed, worse models first', () => {
    const text = render(mixedDiff());
    const lines = text.split('\n');
    expect(lines.slice(0, 9)).toEqual([
      'v1 (01234567) → main (89abcdef)',
      '',
      'Worse: cnn (accuracy, macro F1).',
      '',
      'fashion-mnist on test-machine: 3 models compared. Processor: Example CPU 3000, family 25 model 17',
      'stepping 1, AVX-512, bf16.',
      '',
      'What changed',
      'cnn',
    ]);
    expect(lines[10]).toMatch(
      /^accuracy +▼ worse +9\d\.\d\d → 7\d\.\d\d % +−\d+\.\d\d \(−\d+\.\d\d to −\d+\.\d\d\) +fixed \d+, broke/,
    );
    expect(text).toMatch(/\nknn\nmetric .*\naccuracy +▲ better/);
    expect(text).toContain(
      '\nOther models by accuracy and macro F1: 1 model the same.\n\nOnly before: old.\n\nOnly after: new.\n',
    );
    expect(text.indexOf('\ncnn\n')).toBeLessThan(text.indexOf('\nknn\n'));
    expect(text.indexOf('\nknn\n')).toBeLessThan(text.indexOf('All models'));
    expect(text).toMatch(/\nOther differences\nwhat .*\nparameter epochs +3 → 1 +cnn/);
    expect(text.indexOf('All models')).toBeLessThan(text.indexOf('Other differences'));
  });

  it.each([100, 72, 300])('fits %d columns, at most 100', (columns) => {
    const lines = render(mixedDiff(), columns).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.min(columns, 100));
  });

  it('has colours only where they are requested', () => {
    expect(render(mixedDiff())).not.toContain('\u001b');
    expect(terminalText(render(mixedDiff(), 100, true))).toContain('\u001b[31m');
  });

  it('says that nothing changed, and what that does not prove', () => {
    const records = [makeRecord()];
    const text = render(compare(records, records));
    expect(text).toContain('No model is worse beyond chance in accuracy and macro F1.');
    expect(text).toContain('No metric changed beyond chance. Models by accuracy and macro F1: 1 model the same.');
    expect(text).toContain('Note: 1 record is the same before and after (1 model)');
    expect(text.replaceAll('\n', ' ')).toContain('incomparable means nothing about a change');
  });

  it('lists failed fits and missing seeds', () => {
    const before = [1, 2].map((seed) => makeRecord({ seed }));
    const text = render(compare(before, [makeRecord({ seed: 1 }), makeFailedRecord({ seed: 2 })]));
    expect(text).toContain('Worse: cnn (failed after, seed 2: loss is NaN after epoch 2).');
    expect(text).toContain(
      '\nFailed and missing fits\n- cnn: failed after, seed 2: loss is NaN after epoch 2\n- cnn: seeds 1, 2 before, 1 after\n',
    );
  });

  it('keeps control characters of names and messages out', () => {
    const [record] = hostileRecords();
    const other = { ...makeRecord({ accuracy: 0.3 }), dataset: record!.dataset, model: record!.model };
    const failed = makeFailedRecord({ seed: 5 }, { error: { kind: 'x', message: HOSTILE_MESSAGE, stack: null } });
    const text = render(compare([record!], [other, { ...failed, dataset: record!.dataset, model: record!.model }]));
    expect([...text].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([]);
    expect(text).not.toContain('\n# heading');
    expect(text).toContain('<i onmouseover=alert(6)>');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
