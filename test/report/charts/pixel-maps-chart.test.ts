import { expect, test } from 'vitest';
import { standalone } from '../../../src/document/chart-canvas.ts';
import { pixelMapsChart } from '../../../src/report/charts/pixel-maps-chart.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { finishedRows } from '../../../src/report/model/report-data.ts';
import { encodeFloats } from '../../../src/results/encode.ts';
import type { PixelMapRecord } from '../../../src/results/schema.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeMap } from '../parts.ts';

function draw(...pixelMaps: PixelMapRecord[]) {
  const { comparisons } = buildReport([{ ...makeRecord({ model: 'svm' }), pixelMaps }]);
  return pixelMapsChart(finishedRows(comparisons[0]!)[0]!);
}

/** Colour, depth and course of every path. */
function paths(svg: string): string[] {
  return [...svg.matchAll(/<path stroke="var\(--(\w+)\)" stroke-opacity="([\d.]+)" d="([^"]*)"\/>/g)].map((match) =>
    match.slice(1).join(' '),
  );
}

test('signs have hues and sizes have depths, with runs of one depth drawn at once', () => {
  // Sizes 4, 4 and 2: the 99th percentile is 4. Half of it is level 7.5, of 15, rounded up.
  const { svg, description } = draw(makeMap('weight for Bag', [4, 4, 0, -2]))!;
  expect(paths(svg)).toEqual(['good 1 M0 0h2', 'bad 0.467 M1 1h1']);
  expect(description).toBe(
    'svm: weight of each pixel. Blue is positive, orange negative; the deepest colour is ±4 and beyond.',
  );
});

test('a map without negative numbers has one hue', () => {
  const { svg, description } = draw(makeMap('importance', [0, 0, 3, 3]))!;
  expect(paths(svg)).toEqual(['good 1 M0 1h2']);
  expect(description).toBe('svm: value of each pixel. Deeper is larger; the deepest colour is 3 and beyond.');
});

test('the maps of one model share one scale, and what their names have in common is said once', () => {
  const { svg } = draw(makeMap('weight for Bag', [1, 1, 1, 1]), makeMap('weight for Coat', [3, 3, 3, 3]))!;
  // A third of the deepest is level 5 of 15.
  expect(paths(svg)).toEqual(['good 0.333 M0 0h2M0 1h2', 'good 1 M0 0h2M0 1h2']);
  expect([...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, text]) => text)).toEqual(['Bag', 'Coat']);
});

test('a few extreme pixels do not make the others pale', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => (i === 0 ? 1000 : 1));
  const { svg } = draw({ name: 'importance', height: 20, width: 20, values: encodeFloats(values) })!;
  expect(paths(svg).map((path) => path.split(' ')[1])).toEqual(['1']);
});

test('nothing, zeros, strange numbers and a wrong length do no harm', () => {
  const { comparisons } = buildReport([makeRecord()]);
  expect(pixelMapsChart(finishedRows(comparisons[0]!)[0]!)).toBeNull();
  expect(paths(draw(makeMap('importance', [0, 0, 0, 0]))!.svg)).toEqual([]);
  expect(paths(draw(makeMap('importance', [Number.NaN, Infinity, 0, 1]))!.svg)).toEqual(['good 1 M1 1h1']);
  expect(draw({ ...makeMap('importance', [0, 0, 0, 0]), height: 1_000_000 })).toBeNull();
});

test('hostile names stay text, and the file needs no variable', () => {
  const svg = standalone(draw(makeMap('<img src=x onerror="alert(1)">', [1, 0, 0, 1]))!);
  expect(svg).not.toMatch(/<img|var\(--/);
  expect(svg).toContain('&lt;img src=x onerror=&quot;');
});
