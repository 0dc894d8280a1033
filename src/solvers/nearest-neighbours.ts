// Exact nearest neighbours among byte images: by matrix products on TensorFlow for L2 and cosine, by a scan in worker
// threads for L1. The adapter `knn` and the embedding map use it.
import { inSharedMemory } from '../data/images.ts';
import type { Images } from '../types.ts';
import { blockSums } from './block-sums.ts';
import { DISTANCE_METRICS, type DistanceMetric, toDistance } from './distance.ts';
import type { ScanResult, ScanTask } from './neighbour-scan-worker.ts';
import { searchByProducts } from './product-search.ts';
import { runInWorkers } from './worker-pool.ts';

/** Byte images; pixels are not used. */
export type ByteImages = Pick<Images, 'count' | 'bytes'>;

/** Options of the search. */
export interface NeighbourOptions {
  /** Number of neighbours of each query: 1 to the number of references. */
  readonly k: number;
  /** Default: `'l2'`. */
  readonly metric?: DistanceMetric;
  /** Number of worker threads for L1, which does not run on TensorFlow. Default: 1. */
  readonly threads?: number;
  /** Checked between blocks of about a tenth of a second. */
  readonly signal?: AbortSignal;
  /** Called with the number of blocks that are done, and their total. */
  readonly progress?: (done: number, total: number) => void;
}

/** Neighbours of each query, nearest first, ties by the lower index. */
export interface Neighbours {
  /** queries x k positions in the references, row-major. */
  readonly indices: Int32Array;
  /** queries x k distances, row-major, in units of one byte (cosine: 0 to 1). */
  readonly distances: Float32Array;
}

// Number of queries of one task.
const SCAN_QUERIES = 32;
// Lengths of the runs whose sums exclude references by L1. On Fashion-MNIST the first leave 9 % of the references and the
// second 2 %; the search takes a seventh of the time of a scan of all bytes.
const RUN_LENGTHS = [56, 8];

/**
 * Finds the nearest references of every query. The result is that of a comparison of all pairs in exact arithmetic. A
 * query that is also a reference finds itself, at distance 0. For cosine, a black image has distance 1 from every image.
 *
 * @param references images to search, at least k
 * @param queries images of the same size; no images give empty lists
 * @param options k, metric, threads, signal, progress
 * @throws RangeError if k, the metric or the images are invalid; `signal.reason` if aborted
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
  if (!DISTANCE_METRICS.includes(metric))
    throw new RangeError(`unknown metric: "${metric}"; known: ${DISTANCE_METRICS.join(', ')}`);
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
  const parts = await runInWorkers<ScanTask, ScanResult>(
    new URL('./neighbour-scan-worker.ts', import.meta.url),
    tasks,
    {
      threads,
      ...(signal && { signal }),
      onResult: () => progress?.(++done, tasks.length),
    },
  );
  const indices = new Int32Array(queries.count * k);
  const values = new Float64Array(queries.count * k);
  for (const [t, part] of parts.entries()) {
    indices.set(part.indices, tasks[t]!.from * k);
    values.set(part.values, tasks[t]!.from * k);
  }
  return { indices, values };
}
