// Finds the background of a picture from its frame, the pixels along its edges.
import type { Picture } from './picture.ts';

/** The background of a picture. */
export interface Background {
  /** Its grey, 0-255. */
  readonly level: number;
  /** Median absolute deviation of its pixels from that grey, 0-255. */
  readonly deviation: number;
}

/** Width of the frame, as a share of the picture's shorter side; at least one pixel. */
const FRAME_SHARE = 0.02;

/** Greys within this distance of the background's grey count as the same. */
const WINDOW = 8;

/** A grey farther than this from the background's grey is not noise. Wider than the window, which would cut noise off. */
const MAX_DEVIATION = 4 * WINDOW;

/** Transparency is the background if at least this share of the frame is transparent. */
const TRANSPARENT_SHARE = 0.05;

/** A cut-out object is laid on white if its mean grey is at most this; a lighter one would be invisible on white. */
const MAX_ON_WHITE = 224;

/** Alpha below which a pixel is transparent. */
const HALF = 128;

/**
 * Finds the background: the most frequent grey of the frame, because a background is plainer than an object that reaches
 * the frame. If enough of the frame is transparent, the background is white, as in Fashion-MNIST's source pictures, or
 * black if the object is nearly white.
 *
 * @param picture any picture
 */
export function findBackground(picture: Picture): Background {
  const { counts, transparent, total } = countFrame(picture);
  if (transparent > 0 && transparent >= TRANSPARENT_SHARE * total) {
    return { level: meanGrey(picture) <= MAX_ON_WHITE ? 255 : 0, deviation: 0 };
  }
  const centre = densest(counts);
  const near = counts.map((count, grey) => (Math.abs(grey - centre) <= WINDOW ? count : 0));
  const level = median(near);
  const deviations = new Uint32Array(MAX_DEVIATION + 1);
  for (const [grey, count] of counts.entries()) {
    const deviation = Math.abs(grey - level);
    if (deviation <= MAX_DEVIATION) deviations[deviation]! += count;
  }
  return { level, deviation: median(deviations) };
}

/** Counts the greys of the frame's opaque pixels, and its transparent pixels. */
function countFrame({ width, height, grey, alpha }: Picture): {
  counts: Uint32Array;
  transparent: number;
  total: number;
} {
  const frame = Math.max(1, Math.round(FRAME_SHARE * Math.min(width, height)));
  const counts = new Uint32Array(256);
  let transparent = 0;
  let total = 0;
  for (let y = 0; y < height; y++) {
    const isEdge = y < frame || y >= height - frame;
    for (let x = 0; x < width; x++) {
      // Skips the inside of a row.
      if (!isEdge && x === frame) x = Math.max(frame, width - frame);
      const at = y * width + x;
      total++;
      if (alpha && alpha[at]! < HALF) transparent++;
      else counts[grey[at]!]!++;
    }
  }
  return { counts, transparent, total };
}

/** Finds the middle of the window with the highest count. */
function densest(counts: Uint32Array): number {
  let best = 0;
  let most = -1;
  for (let centre = 0; centre < counts.length; centre++) {
    let sum = 0;
    for (let grey = Math.max(0, centre - WINDOW); grey <= Math.min(255, centre + WINDOW); grey++) sum += counts[grey]!;
    if (sum > most) [best, most] = [centre, sum];
  }
  return best;
}

/** Returns the median of counted values. */
function median(counts: Uint32Array): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let sum = 0;
  for (const [value, count] of counts.entries()) {
    sum += count;
    if (sum >= half) return value;
  }
  return 0;
}

/** Averages the greys, weighted by alpha; 0 when every pixel is transparent. */
function meanGrey({ grey, alpha }: Picture): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < grey.length; i++) {
    const opacity = alpha ? alpha[i]! : 255;
    sum += opacity * grey[i]!;
    weight += opacity;
  }
  return weight === 0 ? 0 : sum / weight;
}
