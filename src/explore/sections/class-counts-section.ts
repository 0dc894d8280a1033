// The section Class counts: how many images each class has, and what they look like.
import type { Dataset } from '../../data/dataset.ts';
import { type Section, section, table } from '../../document/blocks.ts';
import { integer } from '../../document/format.ts';
import type { Exploration } from '../explore-dataset.ts';
import { SAMPLES, samplesSheet } from './picture-grids.ts';

/** Describes the section. */
export function classCountsSection({ classNames, counts }: Exploration, dataset: Dataset): Section | null {
  const total = (values: readonly number[]): string => integer(values.reduce((sum, value) => sum + value, 0));
  return section('class-counts', 'Class counts', [
    table(
      [{ head: 'class' }, { head: 'training images' }, { head: 'test images' }],
      [
        ...classNames.map((name, i) => [name, integer(counts.train[i]!), integer(counts.test[i]!)]),
        ['total', total(counts.train), total(counts.test)],
      ],
    ),
    {
      kind: 'picture',
      file: 'samples.png',
      png: samplesSheet(dataset),
      alt: 'Training images of each class',
      caption: `The first ${SAMPLES} training images of each class, one row for each class: ${classNames.join(', ')}.`,
      width: 680,
    },
  ]);
}
