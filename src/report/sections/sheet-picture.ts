// Pictures of test images on a page: all of a comparison are on one sheet, of which each place shows a part.
import { html, type Markup } from '../../document/markup.ts';
import type { Gallery } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';

/**
 * Shows one picture of the sheet.
 *
 * @param gallery whose sheet it is
 * @param place of the picture on the sheet
 * @param image position in the test images, for those who do not see it
 */
export function sheetPicture({ columns }: Gallery, place: number, image: number): Markup {
  return html`<span class="sheet" role="img" aria-label="test image ${image}" style="--x:${place % columns};--y:${Math.floor(place / columns)}"></span>`;
}

/**
 * Writes the style of the sheets of a report, each once.
 *
 * @param comparisons of a report
 */
export function sheetStyle(comparisons: readonly Comparison[]): string {
  return comparisons
    .flatMap(({ slug, images }) => {
      if (!images?.gallery) return [];
      const { height, width, columns, sheet } = images.gallery;
      const article = `[id="${slug}"]`;
      return [
        `${article}{--h:${height};--w:${width};--columns:${columns}}`,
        `${article} .sheet{background-image:url(${sheet})}`,
      ];
    })
    .join('');
}
