// Lower bounds of L1 distances from sums over runs of bytes. They are cheap to compute, and the exact search by L1 skips
// most references because of them.
import { sharedArray } from './shared-array.ts';

/** Sums of bytes over runs of equal length, in shared memory. */
export interface BlockSums {
  /** Number of sums per image. */
  readonly size: number;
  /** images x size, row-major. */
  readonly references: Uint16Array;
  readonly queries: Uint16Array;
}

/** Number of sums between two comparisons with the limit; a comparison after each sum would cost more than it saves. */
const STRIDE = 16;

/**
 * Sums runs of bytes of every image.
 *
 * @param bytes images, row-major
 * @param size bytes per image
 * @param length bytes per run, at most 257, so that a sum fits into 16 bits; the last run may be shorter
 * @returns images x ceil(size / length), row-major, in shared memory
 */
export function blockSums(bytes: Uint8Array, size: number, length: number): Uint16Array {
  const blocks = Math.ceil(size / length);
  const count = size === 0 ? 0 : bytes.length / size;
  const sums = sharedArray(Uint16Array, count * blocks);
  for (let i = 0; i < count; i++) {
    for (let block = 0; block < blocks; block++) {
      const end = i * size + Math.min(size, (block + 1) * length);
      let sum = 0;
      for (let at = i * size + block * length; at < end; at++) sum += bytes[at]!;
      sums[i * blocks + block] = sum;
    }
  }
  return sums;
}

/**
 * Returns whether the L1 distance of two images is certainly at least a limit: |sum a - sum b| <= sum |a - b| for every
 * run. False means that the distance is unknown.
 *
 * @param query position among the queries
 * @param reference position among the references
 * @param limit the distance
 */
export function isAtLeast(
  { size, references, queries }: BlockSums,
  query: number,
  reference: number,
  limit: number,
): boolean {
  const [i, j] = [query * size, reference * size];
  let sum = 0;
  for (let from = 0; from < size && sum < limit; from += STRIDE) {
    const to = Math.min(size, from + STRIDE);
    for (let block = from; block < to; block++) {
      const difference = queries[i + block]! - references[j + block]!;
      sum += difference < 0 ? -difference : difference;
    }
  }
  return sum >= limit;
}
