// The section Likely label errors: test images for which several models agree on another class.
import type { Dataset } from '../../data/dataset.ts';
import { type Block, details, interactive, list, paragraph, type Section, section } from '../../document/blocks.ts';
import { counted, integer, percent } from '../../document/format.ts';
import { sheet } from '../../document/image-sheet.ts';
import type { Exploration } from '../explore-dataset.ts';
import type { LabelError } from '../label-errors.ts';
import { MAX_LISTED, MAX_PICTURES, pictureGallery } from './picture-gallery.ts';
import { imageAt } from './picture-grids.ts';

/** Pictures in a row of the picture that Markdown links. */
const COLUMNS = 12;

/** Describes the section. */
export function labelErrorsSection({ labelErrors, classNames }: Exploration, dataset: Dataset): Section | null {
  const { found } = labelErrors;
  const lineOf = (one: LabelError): string => errorText(one, classNames);
  const gallery = (): Block =>
    interactive(
      () =>
        pictureGallery(
          found
            .slice(0, MAX_PICTURES)
            .map((one) => ({ images: [imageAt(dataset.test, one.image)], text: lineOf(one) })),
          dataset.shape,
          found.length,
        ),
      listedErrors(found.slice(0, MAX_LISTED), dataset, lineOf),
    );
  return section('label-errors', 'Likely label errors', [
    paragraph(countSentence(labelErrors)),
    found.length === 0 ? null : gallery(),
  ]);
}

function listedErrors(listed: readonly LabelError[], dataset: Dataset, lineOf: (one: LabelError) => string): Block[] {
  const images = listed.map(({ image }) => imageAt(dataset.test, image));
  return [
    {
      kind: 'picture',
      file: 'label-errors.png',
      png: sheet(images, dataset.shape, COLUMNS),
      alt: 'Test images with a likely label error, in the order of the list',
      width: 680,
    },
    details(`The first ${listed.length}`, [list(listed.map(lineOf))]),
  ];
}

function countSentence({ minimum, models, found }: Exploration['labelErrors']): string {
  if (models.length < minimum.models) {
    return (
      `No label was checked: that takes the probabilities of at least ${minimum.models} models, and there are records of ` +
      `${models.length}. npm run bench creates records.`
    );
  }
  const count = found.length === 0 ? 'No test image has' : `${integer(found.length)} test images have`;
  return (
    `${found.length === 1 ? '1 test image has' : count} a label that at least ${minimum.models} of ${models.length} models ` +
    `contradict: they predict the same other class, each with a probability of at least ${percent(minimum.confidence, 0)} %. ` +
    'These labels are likely, but not certainly, wrong.'
  );
}

/** `test 12: labelled Shirt, predicted as Coat by 5 models (mean probability 98 %)`. */
function errorText({ image, label, suggested, models, confidence }: LabelError, classNames: readonly string[]): string {
  return (
    `test ${image}: labelled ${classNames[label]}, predicted as ${classNames[suggested]} by ` +
    `${counted(models.length, 'model')} (mean probability ${percent(confidence, 0)} %)`
  );
}
