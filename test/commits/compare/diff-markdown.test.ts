import { describe, expect, it } from 'vitest';
import type { Diff, UnpairedModel } from '../../../src/commits/compare/diff-data.ts';
import { renderDiffMarkdown } from '../../../src/commits/compare/diff-markdown.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { HOSTILE_CLASSES, HOSTILE_MESSAGE } from '../../report/hostile.ts';
import { compare, mixedDiff, usualOutcome } from './diffs.ts';

const mixed = mixedDiff();

/** A model that was measured only before or only after. */
function unpaired(name: string): UnpairedModel {
  return { name, modelId: name, values: [], failures: [] };
}

function render(diff: Diff): string {
  return renderDiffMarkdown(diff, usualOutcome(diff));
}

/** A comparison of the given number of models, all of them worse and with long details. */
function many(count: number): Diff {
  const [model] = mixed.models.filter(({ name }) => name === 'cnn');
  const models = Array.from({ length: count }, (_, i) => ({ ...model!, name: `model-${i}` }));
  return { ...mixed, models, onlyBefore: models.map(({ name }) => unpaired(`${name}-old`)) };
}

describe('a comparison as Markdown', () => {
  it('begins with what changed, and folds the other sections', () => {
    const text = render(mixed);
    expect(text).toMatch(
      /^### `v1 \(01234567\)` → `main \(89abcdef\)`\n\n\*\*Worse: cnn \(accuracy, macro F1\)\.\*\*\n/,
    );
    const places = [
      '\n#### What changed\n\n##### `cnn`\n\n| metric',
      '▼ worse',
      '\n##### `knn`\n',
      'Other models by accuracy and macro F1: 1 model the same.',
      'Only before: old.',
      '<details>\n<summary>All models</summary>',
      '<details>\n<summary>Other differences</summary>',
      '<details>\n<summary>Classes and mistakes</summary>\n\n##### `cnn`\n\n- ',
      '<details>\n<summary>Every metric and image</summary>',
      '<details>\n<summary>cnn: fixed ',
    ].map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toContain('| `parameter epochs`');
    expect(text.split('<details>')).toHaveLength(text.split('</details>').length);
  });

  it('fits a comment whatever the number of models, and counts what it leaves out', () => {
    expect(render(many(60)).length).toBeLessThan(60_000);
    const text = render(many(500));
    expect(text.length).toBeLessThan(60_000);
    expect(text).toMatch(
      /\nParts left out for lack of room: \d+ of “What changed”.* and 500 of “Every metric and image”\. `--html` and/,
    );
    expect(text).toContain('and 480 more');
    expect(render(mixed)).not.toContain('left out');
  });

  it('fits a comment even if a name is longer than a comment', () => {
    const long = '<b>|`'.repeat(20_000);
    const named = { ...mixed, before: { ...mixed.before, name: long }, onlyBefore: [unpaired(long)], cautions: [long] };
    const models = mixed.models.map((model) => ({ ...model, name: long }));
    expect(render({ ...named, models }).length).toBeLessThan(60_000);
  });

  it('shows hostile names as text', () => {
    const [record, other] = [makeRecord({ accuracy: 0.95, images: 1000 }), makeRecord({ accuracy: 0.3, images: 1000 })];
    const hostile = { dataset: { ...record.dataset, classNames: HOSTILE_CLASSES } };
    const model = { ...record.model, id: `${HOSTILE_MESSAGE} @all` };
    const text = render(
      compare(
        [{ ...record, ...hostile, model }],
        [{ ...other, ...hostile, model: { ...model, params: { '<k>|': '`|</details>' } } }],
      ),
    );
    const known = text.replaceAll(/<\/?(details|summary)>/g, '').replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/g, '');
    expect(known).not.toMatch(/<[a-z/!]/i);
    expect(text).not.toContain('\n# heading');
    expect(text.match(/^<details>/gm)).toHaveLength(text.match(/^<\/details>/gm)!.length);
  });
});
