// Lays out images on a map, so that similar images are close together.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UMAP } from 'umap-js';
import { createRandom } from '../base/random.ts';
import { nearestNeighbours } from '../solvers/nearest-neighbours.ts';
import type { Part } from './foreground.ts';

/** The place of each image. */
export interface ImageMap {
  /** Positions in the given images. */
  readonly images: Int32Array;
  /** images x 2 coordinates, row-major. */
  readonly points: Float32Array;
}

/** How to make a map. */
export interface MapOptions {
  /** Number of images, taken at even steps; all where there are fewer. */
  readonly count: number;
  /** Number of nearest neighbours of each image that UMAP keeps close. */
  readonly neighbours?: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Lays out images by their exact nearest neighbours. Needs TensorFlow.
 *
 * @returns null when there are too few images for a map
 * @throws `signal.reason` when aborted
 * @see McInnes, L., Healy, J. and Melville, J. (2018). UMAP: uniform manifold approximation and projection for dimension
 *   reduction. arXiv:1802.03426
 */
export async function mapImages(
  { bytes, labels }: Part,
  { count, neighbours = 15, seed, signal, progress }: MapOptions,
): Promise<ImageMap | null> {
  const total = Math.min(count, labels.length);
  if (total <= neighbours) return null;
  const size = bytes.length / labels.length;
  const images = Int32Array.from({ length: total }, (_, i) => Math.floor((i * labels.length) / total));
  const chosen = new Uint8Array(total * size);
  for (const [i, image] of images.entries()) chosen.set(bytes.subarray(image * size, (image + 1) * size), i * size);
  const stack = { count: total, bytes: chosen };
  const { indices, distances } = await nearestNeighbours(stack, stack, { k: neighbours, ...(signal && { signal }) });
  const rows = (values: ArrayLike<number>): number[][] =>
    Array.from({ length: total }, (_, i) => Array.from({ length: neighbours }, (_, k) => values[i * neighbours + k]!));

  const umap = new UMAP({ nNeighbors: neighbours, random: createRandom(seed) });
  umap.setPrecomputedKNN(rows(indices), rows(distances));
  // The neighbours are given, so UMAP reads only the number of images.
  const epochs = umap.initializeFit(Array.from({ length: total }, () => []));
  for (let epoch = 0; epoch < epochs; epoch++) {
    await nextTurn();
    signal?.throwIfAborted();
    umap.step();
    progress?.(epoch + 1, epochs);
  }
  return { images, points: Float32Array.from(umap.getEmbedding().flat()) };
}

/** Coordinates as whole numbers from 0 to 65,535 along each axis. */
export function toPlaces(points: Float32Array): Uint16Array {
  const scales = [0, 1].map((axis) => {
    const values = points.filter((_, i) => i % 2 === axis);
    const [least, most] = values.reduce(
      ([low, high], value) => [Math.min(low!, value), Math.max(high!, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    return (value: number): number => (most === least ? 0.5 : (value - least!) / (most! - least!));
  });
  return Uint16Array.from(points, (value, i) => Math.round(65_535 * scales[i % 2]!(value)));
}
