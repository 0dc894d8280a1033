// Measures the prediction latency of a fitted model with tinybench.
import { Bench } from 'tinybench';
import { sliceImages } from '../data/views.ts';
import type { Latency } from '../results/schema.ts';
import type { Classifier, Images, Progress } from '../types.ts';

/** What latency is measured with. */
export interface LatencyHooks {
  /** Milliseconds. */
  now(): number;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** Shortest time and lowest number of calls for each batch size. */
const MIN_MILLISECONDS = 500;
const MIN_CALLS = 10;
/** If the first call takes longer than this, fewer calls are made. */
const SLOW_MILLISECONDS = 2000;
const SLOW_CALLS = 3;

/**
 * Times `predict` at several batch sizes. Consecutive calls predict consecutive batches of images.
 *
 * @param classifier a fitted model
 * @param images the images to predict; batch sizes above their number are left out
 * @param batches numbers of images per call
 * @returns one entry per batch size; times are milliseconds per call
 */
export async function measureLatency(
  classifier: Classifier,
  images: Images,
  batches: readonly number[],
  { signal, progress, now }: LatencyHooks,
): Promise<Latency[]> {
  const latencies: Latency[] = [];
  for (const [i, batch] of batches.entries()) {
    if (batch > images.count) continue;
    progress({ done: i, total: batches.length, unit: 'batch size', detail: `latency of ${batch}` });
    signal.throwIfAborted();
    let offset = 0;
    const predictNext = async (): Promise<void> => {
      if (offset + batch > images.count) offset = 0;
      await classifier.predict(sliceImages(images, offset, offset + batch));
      offset += batch;
    };
    const start = now();
    await predictNext();
    const isSlow = now() - start > SLOW_MILLISECONDS;
    const bench = new Bench({
      time: isSlow ? 0 : MIN_MILLISECONDS,
      iterations: isSlow ? SLOW_CALLS : MIN_CALLS,
      warmup: false,
      throws: true,
      now,
      signal,
    });
    bench.add(`predict ${batch}`, predictNext);
    const [task] = await bench.run();
    signal.throwIfAborted();
    if (task?.result.state !== 'completed') throw new Error(`latency at batch ${batch} was not measured`);
    const { latency } = task.result;
    latencies.push({
      batch,
      samples: latency.samplesCount,
      medianMs: latency.p50,
      p99Ms: latency.p99,
      meanMs: latency.mean,
      minMs: latency.min,
      imagesPerSecond: latency.p50 > 0 ? (batch * 1000) / latency.p50 : 0,
    });
  }
  return latencies;
}
