// Exact nearest neighbours among byte images: TensorFlow's matrix product finds candidates, whole numbers settle them.
// What the adapter `knn` and the embedding map stand on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inSharedMemory } from '../data/images.ts';
import { type Tensorflow, tensorflow } from '../engine/runtime/tensorflow.ts';
import type { Images } from '../types.ts';
import { blockSums } from './block-sums.ts';
import type { ScanResult, ScanTask } from './knn-worker.ts';
import { dotProduct, METRICS, type Metric, orderingDistance, toDistance } from './metric.ts';
import { insertNeighbour, scanNeighbours } from './neighbour-scan.ts';
import { runInWorkers } from './worker-pool.ts';

/** Byte images; the pixels are not read. */
export type ByteImages = Pick<Images, 'count' | 'bytes'>;

/** What to search for. */
export interface NeighbourOptions {
  /** Neighbours of each query: 1 to the number of references. */
  readonly k: number;
  /** Default `'l2'`. */
  readonly metric?: Metric;
  /** Worker threads for L1, which does not run on TensorFlow; default 1. */
  readonly threads?: number;
  /** Answered between two blocks, of about a tenth of a second each. */
  readonly signal?: AbortSignal;
  /** Told of blocks of work: done and in all. */
  readonly progress?: (done: number, total: number) => void;
}

/** Neighbours of each query, nearest first, ties by the lower index. */
export interface Neighbours {
  /** queries x k positions in the references, row-major. */
  readonly indices: Int32Array;
  /** queries x k distances in units of one byte (cosine: 0 to 1), row-major. */
  readonly distances: Float32Array;
}

// Blocks whose product stays below 32 MiB: memory of that size is used again instead of being asked for anew. No powers
// of two: rows of 16 KiB fall on the same cache lines and make the product up to twice as slow.
const QUERY_BLOCK = 2500;
const REFERENCE_BLOCK = 2750;
// Candidates kept beyond k: enough that the last of them is nearly always clearly farther away than the k-th.
const SPARE_CANDIDATES = 8;
// A squared length is handed to the product as this many base-256 digits, so that every number in it has at most eight
// significant bits: a GPU that rounds its input to TensorFloat-32 still gets it exactly.
const NORM_DIGITS = 5;
const SCAN_QUERIES = 32;
// Runs of bytes whose sums rule out references by L1. Of Fashion-MNIST's, the first leave 9 % and the second 2 %: a
// seventh of the time that the bytes alone take.
const RUN_LENGTHS = [56, 8];

/**
 * Finds the nearest references of every query: the same as comparing all pairs in exact arithmetic. A query that is
 * itself among the references finds itself, at distance 0. For cosine, an image without ink is 1 away from every other.
 *
 * Candidates come from single-precision products, whose error is bounded (Higham 2002, section 3.1); they are ordered
 * by exact distances, and a query whose left-out references the bound cannot rule out is searched exactly.
 *
 * @param references where neighbours are looked for, at least k
 * @param queries images of the same size; none gives empty lists
 * @param options k, metric, abort, progress
 * @throws RangeError when k, the metric or the images do not fit; `signal.reason` when aborted
 */
export async function nearestNeighbours(
  references: ByteImages,
  queries: ByteImages,
  options: NeighbourOptions,
): Promise<Neighbours> {
  const { k, metric = 'l2' } = options;
  if (!Number.isInteger(k) || k < 1 || k > references.count) {
    throw new RangeError(`invalid k: ${k}; 1 to ${references.count}, the number of references`);
  }
  if (!METRICS.includes(metric)) throw new RangeError(`unknown metric: "${metric}"; known: ${METRICS.join(', ')}`);
  const size = references.bytes.length / references.count;
  if (queries.bytes.length !== queries.count * size) {
    throw new RangeError(`invalid queries: ${queries.bytes.length} bytes for ${queries.count} images of ${size}`);
  }
  const { indices, values } =
    metric === 'l1'
      ? await scanAll(references, queries, size, options)
      : await searchByProducts(references, queries, size, metric, options);
  return { indices, distances: Float32Array.from(values, (value) => toDistance(metric, value)) };
}

