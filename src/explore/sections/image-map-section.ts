// The section Map of the images: similar images are close together.
import type { Dataset } from '../../data/dataset.ts';
import { type Block, interactive, type Section, section } from '../../document/blocks.ts';
import { integer } from '../../document/format.ts';
import { dataUri, scatter } from '../../document/image-sheet.ts';
import { html, type Markup } from '../../document/markup.ts';
import { jsonScript, type MapData } from '../../document/page-data.ts';
import { type SpriteSheet, spriteSheet } from '../../document/sprite-sheet.ts';
import type { Exploration } from '../explore-dataset.ts';
import { type ImageMap, toPlaces } from '../image-map.ts';
import { CLASS_COLOURS } from './class-colours.ts';
import { imageAt } from './picture-grids.ts';

/** How the pictures of the map are kept small: ten thousand of 28 x 28 pixels take 0.7 MB instead of 4.6. */
const SPRITES = { maxSide: 20, quality: 25 };

/** The style of the map. */
export const MAP_STYLE = `
.map{position:relative;max-width:880px}
.map canvas{width:100%;display:block;background:var(--card);border-radius:8px}
.map output{position:absolute;display:none;pointer-events:none;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:.35rem;font-size:.8125rem;z-index:2}
.map output i{display:block;background-color:#000}
.keys{display:flex;flex-wrap:wrap;gap:.35rem;margin:.75rem 0;padding:0;list-style:none}
.keys button{font:inherit;font-size:.8125rem;color:var(--foreground);background:var(--card);border:1px solid var(--line);border-radius:999px;padding:.15rem .7rem;cursor:pointer}
.keys button[aria-pressed=false]{opacity:.45}
.keys b{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em}
.pictures{grid-template-columns:repeat(auto-fill,minmax(min(100%,220px),1fr));gap:1rem;font-size:.8125rem}
`.replaceAll('\n', '');

/**
 * Makes the pictures that the map of a page shows.
 *
 * @param map where images are
 * @param dataset the images
 */
export function mapPictures({ images }: ImageMap, { train, test, shape }: Dataset): Promise<SpriteSheet> {
  const pictureOf = (position: number): Uint8Array =>
    position < train.labels.length ? imageAt(train, position) : imageAt(test, position - train.labels.length);
  return spriteSheet([...images].map(pictureOf), shape, SPRITES);
}

/**
 * Describes the section.
 *
 * @param found what was found
 * @param dataset what it was found in
 * @param pictures of `mapPictures`; null where no page is made
 * @returns null without a map
 */
export function imageMapSection(found: Exploration, dataset: Dataset, pictures: SpriteSheet | null): Section | null {
  const { map } = found;
  if (!map) return null;
  const labels = labelsOf(map, dataset);
  const drawing: Block = {
    kind: 'picture',
    file: 'map.png',
    png: scatter(toPlaces(map.points), labels, CLASS_COLOURS),
    alt: 'Map of the images, coloured by class',
    caption: caption(map),
    width: 880,
  };
  return section('map', 'Map of the images', [
    pictures === null ? drawing : interactive(() => mapMarkup(found, map, labels, pictures), [drawing]),
  ]);
}

function labelsOf({ images }: ImageMap, { train, test }: Dataset): Uint8Array {
  return Uint8Array.from(images, (position) =>
    position < train.labels.length ? train.labels[position]! : test.labels[position - train.labels.length]!,
  );
}

function caption({ images }: ImageMap): string {
  return (
    `${integer(images.length)} images, taken at even steps from the training and test images. Similar images are close ` +
    'together (UMAP on exact nearest neighbours). Distances between clusters mean little.'
  );
}

function mapMarkup({ classNames }: Exploration, map: ImageMap, labels: Uint8Array, pictures: SpriteSheet): Markup {
  const data: MapData = {
    names: classNames,
    colours: CLASS_COLOURS,
    width: pictures.width,
    height: pictures.height,
    columns: pictures.columns,
    labels: base64(labels),
    places: base64(toPlaces(map.points)),
  };
  return html`<ul class="keys">${classNames.map(
    (name, i) =>
      html`<li><button type="button" aria-pressed="true"><b style="background:${CLASS_COLOURS[i % CLASS_COLOURS.length]!}"></b>${name}</button></li>`,
  )}</ul>
<div class="map"><canvas width="880" height="640" role="img" aria-label="${integer(map.images.length)} images, similar ones close together, coloured by class"></canvas>
<output><i></i><span></span></output><img src="${dataUri(pictures.webp, 'webp')}" alt="" hidden>
${jsonScript(data)}</div>
<p class="faint">${caption(map)} Point at a dot to see its image, reduced to ${pictures.width} x ${pictures.height} pixels. Choose a class to hide it.</p>`;
}

function base64(values: Uint8Array | Uint16Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
