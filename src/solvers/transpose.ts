// Transposes images into columns (one feature of all images after the other), the layout that trees read.
import { sharedBytes } from '../data/images.ts';

/**
 * Transposes bytes into shared memory, in tiles that fit the cache. A plain double loop would miss the cache on every
 * write.
 *
 * @param bytes rows x columns, row-major
 * @param rows number of rows, 0 or more
 * @returns columns x rows, row-major
 */
export function transpose(bytes: Uint8Array, rows: number): Uint8Array {
  const width = rows === 0 ? 0 : bytes.length / rows;
  const columns = sharedBytes(bytes.length);
  const tile = 64;
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = Math.min(rows, i0 + tile);
    for (let f = 0; f < width; f++) {
      for (let i = i0; i < i1; i++) columns[f * rows + i] = bytes[i * width + f]!;
    }
  }
  return columns;
}
