// Exact brute-force search for one query, in plain JavaScript. It is used for L1, which is no matrix product, and for the
// few queries whose neighbours single precision cannot separate.
import { type BlockSums, isAtLeast } from './block-sums.ts';
import { type DistanceMetric, orderingDistance, sumOfDifferences } from './distance.ts';

/** Byte images to search. */
export interface ScanInput {
  readonly metric: DistanceMetric;
  readonly references: Uint8Array;
  readonly queries: Uint8Array;
  /** Bytes per image. */
  readonly size: number;
  /** For L1: sums over runs of decreasing length, which exclude references before their bytes are read. */
  readonly levels?: readonly BlockSums[];
}

/**
 * Finds the nearest references of one query, nearest first, ties by the lower index.
 *
 * @param input queries and references; there must be at least as many references as `indices` has elements
 * @param query position in `input.queries`
 * @param indices filled with positions in the references, one per element
 * @param values filled with their ordering distances
 */
export function scanNeighbours(input: ScanInput, query: number, indices: Int32Array, values: Float64Array): void {
  const { metric, references, queries, size, levels = [] } = input;
  const count = references.length / size;
  const last = indices.length - 1;
  values.fill(Infinity);
  search: for (let j = 0; j < count; j++) {
    for (const level of levels) if (isAtLeast(level, query, j, values[last]!)) continue search;
    const value =
      metric === 'l1'
        ? sumOfDifferences(queries, query * size, references, j * size, size, values[last]!)
        : orderingDistance(metric, queries, query * size, references, j * size, size);
    insertNeighbour(j, value, indices, values, 0, last + 1);
  }
}

/**
 * Inserts a neighbour into a sorted list if it is nearer than the last one. It is inserted behind equal ones, so that
 * candidates in ascending order of index give ties to the lower index.
 *
 * @param index the neighbour
 * @param value its ordering distance
 * @param indices lists of neighbours
 * @param values their ordering distances; Infinity marks an empty place
 * @param start start of the list in both arrays
 * @param length length of the list
 */
export function insertNeighbour(
  index: number,
  value: number,
  indices: Int32Array,
  values: Float64Array,
  start: number,
  length: number,
): void {
  let at = start + length - 1;
  if (!(value < values[at]!)) return;
  for (; at > start && value < values[at - 1]!; at--) {
    values[at] = values[at - 1]!;
    indices[at] = indices[at - 1]!;
  }
  values[at] = value;
  indices[at] = index;
}
