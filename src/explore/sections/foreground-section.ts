// The section Foreground share: how much of the images is not background, in training and test images.
import { list, note, paragraph, type Section, section, table } from '../../document/blocks.ts';
import { fixed, NOT_AVAILABLE, percent, pNumber, pValue } from '../../document/format.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import type { Exploration } from '../explore-dataset.ts';
import type { ForegroundSummary } from '../foreground.ts';

const NOTE =
  'The foreground share of an image is the share of its pixels that are not background. Median and mean are in percent, the ' +
  'variance is that of the population. F and p are from a one-way analysis of variance of training against test images. Of ' +
  `ten classes without any difference, at least one has a p below ${SIGNIFICANCE_LEVEL} in four of ten data sets.`;

/** Describes the section. */
export function foregroundSection(found: Exploration): Section | null {
  const differences = significantDifferences(found);
  return section('foreground', 'Foreground share', [
    table(
      ['class', 'training: median', 'mean', 'variance', 'test: median', 'mean', 'variance', 'F', 'p'].map((head) => ({
        head,
      })),
      found.foreground.map(({ label, train, test, anova }) => [
        found.classNames[label]!,
        ...summaryCells(train),
        ...summaryCells(test),
        fixed(anova?.f ?? null, 3),
        anova?.p == null ? NOT_AVAILABLE : pNumber(anova.p),
      ]),
    ),
    differences.length > 0
      ? list(differences)
      : paragraph(`No class differs between training and test images (all p ≥ ${SIGNIFICANCE_LEVEL}).`),
    note(NOTE),
  ]);
}

function summaryCells(part: ForegroundSummary | null): string[] {
  if (!part) return [NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE];
  return [percent(part.median), percent(part.mean), part.variance.toFixed(5)];
}

/** Says which classes differ between training and test images. */
function significantDifferences({ classNames, foreground }: Exploration): string[] {
  return foreground.flatMap(({ label, train, test, anova }) => {
    if (!train || !test || anova?.p == null || anova.p >= SIGNIFICANCE_LEVEL) return [];
    return (
      `${classNames[label]}: test images have a ${test.mean > train.mean ? 'larger' : 'smaller'} foreground share than ` +
      `training images, ${percent(test.mean)} against ${percent(train.mean)} % on average ` +
      `(F = ${fixed(anova.f, 2)}, ${pValue(anova.p)}).`
    );
  });
}
