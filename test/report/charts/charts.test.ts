import { Window } from 'happy-dom';
import { describe, expect, test } from 'vitest';
import { type Chart, standalone } from '../../../src/document/chart-canvas.ts';
import { accuracyChart } from '../../../src/report/charts/accuracy-chart.ts';
import { accuracyTimeChart, paretoFront } from '../../../src/report/charts/accuracy-time-chart.ts';
import { classMapChart } from '../../../src/report/charts/class-map-chart.ts';
import { confusionChart } from '../../../src/report/charts/confusion-chart.ts';
import { latencyChart } from '../../../src/report/charts/latency-chart.ts';
import { learningCurveChart } from '../../../src/report/charts/learning-curve-chart.ts';
import { pixelMapsChart } from '../../../src/report/charts/pixel-maps-chart.ts';
import { scalingChart } from '../../../src/report/charts/scaling-chart.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { finishedModels, finishedRows } from '../../../src/report/model/report-data.ts';
import { curvePoint } from '../../fixtures/curve-point.ts';
import { makeComparison, makeFailedRecord, makeRecord } from '../../fixtures/records.ts';
import { hostileLibraryPairs, hostileParts } from '../hostile.ts';

const comparison = buildReport(makeComparison()).comparisons[0]!;
const hostileReport = buildReport(hostileParts(), { libraryPairs: hostileLibraryPairs });
const hostile = hostileReport.comparisons[0]!;

function titles({ svg }: Chart): string[] {
  return [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, text]) => text!);
}

describe('accuracy against time', () => {
  test('the front keeps what nothing beats in both time and accuracy', () => {
    const points = [
      { seconds: 5, accuracy: 0.9 },
      { seconds: 1, accuracy: 0.8 },
      { seconds: 2, accuracy: 0.7 },
      { seconds: 5, accuracy: 0.85 },
      { seconds: 9, accuracy: 0.9 },
    ];
    expect(paretoFront(points).map(({ seconds, accuracy }) => [seconds, accuracy])).toEqual([
      [1, 0.8],
      [5, 0.9],
    ]);
  });

  test('the three times put a model in three places', () => {
    const seconds = (time: 'fit' | 'predict' | 'sum') =>
      titles(accuracyTimeChart(comparison, time, 'wide')!)
        .find((title) => title.startsWith('knn'))!
        .split(' in ')[1];
    expect([seconds('fit'), seconds('predict'), seconds('sum')]).toEqual(['50 ms', '6.00 s', '6.05 s']);
  });

  test('a fit of no time at all still has a place on the logarithmic axis', () => {
    const instant = buildReport([makeRecord({ trainSeconds: 0 }), makeRecord({ model: 'svm' })]).comparisons[0]!;
    expect(accuracyTimeChart(instant, 'fit', 'narrow')!.svg).not.toMatch(/NaN|Infinity/);
  });
});

test('the accuracy chart shows every model that finished, the baseline left out', () => {
  const dots = /data-mark="dot"[^>]*[^/]>(.*?)<\/g>/.exec(accuracyChart(comparison, 'wide')!.svg.replaceAll('\n', ''))!;
  expect(dots[1]!.match(/<title>/g)).toHaveLength(6);
});

test('the class map has a cell for each class of each model', () => {
  const svg = classMapChart(comparison, 'wide')!.svg;
  expect(svg.match(/<rect /g)).toHaveLength(6 * 10);
  const { name, classes } = finishedRows(comparison)[0]!;
  expect(svg).toContain(`${name}, Dress: F1 ${classes[3]!.f1!.toFixed(4)}`);
});

test('a confusion matrix has every cell, rows the truth', () => {
  const row = finishedRows(comparison)[0]!;
  const cells = titles(confusionChart(comparison, row));
  expect(cells).toHaveLength(100);
  expect(cells[2]).toMatch(new RegExp(`^T-shirt/top predicted as Pullover: ${row.confusion[0]![2]} `));
});

test('a learning curve has a line for each seed and part', () => {
  const [row] = finishedRows(buildReport([makeRecord({ seed: 0 }), makeRecord({ seed: 1 })]).comparisons[0]!);
  const chart = learningCurveChart(row!, 'accuracy')!;
  expect(
    [...chart.svg.matchAll(/data-mark="line"[^>]*>((?:<path [^>]*\/>)*)/g)].map(
      ([, paths]) => paths!.split('<path').length - 1,
    ),
  ).toEqual([2, 2]);
  // 1 - 0.5 / 4 and 1 - 0.55 / 4 after the third epoch
  expect(chart.description).toContain('training 87.50, validation 86.25');
});

test('there is no curve of fewer than two epochs, and no latency chart without latencies', () => {
  const [row] = finishedRows(buildReport([makeRecord({ epochs: 1 })]).comparisons[0]!);
  expect(learningCurveChart(row!, 'loss')).toBeNull();
  expect(latencyChart(comparison, 'wide')).toBeNull();
});

test('the curve of a fit that did not finish is drawn, and says so', () => {
  const timing = { totalSeconds: 9, curve: [curvePoint(1, 2), curvePoint(2, 1.5), curvePoint(3, null)] };
  const [row] = buildReport([makeFailedRecord({ model: 'cnn' }, { status: 'timed-out', timing })]).comparisons[0]!.rows;
  const chart = learningCurveChart(row!, 'loss')!;
  expect(chart.description).toBe('cnn: loss by epoch; at the end training 1.5000. The fit did not finish: timed-out.');
});

test('without a finished model there is nothing to draw', () => {
  const failed = buildReport([makeFailedRecord()]).comparisons[0]!;
  expect(accuracyChart(failed, 'wide')).toBeNull();
  expect(accuracyTimeChart(failed, 'fit', 'wide')).toBeNull();
  expect(classMapChart(failed, 'wide')).toBeNull();
});

test.each(['wide', 'narrow'] as const)('%s charts keep hostile names as text', (room) => {
  const [row] = finishedModels(hostile);
  const charts = [
    accuracyChart(hostile, room),
    accuracyTimeChart(hostile, 'fit', room),
    classMapChart(hostile, room),
    latencyChart(hostile, room),
    confusionChart(hostile, row!),
    learningCurveChart(row!, 'loss'),
    pixelMapsChart(row!),
    scalingChart(hostileReport.scalings[0]!, room),
  ];
  for (const chart of charts) {
    const svg = standalone(chart!);
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.body.innerHTML = svg;
    const elements = [...document.querySelectorAll('*')];
    expect(elements.filter(({ tagName }) => /^(img|script|b|i|u)$/i.test(tagName))).toEqual([]);
    expect(elements.flatMap(({ attributes }) => [...attributes].filter(({ name }) => name.startsWith('on')))).toEqual(
      [],
    );
    expect(document.querySelectorAll('svg')).toHaveLength(1);
    expect(svg).not.toMatch(/(?!\n)\p{Cc}/u);
  }
});
