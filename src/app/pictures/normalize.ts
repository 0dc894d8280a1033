// Any picture as one image of the kind that Fashion-MNIST holds, by the steps that made it: trim, resize so that the
// longest side fits, sharpen, centre, negate, grey.

import { UserError } from '../../base/errors.ts';
import { createImages, sharedBytes } from '../../data/images.ts';
import type { ImageShape, Images } from '../../types.ts';
import { findBackground } from './background.ts';
import type { Picture } from './picture.ts';
import { type Rectangle, resample, sharpen } from './resample.ts';

/** What was done to a picture. */
export interface NormalizationFacts {
  /** Whether dark and light were exchanged, because the background was lighter than what lies on it. */
  readonly inverted: boolean;
  /** The object, in pixels of the picture; all of the picture when it was left as it is or is blank. */
  readonly crop: Rectangle;
  /** Whether nothing stands out from the background: then every byte is 0. */
  readonly isBlank: boolean;
  /** Whether the picture was such an image already and kept every byte. */
  readonly isUnchanged: boolean;
}

/** A picture as a classifier expects it. */
export interface NormalizedPicture {
  /** One image. */
  readonly images: Images;
  readonly facts: NormalizationFacts;
}

/** Differences of greys up to this are not seen. */
const MIN_CONTRAST = 8;

/** What differs from the background by less than this share of the largest difference is not the object's outline. */
const OUTLINE_SHARE = 0.04;

/** Median absolute deviations that are noise: about 4 standard deviations of a normal distribution. */
const NOISE_DEVIATIONS = 6;

/** The most of the largest difference that is taken for noise. */
const MAX_NOISE_SHARE = 0.25;

/** So few of all pixels are specks of dust: they are no object, and the largest difference passes over them. */
const SPECK_SHARE = 0.0001;

/** How much of a row or column has to be the object's so that it is part of it, as a share of its length. */
const LINE_SHARE = 0.01;

/** Cells along the longest side in which the object is looked for: what is seen in one is no noise of a few pixels. */
const CELLS = 112;

/** A quarter of the border is at most so light in an image on black; true of all 60,000 training images. */
const MAX_BLACK = 16;

/**
 * Makes one image of a picture: the object light on black 0, its lightest value 255, its longest side as long as the
 * image, its proportions kept, in the middle. A picture of exactly the image's size on black, such as an image of the
 * data set that was saved, keeps every byte.
 *
 * The paper's steps in another order, since the background has to be found first, and one more: the lightest value
 * becomes 255, because it is 255 in 92 % of the training images and at least 200 in all. What is as light as the
 * background becomes 0.
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
  // The label is of no meaning: what is returned has none.
  return { images: createImages(bytes, sharedBytes(1), shape), facts };
}

/**
 * Makes the image in memory that is given: a page opened from disk has none to share.
 *
 * @param bytes height x width zeros; becomes the image
 * @param picture as for `normalizePicture`
 * @param shape as for `normalizePicture`
 * @throws UserError when the shape has several channels
 */
export function normalizeInto(bytes: Uint8Array, picture: Picture, shape: ImageShape): NormalizationFacts {
  if (shape.channels !== 1) {
    throw new UserError(
      `cannot make an image of a picture: the model expects ${shape.channels} channels, only 1 (grey) is supported`,
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

/** The object's difference from its background. */
interface Foreground {
  /** height x width, row-major, 0 where the background is. */
  readonly foreground: Uint8Array;
  readonly inverted: boolean;
  /** What is above it is the object. */
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

/** Lays a picture on a plain background, which shows through where the picture is transparent. */
function layOn(level: number, { grey, alpha }: Picture): Uint8Array {
  if (!alpha) return grey;
  return grey.map((value, i) => Math.round(level + ((value - level) * alpha[i]!) / 255));
}

/** Finds the least and the greatest value, specks left out. */
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

/** Finds the rectangle around the object, first by cells, then by the pixels in it; null when there is none. */
function findObject(foreground: Uint8Array, { width, height }: Rectangle, outline: number): Rectangle | null {
  const cell = Math.ceil(Math.max(width, height) / CELLS);
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const means = cellMeans(foreground, width, cell);
  const rough = boundsOf(means, columns, { left: 0, top: 0, width: columns, height: rows }, outline);
  if (rough === null) return null;
  // One cell more on each side, for an edge that is too small a part of its cell to be seen.
  const left = Math.max(0, rough.left - 1) * cell;
  const top = Math.max(0, rough.top - 1) * cell;
  const right = Math.min(width, (rough.left + rough.width + 1) * cell);
  const bottom = Math.min(height, (rough.top + rough.height + 1) * cell);
  return boundsOf(foreground, width, { left, top, width: right - left, height: bottom - top }, outline);
}

/** Averages cells of cell x cell pixels, those at the right and bottom over the pixels that they have. */
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

/** Finds the rectangle around what is above the outline in part of a picture; null when nothing is. */
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

/** Finds the first and the last line that hold enough; any number is enough when no line holds more. -1 for none. */
function span(counts: Uint32Array, enough: number): [first: number, last: number] {
  const least = counts.some((count) => count >= enough) ? Math.max(1, enough) : 1;
  const isEnough = (count: number): boolean => count >= least;
  return [counts.findIndex(isEnough), counts.findLastIndex(isEnough)];
}

/** Values of part of an image, row-major. */
interface Part {
  readonly width: number;
  readonly values: Float32Array;
}

/** Scales an object so that it just fits into an image, at least one pixel each way, and its greatest value is 255. */
function scaleToFit(foreground: Uint8Array, stride: number, crop: Rectangle, shape: ImageShape): Part {
  const scale = Math.min(shape.width / crop.width, shape.height / crop.height);
  const width = Math.max(1, Math.round(scale * crop.width));
  const height = Math.max(1, Math.round(scale * crop.height));
  const values = resample(foreground, stride, crop, { width, height });
  const most = values.reduce((a, b) => Math.max(a, b));
  const light = values.map((value) => (255 * value) / most);
  // Nothing was blurred where nothing was shrunk.
  return { width, values: scale < 1 ? sharpen(light, width) : light };
}

/**
 * Puts a part into the middle of an image. The odd pixel of what is left goes to the left and to the top, as in 98 % of
 * the training images that have one.
 */
function place({ width, values }: Part, bytes: Uint8Array, shape: ImageShape): void {
  const left = Math.ceil((shape.width - width) / 2);
  const top = Math.ceil((shape.height - values.length / width) / 2);
  for (const [i, value] of values.entries()) {
    const at = (top + Math.floor(i / width)) * shape.width + left + (i % width);
    bytes[at] = Math.round(Math.min(255, Math.max(0, value)));
  }
}
