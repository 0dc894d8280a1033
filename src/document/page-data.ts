// What the report's page hands its script as JSON, and how it gets there.
import { type Markup, raw } from './markup.ts';

/** For choosing two models and the difference of their confusion matrices. */
export interface ConfusionData {
  readonly classNames: readonly string[];
  readonly models: readonly { readonly name: string; readonly confusion: readonly (readonly number[])[] }[];
}

/** For the gallery: what models say of each picture, the pictures in the order of the sheet. */
export interface GalleryData {
  readonly classNames: readonly string[];
  readonly models: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  /** Positions in the test images. */
  readonly images: readonly number[];
  /** Base64 of one class index a picture. */
  readonly truth: string;
  /** Of each model base64 of one class index a picture. */
  readonly labels: readonly string[];
  /** Of each model base64 of one byte a picture, 0-255; null without probabilities. */
  readonly confidence: readonly (string | null)[];
}

/** For the map of an exploration. */
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
 * @param data anything that JSON can hold
 */
export function jsonScript(data: unknown): Markup {
  // Inside a script nothing is escaped; a class named </script> must not end it.
  return raw(`<script type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`);
}
