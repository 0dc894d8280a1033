import { describe, expect, test } from 'vitest';
import { historyChart } from '../../../src/report/charts/history-chart.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import type { ReportData } from '../../../src/report/model/report-data.ts';
import { renderHtml } from '../../../src/report/render/report-html.ts';
import { renderMarkdown } from '../../../src/report/render/report-markdown.ts';
import type { FinishedRecord, FitRecord } from '../../../src/results/schema.ts';
import { chromiumPath, whyNoBrowser } from '../../browser/chromium.ts';
import { pagesIn } from '../../browser/pages.ts';
import { chain, fitAt } from '../../commits/history/pasts.ts';
import type { RecordShape } from '../../fixtures/records.ts';
import { HOSTILE_MESSAGE } from '../hostile.ts';
import { makeTests } from '../images.ts';

const graph = chain(...Array.from({ length: 60 }, (_, i) => i));

/** A report of the records of the latest commit, with all of them as its past. */
function report(records: readonly FitRecord[], isLatest = ({ git }: FitRecord) => git === records.at(-1)!.git) {
  const tests = makeTests(records);
  return buildReport(records.filter(isLatest), { tests, past: { records, graph } });
}

/** Five runs at a commit, so that times have a verdict. */
const runsAt = (commit: number, shape: RecordShape & { trainSeconds: number }): FinishedRecord[] => {
  const git = fitAt(commit).git;
  return [1, 2, 3, 4, 5].map((repeat) => ({
    ...fitAt(commit, { ...shape, repeat, trainSeconds: shape.trainSeconds + repeat / 10 }),
    git,
  }));
};

/** A network that became slower at commit 3, two models that did not change, and the baseline. */
const records: readonly FinishedRecord[] = [1, 2, 3].flatMap((commit) => {
  const { git } = fitAt(commit);
  const stayed = (shape: RecordShape): FinishedRecord => ({ ...fitAt(commit, { kind: 'traditional', ...shape }), git });
  return [
    ...(commit === 2 ? [] : [stayed({ model: 'svm', accuracy: 0.8 })]),
    stayed({ model: 'knn', accuracy: 0.85, trainSeconds: 0 }),
    stayed({ model: 'majority', kind: 'baseline', accuracy: 0 }),
    ...runsAt(commit, { trainSeconds: commit === 3 ? 20 : 10 }).map((record) => ({ ...record, git })),
  ];
});
const ofCommit3 = ({ git }: FitRecord): boolean => git!.commit.startsWith('0003');
const data = report(records, ofCommit3);
const history = data.comparisons[0]!.history!;
/** The same, but for commit 2, which was not measured. */
const withGap = report(
  records.filter(({ git }) => !git!.commit.startsWith('0002')),
  ofCommit3,
);

describe('the history of a comparison', () => {
  test('has earlier commits of the same benchmark, split and machine', () => {
    expect(history.states).toHaveLength(3);
    expect(history.lines.map(({ name, metric, points }) => [name, metric, points.length])).toEqual([
      ['cnn', 'accuracy', 3],
      ['knn', 'accuracy', 3],
      ['majority', 'accuracy', 3],
      ['svm', 'accuracy', 2],
      ['cnn', 'fit-time', 3],
      ['knn', 'fit-time', 3],
      ['majority', 'fit-time', 3],
      ['svm', 'fit-time', 2],
    ]);
    const [one, other] = [fitAt(1), fitAt(2)];
    const elsewhere: FitRecord[] = [
      { ...one, benchmark: 'quick' },
      { ...one, machine: { ...one.machine, id: 'other' } },
      { ...one, dataset: { ...one.dataset, splitHash: 'ab'.repeat(32) } },
    ];
    expect(report([...elsewhere, other]).comparisons.map((comparison) => comparison.history)).toEqual([null]);
  });

  test('is missing for one commit, one with uncommitted changes, and models measured once', () => {
    const oneCommit = [fitAt(1, { model: 'svm' }), fitAt(1, {}, true)];
    expect(report(oneCommit).comparisons[0]!.history).toBeNull();
    expect(report([fitAt(1, { model: 'svm' }), fitAt(2)]).comparisons[0]!.history).toBeNull();
    expect(buildReport([fitAt(1)]).comparisons[0]!.history).toBeNull();
    expect(renderHtml(report(oneCommit))).not.toContain('-history"');
    expect(renderMarkdown(report(oneCommit)).text).not.toContain('## History');
  });

  test('leaves out models measured once, and all but the latest twenty states', () => {
    const many = Array.from({ length: 30 }, (_, i) => fitAt(i));
    const { states, lines } = report([fitAt(29, { model: 'once' }), ...many]).comparisons[0]!.history!;
    expect(states).toHaveLength(20);
    expect(states.at(-1)!.commit).toBe(fitAt(29).git!.commit);
    expect(new Set(lines.map(({ name }) => name))).toEqual(new Set(['cnn']));
  });
});

