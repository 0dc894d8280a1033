// Brute force for one query: exact, in plain JavaScript. Serves L1, which no matrix product computes, and the few
// queries whose neighbours single precision cannot tell apart.
import { type BlockSums, isAtLeast } from './block-sums.ts';
import { type Metric, orderingDistance, sumOfDifferences } from './metric.ts';

/** Stacks of byte images to search in. */
export interface ScanInput {
  readonly metric: Metric;
  readonly references: Uint8Array;
  readonly queries: Uint8Array;
  /** Bytes of one image. */
  readonly size: number;
  /** For L1: sums of ever shorter runs, which rule references out before their bytes are looked at. */
  readonly levels?: readonly BlockSums[];
}

/**
 * Finds the nearest references of one query, nearest first, ties by the lower index.
 *
 * @param input both stacks; references.length / size is at least the length of the lists
 * @param query position in `input.queries`
 * @param indices filled with positions in the references: as many as its length
 * @param values filled with the ordering distances of these
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
 * Puts a neighbour into a list kept in ascending order, if it is nearer than the last; an equal one stays behind those
 * already there, so that candidates offered in ascending order of index give ties to the lower index.
 *
 * @param index the neighbour
 * @param value its ordering distance
 * @param indices lists of neighbours
 * @param values their ordering distances, Infinity where there is none yet
 * @param start where the list begins in both
 * @param length of the list
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
