// Resizes and sharpens grey pictures as ImageMagick does, with a Lanczos filter.

/** Lobes of the filter. */
const LOBES = 3;

/** A rectangle of pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The source values of one target value: the first index and the weights, which sum to 1. */
interface Taps {
  readonly from: number;
  readonly weights: Float64Array;
}

/**
 * Scales part of a picture with a Lanczos filter of three lobes, which widens when it shrinks so that every pixel counts.
 *
 * @param grey row-major
 * @param stride pixels of a row of the picture
 * @param part inside the picture, not empty
 * @param size in pixels, at least 1 in each direction
 * @returns height x width, row-major; may lie a little outside the values of the part
 * @see Duchon, C. E. (1979). Lanczos filtering in one and two dimensions.
 */
export function resample(
  grey: ArrayLike<number>,
  stride: number,
  { left, top, width, height }: Rectangle,
  size: { readonly width: number; readonly height: number },
): Float32Array {
  const columns = filterTaps(width, size.width);
  const rows = filterTaps(height, size.height);
  const narrowed = new Float32Array(height * size.width);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * stride + left;
    for (const [x, { from, weights }] of columns.entries()) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * grey[start + from + k]!;
      narrowed[y * size.width + x] = sum;
    }
  }
  const scaled = new Float32Array(size.height * size.width);
  for (const [y, { from, weights }] of rows.entries()) {
    for (let x = 0; x < size.width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrowed[(from + k) * size.width + x]!;
      scaled[y * size.width + x] = sum;
    }
  }
  return scaled;
}

/**
 * Sharpens a picture with a Gaussian operator of radius and standard deviation 1, as `convert -sharpen 1x1` does: the
 * negated Gaussian with twice its sum added at the centre, divided by the total. Edges are repeated outwards.
 *
 * @param grey height x width, row-major
 * @param width pixels of a row
 * @returns height x width; values may exceed the input range
 */
export function sharpen(grey: Float32Array, width: number): Float32Array {
  const height = grey.length / width;
  const [straight, diagonal] = [Math.exp(-1 / 2), Math.exp(-1)];
  const around = 4 * (straight + diagonal);
  return grey.map((value, at) => {
    const x = at % width;
    const [left, right] = [x === 0 ? 0 : -1, x === width - 1 ? 0 : 1];
    const y = Math.floor(at / width);
    const [above, below] = [y === 0 ? at : at - width, y === height - 1 ? at : at + width];
    const sides = grey[above]! + grey[below]! + grey[at + left]! + grey[at + right]!;
    const corners = grey[above + left]! + grey[above + right]! + grey[below + left]! + grey[below + right]!;
    return value + (around * value - straight * sides - diagonal * corners) / (2 + around);
  });
}

function filterTaps(from: number, to: number): Taps[] {
  const ratio = from / to;
  const widening = Math.max(1, ratio);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(centre - LOBES * widening));
    const last = Math.min(from - 1, Math.floor(centre + LOBES * widening));
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) => lanczos((first + k - centre) / widening));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from: first, weights: weights.map((weight) => weight / sum) };
  });
}

/** sinc(x) sinc(x / 3) within three lobes. */
function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / angle ** 2;
}