describe('the chart', () => {
  const svgOf = (metric: 'accuracy' | 'fit-time') => historyChart(history, metric, 'wide')!.svg;

  test('has a line for each model, named at its end, without the baseline and times of nothing', () => {
    const paths = (svg: string) => /<g data-mark="line"[^>]*>((?:<path [^>]*\/>)*)/.exec(svg)![1]!.split('<path');
    expect(paths(svgOf('accuracy'))).toHaveLength(1 + 3);
    expect(paths(svgOf('fit-time'))).toHaveLength(1 + 2);
    const names = (svg: string) =>
      [...svg.matchAll(/<text[^>]*>(cnn|knn|svm|majority)<\/text>/g)].map(([, name]) => name);
    expect(names(svgOf('accuracy')).sort()).toEqual(['cnn', 'knn', 'svm']);
    expect(names(svgOf('fit-time')).sort()).toEqual(['cnn', 'svm']);
    expect(svgOf('fit-time')).not.toMatch(/NaN|Infinity/);
  });

  test('has an axis of round times, or of some that divide a small range', () => {
    const ticks = (svg: string) => [...svg.matchAll(/>([\d.]+ s|\d+ min \d\d s)<\/text>/g)].map(([, tick]) => tick);
    // From 10.3 / 1.4 to 20.3 x 1.4 seconds.
    expect(ticks(svgOf('fit-time'))).toEqual(['10.0 s', '20.0 s']);
    const ofOne = (trainSeconds: number) =>
      report([fitAt(1, { trainSeconds }), fitAt(2, { trainSeconds })]).comparisons[0]!.history!;
    // 15 / 1.4 to 15 x 1.4, parted at a sixth, a half and five sixths: 15 x 1.4 ** (-2 / 3), 15, 15 x 1.4 ** (2 / 3)
    expect(ticks(historyChart(ofOne(15), 'fit-time', 'narrow')!.svg)).toEqual(['12.0 s', '15.0 s', '18.8 s']);
    const wide = [1, 2].flatMap((commit) => [
      fitAt(commit, { model: 'slow', trainSeconds: 900 }),
      fitAt(commit, { trainSeconds: 9 }),
    ]);
    const { history: far } = report(wide, ({ git }) => git!.commit.startsWith('0002')).comparisons[0]!;
    expect(ticks(historyChart(far!, 'fit-time', 'narrow')!.svg)).toEqual(['10.0 s', '60.0 s', '10 min 00 s']);
  });

  test('marks steps, names their commits, and describes both', () => {
    const { svg, description } = historyChart(history, 'fit-time', 'wide')!;
    expect(svg).toContain('cnn at 0003aaaa: 20.3 s, worse than before');
    expect(svg).toContain('>0003aaaa</text>');
    expect(description).toBe(
      'fit, over commits 0001aaaa to 0003aaaa. cnn at 0001aaaa: 10.3 s, then at 0003aaaa: 20.3 s, worse than before, ' +
        'worse at 0003aaaa; svm at 0001aaaa: 12.5 s, then at 0003aaaa: 12.5 s.',
    );
    expect(svg).toContain('aria-label="fit, over commits');
  });

  test('names as many commits as have room, those of steps among them', () => {
    const many = Array.from({ length: 20 }, (_, i) => runsAt(i, { trainSeconds: i < 7 ? 10 : 20 })).flat();
    const { history: long } = report(many, ({ git }) => git!.commit.startsWith('0019')).comparisons[0]!;
    const ticks = (room: 'wide' | 'narrow') =>
      [...historyChart(long!, 'fit-time', room)!.svg.matchAll(/>(\d{4})aaaa<\/text>/g)].map(([, tick]) => Number(tick));
    expect(ticks('wide').toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(ticks('narrow')).toEqual(expect.arrayContaining([0, 7, 19]));
    expect(ticks('narrow').length).toBeLessThan(15);
  });

  test('breaks lines where conditions differ, and is missing for a single measurement', () => {
    const onGpu = (record: FinishedRecord): FinishedRecord => ({
      ...record,
      software: { ...record.software, engine: { ...record.software.engine, device: 'gpu' } },
    });
    const apart = [fitAt(1), fitAt(2), onGpu(fitAt(3)), onGpu(fitAt(4))];
    const { svg } = historyChart(report(apart).comparisons[0]!.history!, 'fit-time', 'wide')!;
    expect(/<g data-mark="line"[^>]*>((?:<path [^>]*\/>)*)/.exec(svg)![1]!.match(/<path/g)).toHaveLength(2);
    expect(historyChart({ ...history, lines: [] }, 'accuracy', 'wide')).toBeNull();
  });
});

describe('the outputs', () => {
  test('have a section with steps, charts and every value', () => {
    const page = renderHtml(data);
    expect(page).toMatch(/<section id="[^"]*-history" aria-labelledby="[^"]*"><h2 id="[^"]*">History<\/h2>/);
    expect(page).toContain('▼ worse');
    const { text, charts } = renderMarkdown(data);
    expect(text).toContain('## History');
    expect(text).toMatch(/\| ▼ worse \| cnn \| fit \| 10\.3 s → 20\.3 s \| ×1\.97 \| in 0003aaaa \(change 3\) \|/);
    expect(text).toContain('](charts/history-accuracy.svg)');
    expect(text).toContain('](charts/history-fit-time.svg)');
    expect(charts.map(({ name }) => name)).toEqual(expect.arrayContaining(['history-accuracy', 'history-fit-time']));
  });

  test('say how to narrow a step down', () => {
    const command = 'npm run bench -- --benchmark fashion-mnist --commit 0002aaaa --models cnn';
    expect(renderHtml(withGap)).toContain(`<code>${command}</code>`);
    expect(renderMarkdown(withGap).text).toContain(`\n${command}\n`);
  });

  test('keep names and messages of commits what they are', () => {
    const evil = records.map((record) => ({
      ...record,
      model: { ...record.model, id: `${record.model.id}<img src=x>|` },
    }));
    const messages = new Map([...graph].map(([hash, one]) => [hash, { ...one, subject: HOSTILE_MESSAGE }]));
    const hostile: ReportData = buildReport(evil.filter(ofCommit3), {
      tests: makeTests(evil),
      past: { records: evil, graph: messages },
    });
    // Commands stand in a fence, where nothing is read as HTML.
    const { text: markdown, charts } = renderMarkdown(hostile);
    const [part] = /## History[\s\S]*(?=## Conditions)/.exec(markdown)!;
    for (const text of [renderHtml(hostile), part, ...charts.map(({ svg }) => svg)]) {
      expect(text).not.toMatch(/<img src=x|<script>alert|<b onclick/);
    }
    expect(part).toContain('(bad &lt;b onclick');
  });
});

describe.skipIf(!chromiumPath)(`the page in a browser${whyNoBrowser}`, () => {
  const { open, violations } = pagesIn('history');

  test.each([
    [1280, 'light'],
    [360, 'dark'],
  ] as const)('%i pixels wide, %s, fits, and has no accessibility violations', async (width, theme) => {
    const page = await open(renderHtml(withGap), { width, theme });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    expect(await violations(page)).toEqual([]);
    expect(await page.locator('section[id$="-history"] svg[role="img"]:visible').count()).toBe(2);
    await page.close();
  });
});
