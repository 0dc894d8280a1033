// The section Near-duplicates: test images that are almost the same as a training image.
import type { Dataset } from '../../data/dataset.ts';
import { details, interactive, list, paragraph, type Section, section, table } from '../../document/blocks.ts';
import { integer, percent, points } from '../../document/format.ts';
import type { Exploration } from '../explore-dataset.ts';
import type { NearDuplicate } from '../near-duplicates.ts';
import { MAX_LISTED, MAX_PICTURES, pictureGallery } from './picture-gallery.ts';
import { imageAt } from './picture-grids.ts';

/** Describes the section. */
export function nearDuplicatesSection(found: Exploration, dataset: Dataset): Section | null {
  const { nearDuplicates, classNames } = found;
  const total = nearDuplicates.found.length;
  const lineOf = (pair: NearDuplicate): string => pairText(pair, dataset, classNames);
  const listed = nearDuplicates.found.slice(0, MAX_LISTED);
  return section('near-duplicates', 'Near-duplicates', [
    paragraph(countSentence(found)),
    table(
      [{ head: 'model' }, { head: 'accuracy, %' }, { head: 'without near-duplicates, %' }, { head: 'difference' }],
      nearDuplicates.accuracies.map(({ modelId, all, without }) => [
        modelId,
        percent(all),
        percent(without),
        points(without === null ? null : without - all),
      ]),
    ),
    total === 0
      ? null
      : interactive(
          () =>
            pictureGallery(
              nearDuplicates.found.slice(0, MAX_PICTURES).map((pair) => ({
                images: [imageAt(dataset.test, pair.test), imageAt(dataset.train, pair.train)],
                text: lineOf(pair),
              })),
              dataset.shape,
              total,
            ),
          [details(`The ${listed.length} most similar pairs`, [list(listed.map(lineOf))])],
        ),
  ]);
}

function countSentence({ nearDuplicates: { near, found }, counts }: Exploration): string {
  const equal = found.filter(({ difference }) => difference === 0).length;
  const unequalLabels = found.filter(({ sameLabel }) => !sameLabel).length;
  const total = integer(counts.test.reduce((sum, count) => sum + count, 0));
  return (
    `${countOf(equal)} of the ${total} test images ${equal > 1 ? 'are' : 'is'} identical to a training image. ` +
    `In total, ${found.length === 1 ? '1 has' : `${integer(found.length)} have`} a near-duplicate: a training image that ` +
    `differs by at most ${near} of 256 grey values (root mean square). ${countOf(unequalLabels)} of these pairs ` +
    `${unequalLabels > 1 ? 'have' : 'has'} two different labels.`
  );
}

function countOf(count: number): string {
  return count === 0 ? 'None' : integer(count);
}

/** `test 12, training 345: differ by 3.2; Shirt and Coat`. */
function pairText({ test, train, difference, sameLabel }: NearDuplicate, dataset: Dataset, names: readonly string[]) {
  const [one, other] = [names[dataset.test.labels[test]!]!, names[dataset.train.labels[train]!]!];
  const how = difference === 0 ? 'identical' : `differ by ${difference.toFixed(1)}`;
  return `test ${test}, training ${train}: ${how}; ${sameLabel ? one : `${one} and ${other}`}`;
}
