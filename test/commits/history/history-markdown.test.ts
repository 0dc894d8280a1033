import { expect, test } from 'vitest';
import type { History, HistoryLine } from '../../../src/commits/history/history-data.ts';
import { renderHistoryMarkdown } from '../../../src/commits/history/history-markdown.ts';

/** A night for each of the commits, of some models. */
function nightly(commits: number, models: number): History {
  const states = Array.from({ length: commits }, (_, i) => ({
    commit: i.toString(16).padStart(40, '0'),
    dirty: false,
    committedAt: '2026-01-01T00:00:00Z',
    subject: `change ${i}`,
  }));
  const points = states.map((_, state) => {
    return { state, value: 0.9, sd: null, range: null, count: 1, failures: [], change: null };
  });
  const lines = Array.from({ length: models }, (_, i): HistoryLine => {
    return { name: `model-${i}`, modelId: `model-${i}`, kind: 'deep', metric: 'accuracy', points };
  });
  return {
    benchmark: 'fashion-mnist',
    metrics: ['accuracy'],
    machines: [{ machineId: 'm', processors: ['p'], states, lines, command: null, cautions: [] }],
  };
}

test('a year of nights fits a comment: the latest measurements are shown, what is left out is counted', () => {
  const text = renderHistoryMarkdown(nightly(365, 40), { isOneModel: false });
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain('The latest 100 of 365 measurements.');
  expect(text).toMatch(/\nParts left out for lack of room: \d+ of “fashion-mnist on m: 365 commits/);
  const one = renderHistoryMarkdown(nightly(365, 1), { isOneModel: true });
  expect(one).toContain(`| ${(364).toString(16).padStart(40, '0').slice(0, 8)} |`);
  expect(one).not.toContain('left out');
});

test('a short history is shown whole', () => {
  const text = renderHistoryMarkdown(nightly(3, 2), { isOneModel: false });
  expect(text).toMatch(/^### fashion-mnist on m: 3 commits/);
  expect(text).not.toMatch(/The latest|left out/);
});
