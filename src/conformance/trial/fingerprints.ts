// Fingerprints of image stacks, to find out whether a model wrote to them.
import { createHash } from 'node:crypto';
import type { LabelledImages } from '../../types.ts';

const ARRAYS = ['bytes', 'pixels', 'labels'] as const;

/**
 * Hashes every array of some image stacks.
 *
 * @param stacks by the name that messages give them
 * @returns a hash for each array, by a name such as `'bytes of the training images'`
 */
export function fingerprints(stacks: Readonly<Record<string, LabelledImages>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(stacks).flatMap(([name, images]) =>
      ARRAYS.map((array) => [`${array} of the ${name} images`, hashOf(images[array])] as const),
    ),
  );
}

/**
 * Lists the arrays whose hashes differ.
 *
 * @param before hashes of `fingerprints`
 * @param after hashes of the same stacks
 */
export function changedArrays(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before.keys()].filter((name) => before.get(name) !== after.get(name));
}

function hashOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