async function scanAll(
  references: ByteImages,
  queries: ByteImages,
  size: number,
  { k, threads = 1, signal, progress }: NeighbourOptions,
): Promise<ScanResult> {
  const shared = { references: inSharedMemory(references.bytes), queries: inSharedMemory(queries.bytes) };
  const levels = RUN_LENGTHS.map((length) => ({
    size: Math.ceil(size / length),
    references: blockSums(references.bytes, size, length),
    queries: blockSums(queries.bytes, size, length),
  }));
  const tasks: ScanTask[] = [];
  for (let from = 0; from < queries.count; from += SCAN_QUERIES) {
    tasks.push({ metric: 'l1', ...shared, levels, size, k, from, to: Math.min(queries.count, from + SCAN_QUERIES) });
  }
  let done = 0;
  const parts = await runInWorkers<ScanTask, ScanResult>(new URL('./knn-worker.ts', import.meta.url), tasks, {
    threads,
    ...(signal && { signal }),
    onResult: () => progress?.(++done, tasks.length),
  });
  const indices = new Int32Array(queries.count * k);
  const values = new Float64Array(queries.count * k);
  for (const [t, part] of parts.entries()) {
    indices.set(part.indices, tasks[t]!.from * k);
    values.set(part.values, tasks[t]!.from * k);
  }
  return { indices, values };
}

/** The best references so far by single-precision score: queries x width, best first. */
interface Candidates {
  readonly width: number;
  readonly indices: Int32Array;
  readonly scores: Float32Array;
}

async function searchByProducts(
  references: ByteImages,
  queries: ByteImages,
  size: number,
  metric: 'l2' | 'cosine',
  { k, signal, progress }: NeighbourOptions,
): Promise<ScanResult> {
  const tf = await tensorflow();
  const squares = squaredNorms(references, size);
  const width = Math.min(k + SPARE_CANDIDATES, references.count);
  const candidates: Candidates = {
    width,
    indices: new Int32Array(queries.count * width),
    scores: new Float32Array(queries.count * width).fill(-Infinity),
  };
  const blocks = Math.ceil(queries.count / QUERY_BLOCK) * Math.ceil(references.count / REFERENCE_BLOCK);
  let done = 0;
  const queryBlocks = blocksOf(queries.count, QUERY_BLOCK).map((block) => ({
    ...block,
    tensor: queryTensor(tf, queries, size, block, metric),
  }));
  try {
    for (const block of blocksOf(references.count, REFERENCE_BLOCK)) {
      const tensor = referenceTensor(tf, references, size, block, squares);
      const scale = metric === 'cosine' ? inverseNorms(tf, squares, block) : undefined;
      try {
        for (const { from, tensor: query } of queryBlocks) {
          signal?.throwIfAborted();
          const [scores, columns] = tf.tidy(() => {
            const product = tf.matMul(query, tensor, false, true);
            const best = tf.topk(scale ? tf.mul(product, scale) : product, Math.min(width, block.to - block.from));
            return [best.values, best.indices] as const;
          });
          const [values, positions] = await Promise.all([scores.data<'float32'>(), columns.data<'int32'>()]);
          mergeCandidates(candidates, from, block.from, scores.shape[1]!, values, positions);
          scores.dispose();
          columns.dispose();
          progress?.(++done, blocks);
          await nextTurn();
        }
      } finally {
        tensor.dispose();
        scale?.dispose();
      }
    }
  } finally {
    for (const { tensor } of queryBlocks) tensor.dispose();
  }
  return settle(references, queries, size, metric, k, candidates, Math.sqrt(maximum(squares)), signal);
}

// Rows that multiply to a·b - |b|²/2 for L2 and to a·b for cosine, which is then divided by |b|: scores that grow as the
// distance shrinks.
function queryTensor(tf: Tensorflow, images: ByteImages, size: number, block: Block, metric: Metric) {
  const halves = Float32Array.from({ length: NORM_DIGITS }, (_, digit) => (metric === 'l2' ? -(256 ** digit) / 2 : 0));
  return blockTensor(tf, images, size, block, (row) => row.set(halves, size));
}

function referenceTensor(tf: Tensorflow, images: ByteImages, size: number, block: Block, squares: Float64Array) {
  return blockTensor(tf, images, size, block, (row, image) => {
    for (let digit = 0; digit < NORM_DIGITS; digit++) {
      row[size + digit] = Math.floor(squares[image]! / 256 ** digit) % 256;
    }
  });
}

