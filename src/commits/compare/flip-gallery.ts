// Pictures of the images that one of two predictions has right, as a part of a page.
import type { Block } from '../../document/blocks.ts';
import { dataUri, sheet } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import type { LabelledImages } from '../../types.ts';
import type { Flip, ModelDiff } from './diff-data.ts';

/** Pictures of images that broke, and as many of images that were fixed. */
const MAX_PICTURES = 48;
/** Pixels of the page for one of a picture. */
const ZOOM = 3;

/**
 * Shows the images that flipped: those that broke, then those that were fixed.
 *
 * @param model its flips
 * @param classNames of all classes
 * @param test the test images
 * @returns null without test images or flips; only a page shows it
 */
export function flipGallery(
  { flips }: ModelDiff,
  classNames: readonly string[],
  test: LabelledImages | undefined,
): Block | null {
  if (!test || flips.length === 0) return null;
  const [fixed, broke] = [true, false].map((wanted) =>
    flips.filter(({ truth, after }) => (truth === after) === wanted),
  ) as [Flip[], Flip[]];
  const markup = (): Markup =>
    html`${gallery('Broke', broke, classNames, test)}${gallery('Fixed', fixed, classNames, test)}`;
  return { kind: 'interactive', markup, otherwise: [] };
}

function gallery(
  title: string,
  flips: readonly Flip[],
  classNames: readonly string[],
  test: LabelledImages,
): Markup | null {
  if (flips.length === 0) return null;
  const count = flips.length > MAX_PICTURES ? `the first ${MAX_PICTURES} of ${flips.length}` : `all ${flips.length}`;
  return html`<h3>${title}, ${count}</h3>
<ul class="pictures">${flips.slice(0, MAX_PICTURES).map((flip) => html`<li>${picture(flip, test)}<br>${labels(flip, classNames)}</li>\n`)}</ul>`;
}

function picture({ image }: Flip, { bytes, shape }: LabelledImages): Markup {
  const size = shape.height * shape.width * shape.channels;
  const png = sheet([bytes.subarray(image * size, (image + 1) * size)], shape, 1);
  return html`<img class="pixelated" src="${dataUri(png)}" alt="test image ${image}" title="test image ${image}" width="${shape.width * ZOOM}" height="${shape.height * ZOOM}" loading="lazy">`;
}

/** The true class, then the predictions before and after. */
function labels({ truth, before, after }: Flip, classNames: readonly string[]): Markup {
  const name = (label: number): string => classNames[label] ?? String(label);
  const predicted = (label: number): Markup =>
    html`<span class="${label === truth ? 'good' : 'bad'}">${label === truth ? '✓' : '✗'} ${name(label)}</span>`;
  return html`<b>${name(truth)}</b><br>${predicted(before)}<br>→ ${predicted(after)}`;
}
