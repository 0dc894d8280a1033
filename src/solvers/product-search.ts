// Nearest neighbours by L2 or cosine: TensorFlow's matrix product finds candidates, integer arithmetic orders them.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Tensorflow, tensorflow } from '../engine/runtime/tensorflow.ts';
import type { Images } from '../types.ts';
import { type DistanceMetric, dotProduct, orderingDistance } from './distance.ts';
import { insertNeighbour, scanNeighbours } from './neighbour-scan.ts';
import type { ScanResult } from './neighbour-scan-worker.ts';

type ByteImages = Pick<Images, 'count' | 'bytes'>;

/** Options of `searchByProducts`; see NeighbourOptions. */
export interface ProductSearchOptions {
  readonly k: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

// The product of two blocks stays below 32 MiB, because the allocator reuses memory up to this size. The sizes are not
// powers of two: rows of 16 KiB share cache lines and make the product up to twice as slow.
const QUERY_BLOCK = 2500;
const REFERENCE_BLOCK = 2750;
// Number of candidates beyond k. The last of them is then nearly always clearly farther away than the k-th.
const SPARE_CANDIDATES = 8;
// A squared norm enters the product as this many base-256 digits. Every number then has at most eight significant bits and
// is exact on a GPU that rounds its input to TensorFloat-32.
const NORM_DIGITS = 5;

/** The best references of each query so far, by single-precision score: queries x width, best first. */
interface Candidates {
  readonly width: number;
  readonly indices: Int32Array;
  readonly scores: Float32Array;
}

/**
 * Finds the nearest references of every query, for L2 or cosine. Candidates come from single-precision products, whose
 * error is bounded (Higham 2002, section 3.1), and are ordered by exact distances. If the bound cannot exclude the other
 * references, the query is searched exactly.
 *
 * @param size bytes per image
 * @param options k, signal, progress
 * @returns neighbours and ordering distances, queries x k each
 * @throws `signal.reason` if aborted
 */
export async function searchByProducts(
  references: ByteImages,
  queries: ByteImages,
  size: number,
  metric: 'l2' | 'cosine',
  { k, signal, progress }: ProductSearchOptions,
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

// The product of a query row and a reference row is a·b - |b|²/2 for L2, and a·b for cosine, which is then divided by |b|.
// Both scores increase as the distance decreases.
function queryTensor(tf: Tensorflow, images: ByteImages, size: number, block: Block, metric: DistanceMetric) {
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
  /** One past the last image. */
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

// Reference blocks come in ascending order, and each list is sorted with ties by index. Inserting only better scores, not
// equal ones, therefore keeps the lower index.
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

/** Orders the candidates by exact distances; queries that remain uncertain are searched exactly. */
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
  // Twice the unit roundoff per term of the sum, because tensor cores truncate where processors round.
  const relativeError = (size + NORM_DIGITS + 8) * 2 ** -23;
  for (let query = 0; query < queries.count; query++) {
    const start = query * k;
    const sorted = candidates
      .subarray(query * width, (query + 1) * width)
      .slice()
      .sort();
    for (const index of sorted) {
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

// Returns whether every other reference is farther away than the k-th neighbour, given that its score is at most the
// lowest score kept. Sums of multiples of one half below 2^23 have no rounding error: the candidates are then the nearest.
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
