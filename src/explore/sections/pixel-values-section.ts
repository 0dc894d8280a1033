// The section Pixel values: statistics of the grey values.
import { chart, type Section, section, table } from '../../document/blocks.ts';
import { percent } from '../../document/format.ts';
import type { Exploration } from '../explore-dataset.ts';
import { pixelHistogram } from './pixel-histogram.ts';

/** Describes the section. */
export function pixelValuesSection(found: Exploration): Section | null {
  const parts = [['training', found.pixels.train] as const, ['test', found.pixels.test] as const];
  return section('pixel-values', 'Pixel values', [
    table(
      [
        { head: 'images' },
        { head: 'mean' },
        { head: 'median' },
        { head: 'standard deviation' },
        { head: 'background, %' },
      ],
      parts.map(([part, { mean, median, standardDeviation, histogram }]) => [
        part,
        mean.toFixed(2),
        String(median),
        standardDeviation.toFixed(2),
        percent(histogram[0]! / histogram.reduce((sum, count) => sum + count, 0)),
      ]),
    ),
    chart('pixel-histogram', (room) => pixelHistogram(found, room)),
  ]);
}
