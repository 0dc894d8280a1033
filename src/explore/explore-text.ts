// What was found, as tables and sentences that every rendering shares. Not escaped.
import { fixed, integer, NOT_AVAILABLE, percent, points } from '../document/format.ts';
import type { PlainTable } from '../document/table.ts';
import type { Exploration } from './explore-dataset.ts';
import type { ClassForeground, ForegroundSummary } from './foreground.ts';
import type { LabelError } from './label-errors.ts';
import type { NearDuplicate } from './near-duplicates.ts';

/** Below this a p-value is worth a sentence. */
const WORTH_SAYING = 0.05;

/** Makes the table of images by class. */
export function countsTable({ classNames, counts: { train, test } }: Exploration): PlainTable {
  const sum = (counts: readonly number[]): string => integer(counts.reduce((total, count) => total + count, 0));
  return {
    head: ['class', 'training images', 'test images'],
    names: 1,
    lines: [
      ...classNames.map((name, i) => [name, integer(train[i]!), integer(test[i]!)]),
      ['in all', sum(train), sum(test)],
    ],
  };
}

/** Makes the table of grey values, a line a part of the data. */
export function pixelsTable({ pixels }: Exploration): PlainTable {
  return {
    head: ['part', 'mean', 'median', 'standard deviation', 'background, %'],
    names: 1,
    lines: [['training', pixels.train] as const, ['test', pixels.test] as const].map(
      ([part, { mean, median, standardDeviation, histogram }]) => [
        part,
        mean.toFixed(2),
        String(median),
        standardDeviation.toFixed(2),
        percent(histogram[0]! / histogram.reduce((sum, count) => sum + count, 0)),
      ],
    ),
  };
}

/** What is said below the foreground. */
export const INK_NOTE =
  'Foreground is the share of an image’s pixels that are not background. Median and mean are in percent, the variance is that of ' +
  'the population. F and p are of a one-way analysis of variance of training against test images: of ten classes that do ' +
  'not differ at all, one or more has a p below 0.05 in four of ten data sets.';

/** Makes the table of foreground, a line a class. */
export function foregroundTable({ classNames, foreground }: Exploration): PlainTable {
  const cells = (part: ForegroundSummary | null): string[] =>
    part
      ? [percent(part.median), percent(part.mean), part.variance.toFixed(5)]
      : [NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE];
  return {
    head: ['class', 'median', 'mean', 'variance', 'test: median', 'mean', 'variance', 'F', 'p'],
    names: 1,
    lines: foreground.map(({ label, train, test, anova }) => [
      classNames[label]!,
      ...cells(train),
      ...cells(test),
      fixed(anova?.f ?? null, 3),
      pValue(anova?.p ?? null),
    ]),
  };
}

/** Says which classes differ in ink between training and test images. */
export function foregroundFindings({ classNames, foreground }: Exploration): string[] {
  return foreground.flatMap(({ label, train, test, anova }) => {
    if (!train || !test || !differs(anova)) return [];
    const more = test.mean > train.mean ? 'more' : 'less';
    return (
      `Test images of ${classNames[label]} have ${more} ink than training images: ${percent(test.mean)} against ` +
      `${percent(train.mean)} % of the pixels on average (F = ${fixed(anova!.f, 2)}, p = ${pValue(anova!.p)}).`
    );
  });
}

function differs(anova: ClassForeground['anova']): boolean {
  return anova?.p != null && anova.p < WORTH_SAYING;
}

function pValue(p: number | null): string {
  if (p === null) return NOT_AVAILABLE;
  return p < 0.0001 ? p.toExponential(1) : p.toFixed(4);
}

/** Says how many twins there are. */
export function duplicatesSentence({ nearDuplicates: { near, found }, counts }: Exploration): string {
  const exact = found.filter(({ difference }) => difference === 0).length;
  const odd = found.filter(({ sameLabel }) => !sameLabel).length;
  const total = counts.test.reduce((sum, count) => sum + count, 0);
  return (
    `${images(exact)} of ${integer(total)} test images ${exact === 1 ? 'is' : 'are'} in the training images pixel by pixel; ` +
    `${integer(found.length)} have a training image that differs by at most ${near} of 256 grey values (root of the mean ` +
    `square). ${images(odd)} of these pairs ${odd === 1 ? 'has' : 'have'} two different labels.`
  );
}

function images(count: number): string {
  return count === 0 ? 'None' : integer(count);
}

/** Makes the table of accuracies without nearDuplicates, a line a model. */
export function duplicatesTable({ nearDuplicates: { accuracies } }: Exploration): PlainTable {
  return {
    head: ['model', 'accuracy, %', 'without twins', 'difference'],
    names: 1,
    lines: accuracies.map(({ modelId, all, without }) => [
      modelId,
      percent(all),
      percent(without),
      points(without === null ? null : without - all),
    ]),
  };
}

/** Says what two twins are: `test 12, training 345: differ by 3.2; Shirt and Coat`. */
export function duplicateText(
  { test, train, difference, sameLabel }: NearDuplicate,
  names: readonly [string, string],
): string {
  const labels = sameLabel ? names[0] : `${names[0]} and ${names[1]}`;
  return `test ${test}, training ${train}: ${difference === 0 ? 'equal' : `differ by ${difference.toFixed(1)}`}; ${labels}`;
}

/** Says what it took to be suspect, and how many are. */
export function labelErrorsSentence({ labelErrors: { least, models, found } }: Exploration): string {
  if (models.length < least.models) {
    return `No label was questioned: it takes ${least.models} models with probabilities on record, and there are ${models.length} (npm run bench).`;
  }
  return (
    `${images(found.length)} of the test images ${found.length === 1 ? 'is' : 'are'} seen as one and the same other class by ` +
    `at least ${least.models} of ${models.length} models, each at least ${percent(least.confidence, 0)} % sure. A suspicion is no proof.`
  );
}

/** Says what is suspect: `test 12: labelled Shirt, seen as Coat by 5 models (98 % sure)`. */
export function labelErrorText(
  { image, label, suggested, models, confidence }: LabelError,
  classNames: readonly string[],
): string {
  return (
    `test ${image}: labelled ${classNames[label]}, seen as ${classNames[suggested]} by ${models.length} models ` +
    `(${percent(confidence, 0)} % sure)`
  );
}
