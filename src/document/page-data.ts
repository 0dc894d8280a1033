// The data that a page gives its script as JSON.
import type { NamedConfusion } from './confusion-cells.ts';
import { type Markup, raw } from './markup.ts';
import { visibleText } from './visible-text.ts';

/** The data of the confusion chooser. */
export interface ConfusionData {
  readonly classNames: readonly string[];
  readonly models: readonly NamedConfusion[];
}

/** The data of a gallery: what models predict for each picture, in the order of the sheet. */
export interface GalleryData {
  readonly classNames: readonly string[];
  readonly models: readonly string[];
  /** Pictures in a row of the sheet. */
  readonly columns: number;
  /** Positions in the test images. */
  readonly images: readonly number[];
  /** Base64 of one class index for each picture. */
  readonly truth: string;
  /** For each model, base64 of one class index for each picture. */
  readonly labels: readonly string[];
  /** For each model, base64 of one byte for each picture, 0-255; null without probabilities. */
  readonly confidence: readonly (string | null)[];
}

/** The data of the map of an exploration. */
export interface MapData {
  readonly names: readonly string[];
  /** `#rrggbb`, used again from the first when there are more classes. */
  readonly colours: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Pictures in a row of the sheet. */
  readonly columns: number;
  /** Base64 of one class index a point. */
  readonly labels: string;
  /** Base64 of two 16-bit coordinates a point, little-endian. */
  readonly places: string;
}

/**
 * Writes data into a page.
 *
 * @param data anything that JSON can hold; invisible characters of its texts become visible
 */
export function jsonScript(data: unknown): Markup {
  // The script of the page shows these texts as they are. Names of fields are escaped with the whole.
  const json = JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? visibleText(value) : value));
  // Inside a script nothing is escaped; a class name that contains </script> must not end it.
  return raw(`<script type="application/json">${visibleText(json).replaceAll('<', '\\u003c')}</script>`);
}
