// Pictures with a line of text each, as a part of a page.
import { dataUri, sheet } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import type { ImageShape } from '../../types.ts';

/** The most pictures of a gallery. */
export const MAX_PICTURES = 48;
/** The most lines of the list that stands for a gallery in Markdown. */
export const MAX_LISTED = 24;
/** Pixels of the page for one of a picture. */
const ZOOM = 3;

/** One picture: images next to each other, and the text below. */
export interface GalleryPicture {
  readonly images: readonly Uint8Array[];
  readonly text: string;
}

/**
 * Shows pictures.
 *
 * @param pictures at least one
 * @param shape of each image
 * @param total number of pictures that there are
 */
export function pictureGallery(pictures: readonly GalleryPicture[], shape: ImageShape, total: number): Markup {
  const summary =
    pictures.length < total
      ? `The first ${pictures.length} of ${total}`
      : total === 1
        ? 'The only one'
        : `All ${total}`;
  return html`<details open><summary>${summary}</summary>
<ul class="pictures">${pictures.map(({ images, text }) => {
    const png = sheet(images, shape, images.length);
    return html`<li><img class="pixelated" src="${dataUri(png)}" alt="" width="${images.length * shape.width * ZOOM}"><br>${text}</li>\n`;
  })}</ul></details>`;
}
