// What models say of pictures, as plain data: what `npm run predict` prints and the local page shows.
import type { NormalizationFacts, NormalizedPicture } from '../pictures/normalize.ts';
import type { Answer, LoadedModels } from './loaded-models.ts';
import type { NoveltyScore } from './out-of-distribution.ts';

/** Everything that is known of one picture. */
export interface Verdict extends NormalizationFacts {
  /** What the models saw: height x width greys, 0-255, row-major. */
  readonly seen: readonly number[];
  /** In the order of the loaded's models. */
  readonly answers: readonly Answer[];
  /** The nearest training image; null where those were not at hand. */
  readonly nearest: {
    /** Position in the training images. */
    readonly train: number;
    /** Its class index. */
    readonly label: number;
    /** The root of the mean squared difference of the pixels, in grey values of 256. */
    readonly distance: number;
    /** Of 100 test images 99 are at most so far from the training images. */
    readonly usual: number;
    /** Whether the picture is farther than usual: then the answers mean little. */
    readonly isUnlike: boolean;
  } | null;
}

/**
 * Asks a loaded about pictures.
 *
 * @param pictures at least one, all of the shape that the loaded's models were fitted on
 * @param loaded of models
 * @param noveltyScore of the data that they were fitted on; null where that is not at hand
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