function inverseNorms(tf: Tensorflow, squares: Float64Array, { from, to }: Block) {
  const inverse = Float32Array.from(squares.subarray(from, to), (square) => (square > 0 ? 1 / Math.sqrt(square) : 0));
  return tf.tensor2d(inverse, [1, to - from]);
}

interface Block {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
}

function blocksOf(count: number, length: number): Block[] {
  return Array.from({ length: Math.ceil(count / length) }, (_, b) => ({
    from: b * length,
    to: Math.min(count, (b + 1) * length),
  }));
}

function blockTensor(
  tf: Tensorflow,
  { bytes }: ByteImages,
  size: number,
  { from, to }: Block,
  complete: (row: Float32Array, image: number) => void,
) {
  const rowLength = size + NORM_DIGITS;
  const values = new Float32Array((to - from) * rowLength);
  for (let image = from; image < to; image++) {
    const row = values.subarray((image - from) * rowLength, (image - from + 1) * rowLength);
    row.set(bytes.subarray(image * size, (image + 1) * size));
    complete(row, image);
  }
  return tf.tensor2d(values, [to - from, rowLength]);
}

// Reference blocks come in ascending order and each list best first with ties by index, so "better, not equal" keeps
// the lower index.
function mergeCandidates(
  { width, indices, scores }: Candidates,
  firstQuery: number,
  firstReference: number,
  found: number,
  newScores: Float32Array,
  newColumns: Int32Array,
): void {
  for (let row = 0; row * found < newScores.length; row++) {
    const start = (firstQuery + row) * width;
    const last = start + width - 1;
    for (let c = row * found; c < (row + 1) * found; c++) {
      const score = newScores[c]!;
      if (!(score > scores[last]!)) break;
      let at = last;
      for (; at > start && score > scores[at - 1]!; at--) {
        scores[at] = scores[at - 1]!;
        indices[at] = indices[at - 1]!;
      }
      scores[at] = score;
      indices[at] = firstReference + newColumns[c]!;
    }
  }
}

async function settle(
  references: ByteImages,
  queries: ByteImages,
  size: number,
  metric: 'l2' | 'cosine',
  k: number,
  { width, indices: candidates, scores }: Candidates,
  largestNorm: number,
  signal?: AbortSignal,
): Promise<ScanResult> {
  const indices = new Int32Array(queries.count * k);
  const values = new Float64Array(queries.count * k).fill(Infinity);
  const input = { metric, references: references.bytes, queries: queries.bytes, size };
  // Twice the unit roundoff for each term of the sum, as tensor cores cut off where processors round.
  const relativeError = (size + NORM_DIGITS + 8) * 2 ** -23;
  for (let query = 0; query < queries.count; query++) {
    const start = query * k;
    const own = candidates
      .subarray(query * width, (query + 1) * width)
      .slice()
      .sort();
    for (const index of own) {
      const value = orderingDistance(metric, queries.bytes, query * size, references.bytes, index * size, size);
      insertNeighbour(index, value, indices, values, start, k);
    }
    if (width === references.count) continue;
    const lowestScore = scores[(query + 1) * width - 1]!;
    const square = dotProduct(queries.bytes, query * size, queries.bytes, query * size, size);
    const norm = Math.sqrt(square);
    const farthest = values[start + k - 1]!;
    const isCertain =
      metric === 'l2'
        ? isCertainL2(farthest, square, lowestScore, norm * largestNorm + largestNorm ** 2 / 2, relativeError)
        : norm > 0 && 1 - (lowestScore / norm + relativeError) > farthest;
    if (!isCertain) {
      scanNeighbours(input, query, indices.subarray(start, start + k), values.subarray(start, start + k));
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return { indices, values };
}

// Whether every reference left out is farther than the k-th neighbour, given that its score is not above the lowest one
// kept. Sums of multiples of one half below 2^23 have no rounding error at all: then the candidates are the nearest.
function isCertainL2(
  farthest: number,
  square: number,
  lowestScore: number,
  largestSum: number,
  relativeError: number,
): boolean {
  if (largestSum < 2 ** 23) return true;
  return square - 2 * (lowestScore + relativeError * largestSum) > farthest;
}

function squaredNorms({ count, bytes }: ByteImages, size: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => dotProduct(bytes, i * size, bytes, i * size, size));
}

function maximum(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
