// Classifies an uploaded picture file.

import type { ImageShape } from '../../types.ts';
import { decodePicture } from '../pictures/decode.ts';
import { normalizePicture } from '../pictures/normalize.ts';
import { judge, type Verdict } from '../predict/classify-picture.ts';
import type { LoadedModels } from '../predict/loaded-models.ts';
import type { NoveltyScore } from '../predict/out-of-distribution.ts';

/**
 * Creates a function that classifies picture files.
 *
 * @param loaded the models
 * @param noveltyScore of the data that they were fitted on; null without that data
 * @param shape of their images
 * @returns a function from the bytes of a file to the answers; it throws UserError if the file is not a picture
 */
export function classifier(
  loaded: LoadedModels,
  noveltyScore: NoveltyScore | null,
  shape: ImageShape,
): (bytes: Uint8Array) => Promise<Verdict> {
  return async (bytes) => {
    const picture = normalizePicture(await decodePicture(bytes, 'what was sent'), shape);
    return (await judge([picture], loaded, noveltyScore))[0]!;
  };
}
