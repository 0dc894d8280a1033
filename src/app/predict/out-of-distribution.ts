// Scores how far a picture is from the training images: models are unreliable on pictures far from them.
import type { Dataset } from '../../data/dataset.ts';
import { nearestNeighbours } from '../../solvers/nearest-neighbours.ts';
import { quantile } from '../../stats/summary.ts';

/** Number of test images that define the usual distance. */
const SAMPLE = 500;
/** Share of test images within the usual distance. */
const USUAL = 0.99;

/** Measures the distance of pictures from the training images. */
export interface NoveltyScore {
  /** The usual distance, a root mean squared difference of pixels, 0-255. */
  readonly usual: number;
  /**
   * Finds the nearest training image of each picture.
   *
   * @param bytes n images, row-major
   */
  nearest(bytes: Uint8Array): Promise<Nearest[]>;
}

/** The nearest training image of a picture. */
export interface Nearest {
  /** Index in the training images. */
  readonly train: number;
  /** Class index. */
  readonly label: number;
  /** Root mean squared difference of pixels, 0-255. */
  readonly distance: number;
}

/**
 * Creates the score: measures the distance of test images from the training images. Needs TensorFlow.
 *
 * @param dataset the data set that the models were fitted on
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
