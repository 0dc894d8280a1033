import { Window } from 'happy-dom';
import { describe, expect, test } from 'vitest';
import { paragraph, section, table } from '../../../src/document/blocks.ts';
import { toTerminal } from '../../../src/document/to-terminal.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import type { ReportData } from '../../../src/report/model/report-data.ts';
import { renderHtml } from '../../../src/report/render/report-html.ts';
import { renderMarkdown } from '../../../src/report/render/report-markdown.ts';
import { summaryTable } from '../../../src/report/render/summary-table.ts';
import {
  COMPARISON_SECTIONS,
  type ComparisonSection,
  reportSections,
} from '../../../src/report/sections/report-sections.ts';
import { familyName } from '../../../src/report/sections/row-text.ts';
import { sectionId } from '../../../src/report/sections/section-id.ts';
import { encodeLabels } from '../../../src/results/encode.ts';
import type { FinishedRecord, FitRecord } from '../../../src/results/schema.ts';
import { makeComparison, makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../images.ts';
import { libraryPairs, makeEverything } from '../parts.ts';

function parse(html: string) {
  const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
  document.write(html);
  return document;
}

function headingsOf(data: ReportData) {
  const document = parse(renderHtml(data));
  const text = (selector: string) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
  return {
    markdown: [...renderMarkdown(data).text.matchAll(/^## (.*)/gm)].map(([, heading]) => heading),
    html: text('main h2'),
    contents: text('nav a'),
  };
}

test('Markdown, HTML and its contents have the same headings in the same order', () => {
  const [shape] = makeEverything();
  const network: FinishedRecord = {
    ...makeRecord({ model: 'cnn-small' }),
    layers: [{ name: 'd', kind: 'Dense', outputShape: [10], parameters: 2, multiplyAdds: 1 }],
    latency: [{ batch: 1, samples: 3, medianMs: 1, p99Ms: 2, meanMs: 1, minMs: 1, imagesPerSecond: 1000 }],
    gradCam: { layer: 'c', height: 1, width: 1, images: [{ image: 5, label: 1, map: encodeLabels(Uint8Array.of(9)) }] },
  };
  const records: FitRecord[] = [...makeComparison(), ...makeEverything(), network];
  const published = [{ modelId: 'cnn', recipe: 'ours', accuracy: 0.9, asPublished: '90 %', source: 'a paper' }].map(
    (one) => ({ ...one, dataset: shape!.dataset.name, trainImages: 60_000 }),
  );
  const data = buildReport(records, { published, libraryPairs, tests: makeTests(records) });
  const { markdown, html, contents } = headingsOf(data);
  expect(markdown).toEqual([
    'Verdict',
    'Leaderboard',
    'Statistical significance',
    'Reference implementations',
    'Accuracy and time',
    'Traditional and deep',
    'Per-class scores',
    'Confusion matrices',
    'Mistakes',
    'Grad-CAM',
    'Calibration',
    'Pixel importance',
    'Time to accuracy',
    'Learning curves',
    'Network layers',
    'Latency',
    'Scores and costs',
    'Published results',
    'Failures',
    'Conditions',
    'Commands',
    'Our engines and the given libraries on test-machine',
    'Scaling on test-machine',
  ]);
  expect(html).toEqual(markdown);
  expect(contents).toEqual(markdown);
  // A terminal leaves out charts, and sections that have nothing else.
  const text = toTerminal(reportSections(data).comparisons[0]!.sections, { columns: 100, colour: false });
  const shown = text.split('\n').filter((line) => markdown.includes(line));
  expect(shown).toEqual(markdown.filter((heading) => shown.includes(heading!)));
  expect(shown.length).toBeGreaterThan(12);
});

test('a new section is one function and one entry of the list, and is in every output', () => {
  const rowCount: ComparisonSection = (comparison) =>
    section(sectionId(comparison, 'row-count'), 'Row count', [
      paragraph('How many rows there are.'),
      table([{ head: 'rows' }, { head: 'count' }], [['all', String(comparison.rows.length)]]),
    ]);
  const list = [...COMPARISON_SECTIONS, rowCount];
  const data = buildReport([makeRecord()]);
  expect(renderMarkdown(data, list).text).toContain(
    '## Row count\n\nHow many rows there are.\n\n| rows | count |\n| :--- | ----: |\n| all  |     1 |',
  );
  const document = parse(renderHtml(data, { sections: list }));
  expect(document.querySelector('#fashion-mnist-test-machine-row-count td')!.textContent).toBe('1');
  expect([...document.querySelectorAll('nav a')].at(-1)!.textContent).toBe('Row count');
  const { sections } = reportSections(data, list).comparisons[0]!;
  expect(toTerminal(sections, { columns: 80, colour: false })).toContain(
    'Row count\nHow many rows there are.\n\nrows  count\nall       1',
  );
});

describe('rows of an earlier version of a model', () => {
  const old = { ...makeRecord({ model: 'svm', kind: 'traditional' }) };
  const records = [old, makeRecord()];
  const isCurrent = ({ model }: FitRecord) => model.id !== 'svm';
  const data = buildReport(records, { isCurrent });

  test('are marked where one of their records is not current', () => {
    expect(data.comparisons[0]!.rows.map(({ name, isCurrent: is }) => [name, is])).toEqual(
      expect.arrayContaining([
        ['svm', false],
        ['cnn', true],
      ]),
    );
    const seeds = [makeRecord({ seed: 0 }), makeRecord({ seed: 1 })];
    const [row] = buildReport(seeds, { isCurrent: ({ seed }) => seed === 0 }).comparisons[0]!.rows;
    expect(row!.isCurrent).toBe(false);
  });

  test('have a dagger in the leaderboard of every output, which explains it', () => {
    const { text } = renderMarkdown(data);
    const [leaderboard] = /## Leaderboard[\s\S]*?(?=\n## )/.exec(text)!;
    expect(leaderboard).toMatch(/\| svm † +\|/);
    expect(leaderboard).toMatch(/\| cnn +\|/);
    expect(leaderboard).toContain('† Measured at an earlier version');
    const part = parse(renderHtml(data)).querySelector('#fashion-mnist-test-machine-leaderboard')!;
    expect(part.textContent).toContain('svm †');
    expect(part.textContent).toContain('† Measured at an earlier version');
    const summary = summaryTable(records, { columns: 100, colour: false, isCurrent });
    expect(summary).toContain('svm †');
    expect(summary).toContain('† Measured at an earlier version');
  });

  test('are not marked where all records are current', () => {
    const current = buildReport(records);
    expect(renderMarkdown(current).text).not.toContain('†');
    expect(renderHtml(current)).not.toContain('†');
    expect(summaryTable(records, { columns: 100, colour: false })).not.toContain('†');
  });
});

describe('times of several commits', () => {
  const [first, second] = ['a', 'b'].map((digit) => digit.repeat(40));
  const records = [
    makeRecord({ model: 'cnn', commit: first!, startedAt: '2026-01-02T00:00:00Z' }),
    makeRecord({ model: 'mlp', commit: first!, startedAt: '2026-01-02T05:00:00Z' }),
    makeRecord({ model: 'svm', commit: second!, startedAt: '2026-01-04T00:00:00Z' }),
  ];

  test('are marked at the rows of another commit than most models, and counted', () => {
    const { text } = renderMarkdown(buildReport(records));
    const [leaderboard] = /## Leaderboard[\s\S]*?(?=\n## )/.exec(text)!;
    expect(leaderboard).toMatch(/\| svm ‡ +\|/);
    expect(leaderboard).toMatch(/\| cnn +\|/);
    expect(leaderboard).toContain(
      '‡ Measured at another commit than most models (aaaaaaaa). This table has times of 2 commits',
    );
    expect(/## Accuracy and time[\s\S]*?(?=\n## )/.exec(text)![0]).toContain('Times of 2 commits');
    expect(/## Scores and costs[\s\S]*?(?=\n## )/.exec(text)![0]).toMatch(/\| svm ‡ +\|/);
  });

  test('are not marked when there is one commit', () => {
    const { text } = renderMarkdown(buildReport(records.slice(0, 2)));
    expect(text).not.toMatch(/‡|commits/);
  });

  test('the conditions count the commits, days and machines of the shown records', () => {
    const { text } = renderMarkdown(buildReport(records));
    expect(text).toContain('Records of 2 commits, measured on 2 days, on one machine.');
    const outside = { ...records[0]!, git: null };
    expect(renderMarkdown(buildReport([outside])).text).toContain(
      'Records of one commit, measured on one day, on one machine.',
    );
  });
});

test('families that are not known have their text as a title', () => {
  expect(['svm', 'decision-tree', 'toString', ''].map(familyName)).toEqual(['SVM', 'Decision tree', 'ToString', '']);
});

test('without its script the page shows the matrix of the most accurate model', () => {
  const records = makeComparison();
  const part = parse(renderHtml(buildReport(records))).querySelector('.confusion-chooser')!;
  expect(part.querySelector('caption')!.textContent).toMatch(/^mlp: rows are the true class/);
  expect(part.querySelectorAll('tbody td')).toHaveLength(100);
  expect(part.hasAttribute('hidden')).toBe(false);
});

test('Markdown has the matrices of the best models as charts, and of the others as tables', () => {
  const { text, charts } = renderMarkdown(buildReport(makeComparison()));
  const drawn = charts.map(({ name }) => name).filter((name) => name.startsWith('confusion-'));
  expect(drawn).toEqual(['confusion-mlp', 'confusion-random-forest']);
  expect(text.match(/<summary>Confusion matrix<\/summary>/g)).toHaveLength(4);
});
