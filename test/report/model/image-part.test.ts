import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { pValue } from '../../../src/document/format.ts';
import { heatSheet } from '../../../src/document/heat-png.ts';
import { calibrationChart } from '../../../src/report/charts/calibration-chart.ts';
import { classRecallChart } from '../../../src/report/charts/class-recall-chart.ts';
import type { Answers } from '../../../src/report/model/answers.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { calibrationBins } from '../../../src/report/model/calibration-bins.ts';
import { makeGallery } from '../../../src/report/model/gallery.ts';
import { makePairwiseTests } from '../../../src/report/model/significance.ts';
import {
  isSignificant,
  pairwiseText,
  significanceFinding,
} from '../../../src/report/sections/statistical-significance.ts';
import { encodeLabels } from '../../../src/results/encode.ts';
import { cochranQ } from '../../../src/stats/cochran-q.ts';
import { mcnemar } from '../../../src/stats/mcnemar.ts';
import { makeComparison, makeRecord } from '../../fixtures/records.ts';
import { makeTest, makeTests } from '../images.ts';

const now = new Date('2026-02-03T04:05:06Z');

function answers(name: string, labels: readonly number[], confidence: readonly number[] | null = null): Answers {
  return {
    row: { slug: name, name, kind: 'deep' },
    labels: Uint8Array.from(labels),
    confidence: confidence && Float64Array.from(confidence),
    gradCam: undefined,
  };
}

describe('makePairwiseTests', () => {
  it('counts for each pair the images that one has right, and adjusts for all pairs together', () => {
    const truth = new Uint8Array(20);
    const wrongUpTo = (n: number) => Array.from(truth, (_, i) => (i < n ? 1 : 0));
    const pairwiseTests = makePairwiseTests(
      [answers('a', wrongUpTo(0)), answers('b', wrongUpTo(8)), answers('c', wrongUpTo(9))],
      truth,
    );
    expect(
      pairwiseTests.map(({ first, second, onlyFirst, onlySecond }) => [first, second, onlyFirst, onlySecond]),
    ).toEqual([
      ['a', 'b', 8, 0],
      ['a', 'c', 9, 0],
      ['b', 'c', 1, 0],
    ]);
    expect(pairwiseTests.map(({ p }) => p)).toEqual([mcnemar(8, 0), mcnemar(9, 0), mcnemar(1, 0)]);
    // Holm: the smallest of three times 3, the next times 2.
    expect(pairwiseTests[1]!.adjusted).toBeCloseTo(3 * mcnemar(9, 0), 12);
    expect(pairwiseTests[0]!.adjusted).toBeCloseTo(2 * mcnemar(8, 0), 12);
    expect(pairwiseTests.map(isSignificant)).toEqual([true, true, false]);
    const together = cochranQ([0, 8, 9].map((wrong) => Array.from(truth, (_, i) => (i < wrong ? 0 : 1))));
    expect(significanceFinding({ together, pairwiseTests })).toBe(
      "The models are not all equally accurate (Cochran's Q = 16.2, 2 degrees of freedom, p = 0.0003). These pairs do not differ significantly: b – c. All other pairs do.",
    );
    expect(pairwiseText(pairwiseTests[1]!, 'a')).toBe('only row: 9, only column: 0; p = 0.012');
    expect(pairwiseText(pairwiseTests[1]!, 'c')).toBe('only row: 0, only column: 9; p = 0.012');
    expect(pValue(1e-9)).toBe('p < 0.0001');
  });
});

describe('calibrationBins', () => {
  it('sorts images by how sure the model is, and counts how many are right', () => {
    const one = answers('a', [0, 0, 1, 0, 0], [0.1, 0.11, 0.95, 1, 0]);
    const bins = calibrationBins(one, new Uint8Array(5));
    expect(bins.map(({ images, accuracy }) => [images, accuracy])).toEqual([
      [2, 1],
      [1, 1],
      [2, 0.5],
    ]);
    expect(bins[2]!.confidence).toBeCloseTo(0.975, 12);
    expect(calibrationBins(answers('b', [0]), new Uint8Array(1))).toEqual([]);
  });
});

