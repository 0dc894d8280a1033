// Classifies pictures with loaded models, for `npm run predict` and the local page.
import type { NormalizationFacts, NormalizedPicture } from '../pictures/normalize.ts';
import type { Answer, LoadedModels } from './loaded-models.ts';
import type { NoveltyScore } from './out-of-distribution.ts';

/** The answers of all models for one picture. */
export interface Verdict extends NormalizationFacts {
  /** The image that the models got: height x width greys, 0-255, row-major. */
  readonly seen: readonly number[];
  /** In the order of the loaded models. */
  readonly answers: readonly Answer[];
  /** The nearest training image; null without the training images. */
  readonly nearest: {
    /** Index in the training images. */
    readonly train: number;
    /** Class index. */
    readonly label: number;
    /** Root mean squared difference of the pixels, 0-255. */
    readonly distance: number;
    /** 99 % of the test images are at most this far from the training images. */
    readonly usual: number;
    /** Whether the picture is farther than that: the answers are unreliable then. */
    readonly isUnlike: boolean;
  } | null;
}

/**
 * Classifies pictures.
 *
 * @param pictures at least one, all of the shape that the models were fitted on
 * @param loaded the models
 * @param noveltyScore of the data that they were fitted on; null without that data
 */
export async function judge(
  pictures: readonly NormalizedPicture[],
  loaded: LoadedModels,
  noveltyScore: NoveltyScore | null,
): Promise<Verdict[]> {
  const { shape } = pictures[0]!.images;
  const size = pictures[0]!.images.bytes.length;
  const bytes = new Uint8Array(pictures.length * size);
  for (const [i, { images }] of pictures.entries()) bytes.set(images.bytes, i * size);
  const pixels = Float32Array.from(bytes, (byte) => byte / 255);
  const answers = await loaded.ask({ count: pictures.length, shape, bytes, pixels });
  const nearest = await noveltyScore?.nearest(bytes);
  return pictures.map(({ facts }, i) => ({
    ...facts,
    seen: [...bytes.subarray(i * size, (i + 1) * size)],
    answers: answers[i]!,
    nearest:
      noveltyScore && nearest
        ? { ...nearest[i]!, usual: noveltyScore.usual, isUnlike: nearest[i]!.distance > noveltyScore.usual }
        : null,
  }));
}
