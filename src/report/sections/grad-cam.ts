// The section Grad-CAM: which parts of an image the prediction of a convolutional network rests on.
import { interactive, note, paragraph, type Section, section } from '../../document/blocks.ts';
import { list } from '../../document/format.ts';
import { heatSheet } from '../../document/heat-png.ts';
import { dataUri } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import type { Gallery, GradCamPart } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';
import { sheetPicture } from './sheet-picture.ts';

/** Describes the section; null when no network has maps. */
export function gradCam(comparison: Comparison): Section | null {
  const { images } = comparison;
  if (!images?.gallery || images.gradCam.length === 0) return null;
  const { gallery, gradCam: parts } = images;
  return section(sectionId(comparison, 'grad-cam'), 'Grad-CAM', [
    note(
      'Grad-CAM of the last convolution for the predicted class: the image, the map, and both. The images are the correct ' +
        'prediction and the mistake with the highest confidence for each class, and three of each for the class that the ' +
        'network finds hardest.',
    ),
    interactive(
      () => html`${parts.map((part, i) => partMarkup(part, gallery, comparison, i === 0))}`,
      [
        paragraph([
          `Maps of ${list(parts.map(({ name, layer }) => `${name} (layer ${layer})`))} are in `,
          { code: 'index.html' },
          '.',
        ]),
      ],
    ),
  ]);
}

function partMarkup(part: GradCamPart, gallery: Gallery, comparison: Comparison, isOpen: boolean): Markup {
  const places = new Map(gallery.pictures.map(({ image }, place) => [image, place]));
  const className = (label: number): string => comparison.classNames[label] ?? String(label);
  return html`<details${isOpen ? html` open` : null} id="${partId(comparison, part)}"><summary>${part.name}, layer ${part.layer}</summary><ul class="triples">${part.images.map(
    ({ image, truth, label }, i) => {
      const picture = sheetPicture(gallery, places.get(image)!, image);
      const heat = html`<span class="heat" style="--i:${i}"></span>`;
      const isRight = truth === label;
      return html`<li><span class="triple">${picture}<span class="seen">${heat}</span><span class="seen">${picture}${heat}</span></span><span class="${isRight ? 'good' : 'bad'}">${isRight ? '✓' : '✗'} ${className(truth)}${isRight ? null : ` → ${className(label)}`}</span></li>`;
    },
  )}</ul></details>\n`;
}

/**
 * Writes the style of the maps of a report: those of a network are on one sheet.
 *
 * @param comparisons of a report
 */
export function heatStyle(comparisons: readonly Comparison[]): string {
  return comparisons
    .flatMap((comparison) =>
      (comparison.images?.gradCam ?? []).map((part) => {
        const { height, width, images } = part;
        const sheet = dataUri(
          heatSheet(
            images.map(({ map }) => map),
            width,
            height,
          ),
        );
        return (
          `[id="${partId(comparison, part)}"] .heat{--rows:${height};--across:${width};--maps:${images.length};` +
          `background-image:url(${sheet})}`
        );
      }),
    )
    .join('');
}

function partId(comparison: Comparison, { slug }: GradCamPart): string {
  return `${sectionId(comparison, 'grad-cam')}-${slug}`;
}