describe('makeGallery', () => {
  // Classes 0 and 1 alternate; image 3 is missed by both, image 5 by the second alone.
  const test = makeTest(8, 2);
  const first = answers('a', [0, 1, 0, 0, 0, 1, 0, 1], [1, 1, 1, 0.9, 1, 1, 1, 1]);
  const second = answers('b', [0, 1, 0, 0, 0, 0, 0, 1], [1, 1, 1, 0.8, 1, 0.7, 1, 1]);

  it('shows what models miss, the hardest first, with what each says of it', () => {
    const gallery = makeGallery([first, second], test)!;
    expect(gallery.missed).toEqual({ byAll: 1, byAllButOne: 1 });
    expect(gallery.pictures).toEqual([
      {
        image: 3,
        truth: 1,
        answers: [
          { label: 0, confidence: 0.9 },
          { label: 0, confidence: 0.8 },
        ],
      },
      {
        image: 5,
        truth: 1,
        answers: [
          { label: 1, confidence: 1 },
          { label: 0, confidence: 0.7 },
        ],
      },
    ]);
    const { data, width } = decode(Buffer.from(gallery.sheet.split(',')[1]!, 'base64'));
    expect([data[0], data[3]]).toEqual([3, 5]);
    expect(width).toBe(40 * 3 - 1);
  });

  it('has the images asked for besides, and none where there is nothing to show', () => {
    expect(makeGallery([first, second], test, [7])!.pictures.map(({ image }) => image)).toEqual([3, 5, 7]);
    expect(makeGallery([answers('a', [...test.labels])], test)).toBeNull();
  });

  it('keeps within bounds when everything is wrong', () => {
    const many = makeTest(5000, 2);
    const wrong = answers(
      'a',
      Array.from(many.labels, (label) => 1 - label),
    );
    expect(makeGallery([wrong, wrong], many)!.pictures.length).toBeLessThan(400);
  });
});

describe('the part of a comparison about images', () => {
  const records = makeComparison();
  const tests = makeTests(records);

  it('is there when the images are, and leaves out baselines and answers of another number of images', () => {
    const whole = buildReport(records, { now, tests }).comparisons[0]!.images!;
    const names = new Set(whole.pairwiseTests.flatMap(({ first, second }) => [first, second]));
    expect(names.has('majority')).toBe(false);
    expect(names.size).toBeGreaterThan(3);
    expect(buildReport(records, { now }).comparisons[0]!.images).toBeNull();
    const short = { ...makeRecord({ model: 'cnn-short' }), predictions: encodeLabels(new Uint8Array(3)) };
    const some = buildReport([...records, short], { now, tests }).comparisons[0]!.images!;
    expect(some.gallery!.models).not.toContain('cnn-short');
  });

  it('shows where a network looked, and leaves out maps that do not fit', () => {
    const map = encodeLabels(Uint8Array.of(0, 64, 128, 255));
    const gradCam = {
      layer: 'conv2d_3',
      height: 2,
      width: 2,
      images: [
        { image: 5, label: 1, map },
        { image: 9999, label: 1, map },
        { image: 6, label: 1, map: 'AAAA' },
      ],
    };
    const looking = { ...makeRecord({ model: 'cnn-looking' }), gradCam };
    const { images } = buildReport([...records, looking], { now, tests }).comparisons[0]!;
    expect(images!.gradCam).toEqual([
      {
        slug: 'cnn-looking',
        name: 'cnn-looking',
        layer: 'conv2d_3',
        height: 2,
        width: 2,
        images: [{ image: 5, truth: 5, label: 1, map: Uint8Array.of(0, 64, 128, 255) }],
      },
    ]);
    expect(images!.gallery!.pictures.map(({ image }) => image)).toContain(5);
  });

  it('is drawn in both widths, and not without images', () => {
    const [comparison] = buildReport(records, { now, tests }).comparisons;
    const [without] = buildReport(records, { now }).comparisons;
    for (const room of ['wide', 'narrow'] as const) {
      expect(calibrationChart(comparison!, room)!.svg).toContain('cnn');
      expect(calibrationChart(without!, room)).toBeNull();
      expect(classRecallChart(without!, room)!.svg).toContain('Sandal');
    }
  });
});

it('draws a map of heat that is opaque where it is strong', () => {
  const { data, channels, width, height } = decode(heatSheet([Uint8Array.of(0, 255), Uint8Array.of(255, 0)], 2, 1));
  expect([channels, width, height]).toEqual([4, 8, 3]);
  // Each map has a border that repeats its edge, so that smoothing takes nothing from the next.
  const opacities = Array.from({ length: 24 }, (_, i) => data[4 * i + 3]);
  const line = [0, 0, 200, 200, 200, 200, 0, 0];
  expect(opacities).toEqual([...line, ...line, ...line]);
  expect(data[8]! + data[9]! + data[10]!).toBeGreaterThan(700);
});
