// The worker thread of the nearest-neighbour search: scans all references for a range of queries.

import { answerTasks } from './answer-tasks.ts';
import { type ScanInput, scanNeighbours } from './neighbour-scan.ts';

/** A range of queries; queries and references are in shared memory. */
export interface ScanTask extends ScanInput {
  readonly from: number;
  /** One past the last query. */
  readonly to: number;
  readonly k: number;
}

/** Neighbours of the queries: (to - from) x k each, row-major. */
export interface ScanResult {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

answerTasks(({ from, to, k, ...input }: ScanTask): ScanResult => {
  const indices = new Int32Array((to - from) * k);
  const values = new Float64Array((to - from) * k);
  for (let query = from; query < to; query++) {
    const row = (query - from) * k;
    scanNeighbours(input, query, indices.subarray(row, row + k), values.subarray(row, row + k));
  }
  return { indices, values };
});
