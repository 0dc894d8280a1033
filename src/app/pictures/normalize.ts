// Turns any picture into an image like those of Fashion-MNIST, with the steps of its authors: trim, resize the longest
// side, sharpen, centre, negate, grey.

import { UserError } from '../../base/errors.ts';
import { createImages, sharedBytes } from '../../data/images.ts';
import type { ImageShape, Images } from '../../types.ts';
import { findBackground } from './background.ts';
import type { Picture } from './picture.ts';
import { type Rectangle, resample, sharpen } from './resample.ts';

/** What was done to a picture. */
export interface NormalizationFacts {
  /** Whether the picture was inverted, because its background was lighter than the object. */
  readonly inverted: boolean;
  /** The object's rectangle, in pixels of the picture; the whole picture if it was unchanged or is blank. */
  readonly crop: Rectangle;
  /** Whether the picture shows only background: then every byte is 0. */
  readonly isBlank: boolean;
  /** Whether the picture already was such an image, so that every byte was kept. */
  readonly isUnchanged: boolean;
}

/** A picture in the form that a classifier expects. */
export interface NormalizedPicture {
  /** One image. */
  readonly images: Images;
  readonly facts: NormalizationFacts;
}

/** Differences of grey up to this are invisible. */
const MIN_CONTRAST = 8;

/** A pixel is outside the object's outline if its difference is below this share of the largest difference. */
const OUTLINE_SHARE = 0.04;

/** Noise reaches this multiple of the median absolute deviation: about 4 standard deviations of a normal distribution. */
const NOISE_DEVIATIONS = 6;

/** Noise is at most this share of the largest difference. */
const MAX_NOISE_SHARE = 0.25;

/** Specks of dust: this share of the pixels is ignored when the largest difference is searched. */
const SPECK_SHARE = 0.0001;

/** A row or column belongs to the object if at least this share of it does. */
const LINE_SHARE = 0.01;

/** Cells along the longest side in which the object is searched: noise of a few pixels does not fill a cell. */
const CELLS = 112;

/** In an image on black a quarter of the border is at most this light; true of all 60,000 training images. */
const MAX_BLACK = 16;

/**
 * Turns a picture into one image: the object light on black, its lightest value 255, its longest side as long as the
 * image, aspect ratio kept, centred. A picture of exactly the image's size on black, such as a saved image of the data
 * set, keeps every byte.
 *
 * The steps of the paper run in another order, because the background must be found first, with one more step: the
 * lightest value becomes 255, because it is 255 in 92 % of the training images and at least 200 in all. The background
 * becomes 0.
 *
 * @param picture as `readPicture` gives it
 * @param shape of the classifier's images
 * @throws UserError when the shape has several channels
 * @see Xiao, H., Rasul, K., Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for benchmarking machine learning
 *   algorithms, section 2.
 */
export function normalizePicture(picture: Picture, shape: ImageShape): NormalizedPicture {
  const bytes = sharedBytes(shape.height * shape.width);
  const facts = normalizeInto(bytes, picture, shape);
  // The label has no meaning and is not returned.
  return { images: createImages(bytes, sharedBytes(1), shape), facts };
}

/**
 * Writes the image into given memory: a page opened from disk has no shared memory.
 *
 * @param bytes height x width zeros; becomes the image
 * @param picture as for `normalizePicture`
 * @param shape as for `normalizePicture`
 * @throws UserError when the shape has several channels
 */
export function normalizeInto(bytes: Uint8Array, picture: Picture, shape: ImageShape): NormalizationFacts {
  if (shape.channels !== 1) {
    throw new UserError(
      `cannot convert the picture: the model expects ${shape.channels} channels, only 1 (grey) is supported`,
    );
  }
  const { width, height } = picture;
  const whole = { left: 0, top: 0, width, height };
  if (isImageAlready(picture, shape)) {
    bytes.set(picture.grey);
    return { inverted: false, crop: whole, isBlank: false, isUnchanged: true };
  }
  const { foreground, inverted, outline } = findForeground(picture);
  const crop = findObject(foreground, whole, outline);
  if (crop === null) return { inverted, crop: whole, isBlank: true, isUnchanged: false };
  place(scaleToFit(foreground, width, crop, shape), bytes, shape);
  return { inverted, crop, isBlank: false, isUnchanged: false };
}

function isImageAlready({ width, height, grey, alpha }: Picture, shape: ImageShape): boolean {
  if (width !== shape.width || height !== shape.height || alpha) return false;
  const border = grey
    .filter((_, at) => at < width || at >= grey.length - width || at % width === 0 || at % width === width - 1)
    .sort();
  return border[border.length >> 2]! <= MAX_BLACK && grey.some((value) => value > MAX_BLACK + MIN_CONTRAST);
}

/** The difference of a picture from its background. */
interface Foreground {
  /** height x width, row-major; 0 is background. */
  readonly foreground: Uint8Array;
  readonly inverted: boolean;
  /** Values above this belong to the object. */
  readonly outline: number;
}

