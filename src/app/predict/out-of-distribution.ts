// Is a picture anything like what the models were trained on? If not, their answers mean little.
import type { Dataset } from '../../data/dataset.ts';
import { nearestNeighbours } from '../../solvers/nearest-neighbours.ts';
import { quantile } from '../../stats/summary.ts';

/** Test images that say what is usual. */
const SAMPLE = 500;
/** Share of test images that are no farther from the training images than is usual. */
const USUAL = 0.99;

/** How far pictures are from the training images. */
export interface NoveltyScore {
  /** Distances below this are usual, in grey values of 256: the root of the mean squared difference of the pixels. */
  readonly usual: number;
  /**
   * Finds the nearest training image of each.
   *
   * @param bytes n x the size of an image
   */
  nearest(bytes: Uint8Array): Promise<Nearest[]>;
}

/** The nearest training image of a picture. */
export interface Nearest {
  /** Position in the training images. */
  readonly train: number;
  /** Its class index. */
  readonly label: number;
  /** In grey values, as `usual`. */
  readonly distance: number;
}

/**
 * Prepares to judge pictures: finds how far test images are from the training images. Needs TensorFlow.
 *
 * @param dataset what the models were trained and tested on
 */
export async function createNoveltyScore({ train, test }: Dataset): Promise<NoveltyScore> {
  const references = { count: train.labels.length, bytes: train.bytes };
  const size = train.bytes.length / references.count;
  const nearest = async (bytes: Uint8Array): Promise<Nearest[]> => {
    const { indices, distances } = await nearestNeighbours(references, { count: bytes.length / size, bytes }, { k: 1 });
    return Array.from(indices, (position, i) => ({
      train: position,
      label: train.labels[position]!,
      distance: distances[i]! / Math.sqrt(size),
    }));
  };
  const count = Math.min(SAMPLE, test.labels.length);
  const sample = await nearest(test.bytes.subarray(0, count * size));
  return {
    usual: quantile(
      sample.map(({ distance }) => distance),
      USUAL,
    ),
    nearest,
  };
}
