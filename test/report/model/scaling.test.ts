import { expect, test } from 'vitest';
import { scalingChart, spread } from '../../../src/report/charts/scaling-chart.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { scalingTable } from '../../../src/report/sections/scaling.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { atSize, libraryPairs, makeSize } from '../parts.ts';

function scale(...records: readonly FitRecord[]) {
  const { comparisons, scalings } = buildReport(records, { libraryPairs });
  expect(comparisons).toEqual([]);
  expect(scalings).toHaveLength(1);
  return scalings[0]!;
}

test('all sizes are one part, with a library below our model, and times of fit and prediction together', () => {
  const scaling = scale(
    makeSize('knn-mljs', 1000, 30, 'about 2 min expected at 2,000 images'),
    makeSize('svm', 55_000, 99.75),
    makeSize('svm', 1000, 1),
    makeSize('knn', 1000, 2),
  );
  const { columns, rows } = scalingTable(scaling).table;
  expect({ heads: columns.map(({ head }) => head), rows }).toEqual({
    heads: ['model', '1,000', '55,000'],
    rows: [
      ['knn', '2.25 s', '-'],
      ['knn-mljs', '30.3 s', '-'],
      ['svm', '1.25 s', '1 min 40 s'],
    ],
  });
  expect(scaling.lines.map(({ modelId, isLibrary, stopped }) => [modelId, isLibrary, stopped])).toEqual([
    ['knn', false, null],
    ['knn-mljs', true, 'about 2 min expected at 2,000 images'],
    ['svm', false, null],
  ]);
});

test('a fit that failed or timed out is the reason why a line ends', () => {
  const late = makeFailedRecord(
    { model: 'svm' },
    { status: 'timed-out', error: { kind: 'timeout', message: 'stopped after 80 s', stack: null } },
  );
  const { lines, sizes } = scale(makeSize('svm', 1000, 1, 'of an earlier run'), atSize(late, 2000));
  expect(sizes).toEqual([1000, 2000]);
  expect(lines[0]).toMatchObject({
    points: [{ images: 1000, seconds: 1.25 }],
    stopped: 'timed-out at 2,000 images: stopped after 80 s',
  });
});

test('of two fits of one size the newer counts, and a larger size replaces the reason of a smaller one', () => {
  const { lines } = scale(
    { ...makeSize('svm', 1000, 9, 'slow then'), startedAt: '2026-01-01T00:00:00Z' },
    makeSize('svm', 1000, 1),
    { ...makeSize('svm', 2000, 2), startedAt: '2026-01-01T00:00:00Z' },
  );
  expect(lines[0]).toMatchObject({
    points: [
      { images: 1000, seconds: 1.25 },
      { images: 2000, seconds: 2.25 },
    ],
    stopped: null,
  });
});

test('machines are separate parts, and sizes are not a difference of conditions', () => {
  const elsewhere = atSize(makeRecord({ machine: 'other-machine' }), 1000);
  const { scalings } = buildReport([makeSize('svm', 1000, 1), makeSize('svm', 2000, 1), elsewhere]);
  expect(scalings.map(({ lines }) => lines.length)).toEqual([1, 1]);
  const differing = scalings.flatMap(({ differences }) => differences);
  expect(differing.filter(({ name }) => !name.startsWith('parameters of'))).toEqual([]);
});

test('the chart has a named line for each model, dashed for libraries', () => {
  const scaling = scale(
    makeSize('knn', 1000, 1),
    makeSize('knn', 2000, 2),
    makeSize('knn-mljs', 1000, 30),
    makeSize('knn-mljs', 2000, 60),
    makeSize('svm', 1000, 0),
  );
  const { svg, description } = scalingChart(scaling, 'wide')!;
  const lines = [...svg.matchAll(/<g data-mark="line"([^>]*)>((?:<path [^>]*\/>)*)/g)];
  expect(lines.map(([, , paths]) => paths!.split('<path').length - 1)).toEqual([2, 1]);
  expect(lines.map(([, attributes]) => attributes!.includes('stroke-dasharray'))).toEqual([false, true]);
  expect([...svg.matchAll(/<text[^>]*>(knn|knn-mljs|svm)<\/text>/g)].map(([, name]) => name).sort()).toEqual([
    'knn',
    'knn-mljs',
    'svm',
  ]);
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(description).toContain('knn: 1.25 s on 1,000 to 2.25 s on 2,000');
});

test('there is no chart of one size', () => {
  expect(scalingChart(scale(makeSize('knn', 1000, 1), makeSize('svm', 1000, 1)), 'wide')).toBeNull();
});

test('names at the ends of lines move apart only as far as needed', () => {
  // 14 pixels a name: 10 and 12 go to 4 and 18, about their middle of 11; 100 stays.
  expect(spread([10, 12, 100])).toEqual([4, 18, 100]);
  // The two pushed to 4 and 18 now meet 20: all three about 14.
  expect(spread([10, 12, 20])).toEqual([0, 14, 28]);
  expect(spread([])).toEqual([]);
});

test('the conditions list the parameters of each model, which no table shows', () => {
  const { scalings } = buildReport([makeSize('knn', 1000, 1), makeSize('knn-mljs', 1000, 5)], { libraryPairs });
  const names = scalings[0]!.differences.map(({ name }) => name);
  expect(names).toContain('parameters of knn');
  expect(names).toContain('parameters of knn-mljs');
});
