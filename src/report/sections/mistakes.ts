// The section Mistakes: test images that models get wrong.
import { type Block, details, interactive, paragraph, type Section, section, table } from '../../document/blocks.ts';
import { integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { type GalleryData, jsonScript } from '../../document/page-data.ts';
import type { Gallery } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';
import { sheetPicture } from './sheet-picture.ts';

/** The number of images that all models get wrong: shown without the page's script, and listed in other outputs. */
const [HARDEST_SHOWN, HARDEST_LISTED] = [24, 20];

/** Describes the section; null without test images, or when no model made a mistake. */
export function mistakes(comparison: Comparison): Section | null {
  const gallery = comparison.images?.gallery;
  if (!gallery) return null;
  const { byAll, byAllButOne } = gallery.missed;
  const counts = `All models get ${integer(byAll)} test images wrong, all but one get ${integer(byAllButOne)} wrong.`;
  return section(sectionId(comparison, 'gallery'), 'Mistakes', [
    interactive(
      () => html`<p>${counts} The gallery shows these, and for each model the mistakes with the highest confidence and some mistakes for every pair of classes. Choose a picture to see what each model predicts.</p>
${galleryMarkup(gallery, comparison.classNames)}`,
      [
        paragraph([`${counts} Their pictures are in `, { code: 'index.html' }, '.']),
        details('The hardest images and what models predict', [hardestTable(gallery, comparison.classNames)]),
      ],
    ),
  ]);
}

/** Pictures that no model classifies correctly, with their place on the sheet. */
function hardestOf({ pictures }: Gallery) {
  return pictures
    .map((one, place) => ({ ...one, place }))
    .filter(({ truth, answers }) => answers.every(({ label }) => label !== truth));
}

function galleryMarkup(gallery: Gallery, classNames: readonly string[]): Markup {
  const hardest = hardestOf(gallery).slice(0, HARDEST_SHOWN);
  return html`<div class="gallery">${jsonScript(galleryData(gallery, classNames))}
<output><ul class="pictures">${hardest.map(
    ({ place, image, truth }) =>
      html`<li>${sheetPicture(gallery, place, image)}<br>${classNames[truth] ?? String(truth)}</li>`,
  )}</ul></output></div>`;
}

function galleryData({ pictures, columns, models }: Gallery, classNames: readonly string[]): GalleryData {
  const bytes = (values: readonly number[]): string => Buffer.from(values).toString('base64');
  return {
    columns,
    models,
    classNames,
    images: pictures.map(({ image }) => image),
    truth: bytes(pictures.map(({ truth }) => truth)),
    labels: models.map((_name, model) => bytes(pictures.map(({ answers }) => answers[model]!.label))),
    confidence: models.map((_name, model) => {
      const all = pictures.map(({ answers }) => answers[model]!.confidence);
      return all.some((one) => one === null) ? null : bytes(all.map((one) => Math.round(255 * one!)));
    }),
  };
}

function hardestTable(gallery: Gallery, classNames: readonly string[]): Block {
  const named = (label: number): string => classNames[label] ?? String(label);
  return table(
    [
      { head: 'test image', align: 'right' },
      { head: 'class', align: 'left' },
      { head: 'predicted', align: 'left', wrap: true },
    ],
    hardestOf(gallery)
      .slice(0, HARDEST_LISTED)
      .map(({ image, truth, answers }) => [
        String(image),
        named(truth),
        countsText(
          answers.map(({ label }) => label),
          named,
        ),
      ]),
  );
}

/** Counts equal labels, most frequent first: `Dress 12, Coat 3`. */
function countsText(labels: readonly number[], named: (label: number) => string): string {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([label, images]) => `${named(label)} ${images}`)
    .join(', ');
}