function findForeground(picture: Picture): Foreground {
  const { level, deviation } = findBackground(picture);
  const grey = layOn(level, picture);
  const { darkest, lightest } = extremes(grey);
  const [below, above] = [Math.max(0, level - darkest), Math.max(0, lightest - level)];
  const inverted = below === above ? level >= 128 : below > above;
  const contrast = Math.max(below, above);
  const noise = Math.min(NOISE_DEVIATIONS * deviation, MAX_NOISE_SHARE * contrast);
  const foreground = grey.map((value) => {
    const difference = inverted ? level - value : value - level;
    return difference > noise ? difference : 0;
  });
  return { foreground, inverted, outline: Math.max(MIN_CONTRAST, OUTLINE_SHARE * contrast) };
}

/** Composites a picture over a plain background. */
function layOn(level: number, { grey, alpha }: Picture): Uint8Array {
  if (!alpha) return grey;
  return grey.map((value, i) => Math.round(level + ((value - level) * alpha[i]!) / 255));
}

/** Finds the minimum and the maximum, without specks. */
function extremes(grey: Uint8Array): { darkest: number; lightest: number } {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value]!++;
  const specks = SPECK_SHARE * grey.length;
  const beyond = (from: number, step: 1 | -1): number => {
    let value = from;
    for (let sum = counts[value]!; sum <= specks; sum += counts[value]!) value += step;
    return value;
  };
  return { darkest: beyond(0, 1), lightest: beyond(255, -1) };
}

/** Finds the rectangle around the object, first by cells, then by pixels; null without an object. */
function findObject(foreground: Uint8Array, { width, height }: Rectangle, outline: number): Rectangle | null {
  const cell = Math.ceil(Math.max(width, height) / CELLS);
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const means = cellMeans(foreground, width, cell);
  const rough = boundsOf(means, columns, { left: 0, top: 0, width: columns, height: rows }, outline);
  if (rough === null) return null;
  // One more cell on each side: an edge may cover too little of its cell to be seen.
  const left = Math.max(0, rough.left - 1) * cell;
  const top = Math.max(0, rough.top - 1) * cell;
  const right = Math.min(width, (rough.left + rough.width + 1) * cell);
  const bottom = Math.min(height, (rough.top + rough.height + 1) * cell);
  return boundsOf(foreground, width, { left, top, width: right - left, height: bottom - top }, outline);
}

/** Averages cells of cell x cell pixels; cells at the right and bottom edge may hold fewer. */
function cellMeans(values: Uint8Array, width: number, cell: number): Float64Array {
  const height = values.length / width;
  const columns = Math.ceil(width / cell);
  const sums = new Float64Array(columns * Math.ceil(height / cell));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x++) sums[row + Math.floor(x / cell)]! += values[y * width + x]!;
  }
  return sums.map((sum, at) => {
    const [x, y] = [(at % columns) * cell, Math.floor(at / columns) * cell];
    return sum / (Math.min(cell, width - x) * Math.min(cell, height - y));
  });
}

/** Finds the rectangle around the values above the outline in part of a picture; null without any. */
function boundsOf(
  values: ArrayLike<number>,
  stride: number,
  { left, top, width, height }: Rectangle,
  outline: number,
): Rectangle | null {
  const rows = new Uint32Array(height);
  const columns = new Uint32Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[(top + y) * stride + left + x]! <= outline) continue;
      rows[y]!++;
      columns[x]!++;
    }
  }
  const [firstRow, lastRow] = span(rows, LINE_SHARE * width);
  const [firstColumn, lastColumn] = span(columns, LINE_SHARE * height);
  if (firstRow < 0) return null;
  return {
    left: left + firstColumn,
    top: top + firstRow,
    width: lastColumn - firstColumn + 1,
    height: lastRow - firstRow + 1,
  };
}

/** Finds the first and the last line with enough object pixels, or with any if no line has enough; -1 without any. */
function span(counts: Uint32Array, enough: number): [first: number, last: number] {
  const least = counts.some((count) => count >= enough) ? Math.max(1, enough) : 1;
  const isEnough = (count: number): boolean => count >= least;
  return [counts.findIndex(isEnough), counts.findLastIndex(isEnough)];
}

/** The values of a part of an image, row-major. */
interface Part {
  readonly width: number;
  readonly values: Float32Array;
}

/** Scales an object to fit into an image, at least one pixel in each direction, with a maximum of 255. */
function scaleToFit(foreground: Uint8Array, stride: number, crop: Rectangle, shape: ImageShape): Part {
  const scale = Math.min(shape.width / crop.width, shape.height / crop.height);
  const width = Math.max(1, Math.round(scale * crop.width));
  const height = Math.max(1, Math.round(scale * crop.height));
  const values = resample(foreground, stride, crop, { width, height });
  const most = values.reduce((a, b) => Math.max(a, b));
  const light = values.map((value) => (255 * value) / most);
  // Only shrinking blurs.
  return { width, values: scale < 1 ? sharpen(light, width) : light };
}

/**
 * Copies a part into the middle of an image. An odd margin is one pixel wider at the left and at the top, as in 98 % of
 * the training images with an odd margin.
 */
function place({ width, values }: Part, bytes: Uint8Array, shape: ImageShape): void {
  const left = Math.ceil((shape.width - width) / 2);
  const top = Math.ceil((shape.height - values.length / width) / 2);
  for (const [i, value] of values.entries()) {
    const at = (top + Math.floor(i / width)) * shape.width + left + (i % width);
    bytes[at] = Math.round(Math.min(255, Math.max(0, value)));
  }
}
