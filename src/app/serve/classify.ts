// From the bytes of a picture to what models say of it.

import type { ImageShape } from '../../types.ts';
import { decodePicture } from '../pictures/decode.ts';
import { normalizePicture } from '../pictures/normalize.ts';
import { judge, type Verdict } from '../predict/classify-picture.ts';
import type { LoadedModels } from '../predict/loaded-models.ts';
import type { NoveltyScore } from '../predict/out-of-distribution.ts';

/**
 * Makes what classifies pictures.
 *
 * @param loaded of models
 * @param noveltyScore of the data that they were fitted on; null where that is not at hand
 * @param shape of their images
 * @returns for a file's bytes what is known of it; throws UserError when they are no picture
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
