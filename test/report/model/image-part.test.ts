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
import { holm } from '../../../src/stats/holm.ts';
import { makeComparison, makeRecord } from '../../fixtures/records.ts';
import { makeTest, makeTests } from '../images.ts';

function answers(name: string, labels: readonly number[], confidence: readonly number[] | null = null): Answers {
  return {
    row: { slug: name, name, kind: 'deep' },
    labels: Uint8Array.from(labels),
    confidence: confidence && Float64Array.from(confidence),
    gradCam: undefined,
  };
}

describe('makePairwiseTests', () => {
  const fitted = (accuracy: number, seed = 1) => makeRecord({ model: `m${accuracy}`, accuracy, seed, images: 5000 });
  const truth = makeTest(5000, 10).labels;
  const unknown = () => null;

  it('compares every pair, and adjusts for all pairs together', () => {
    const pairwiseTests = makePairwiseTests(
      [
        { name: 'a', seeds: [fitted(0.9)] },
        { name: 'b', seeds: [fitted(0.8)] },
        { name: 'c', seeds: [fitted(0.801)] },
      ],
      truth,
      unknown,
    );
    expect(pairwiseTests.map(({ first, second }) => [first, second])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ]);
    expect(pairwiseTests.map(({ adjusted }) => adjusted)).toEqual(holm(pairwiseTests.map(({ p }) => p)));
    expect(pairwiseTests.map(isSignificant)).toEqual([true, true, false]);
    expect(significanceFinding(pairwiseTests)).toBe(
      'Of 3 pairs of models, 1 does not differ significantly in accuracy: b – c.',
    );
    expect(significanceFinding(pairwiseTests.slice(0, 2))).toBe(
      'All pairs of models differ significantly in accuracy.',
    );
    expect(significanceFinding(pairwiseTests.slice(2))).toBe('No two models differ significantly in accuracy.');
  });

  it('writes a pair from either side', () => {
    const pair = {
      first: 'a',
      second: 'b',
      difference: 0.0118,
      interval: [0.0052, 0.0184],
      p: 1e-4,
      adjusted: 0.012,
    } as const;
    expect(pairwiseText(pair, 'a')).toBe('+1.18 points (+0.52 to +1.84), p = 0.012');
    expect(pairwiseText(pair, 'b')).toBe('−1.18 points (−1.84 to −0.52), p = 0.012');
    expect(pValue(1e-9)).toBe('p < 0.0001');
  });

  it('counts seeds as chance: of all seeds, or as other fits show it for a single one', () => {
    const spread = { name: 'a', seeds: [fitted(0.87, 1), fitted(0.9, 2), fitted(0.93, 3)] };
    const [several] = makePairwiseTests([spread, { name: 'b', seeds: [fitted(0.88)] }], truth, unknown);
    expect(several!.p).toBeGreaterThan(0.1);
    const pair = [
      { name: 'a', seeds: [fitted(0.9)] },
      { name: 'b', seeds: [fitted(0.85)] },
    ];
    const p = (variance: number) => makePairwiseTests(pair, truth, () => ({ variance, degrees: 5 }))[0]!.p;
    expect(p(0)).toBeLessThan(0.01);
    expect(p(0.05 ** 2)).toBeGreaterThan(0.3);
  });

  it('leaves out rows whose predictions are of other images', () => {
    const rows = [0.7, 0.8, 0.9].map((accuracy) => ({ name: String(accuracy), seeds: [fitted(accuracy)] }));
    expect(makePairwiseTests(rows, truth.subarray(1), unknown)).toEqual([]);
    expect(makePairwiseTests(rows.slice(1), truth, unknown)).toHaveLength(1);
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
    const whole = buildReport(records, { tests }).comparisons[0]!.images!;
    const names = new Set(whole.pairwiseTests.flatMap(({ first, second }) => [first, second]));
    expect(names.has('majority')).toBe(false);
    expect(names.size).toBeGreaterThan(3);
    expect(buildReport(records).comparisons[0]!.images).toBeNull();
    const short = { ...makeRecord({ model: 'cnn-short' }), predictions: encodeLabels(new Uint8Array(3)) };
    const some = buildReport([...records, short], { tests }).comparisons[0]!.images!;
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
    const { images } = buildReport([...records, looking], { tests }).comparisons[0]!;
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
    const [comparison] = buildReport(records, { tests }).comparisons;
    const [without] = buildReport(records).comparisons;
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
