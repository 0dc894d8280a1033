// Provides what a comparison needs before the first fit, with progress: the engine and the data.
import { loadDataset } from '../data/dataset.ts';
import { type PreparedSplit, prepareSplit } from '../data/prepared.ts';
import { splitDataset } from '../data/split.ts';
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import type { FitOptions } from '../run/plan-fits.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import type { BenchmarkDefinition, Device, ModelAdapter, Progress } from '../types.ts';

/**
 * Makes TensorFlow available if a model needs it.
 *
 * @param wanted the device that the user chose
 * @returns the device that computes
 * @throws UserError if the engine or the device is not available
 */
export async function provideEngine(
  adapters: readonly ModelAdapter[],
  wanted: 'auto' | Device,
  io: Io,
): Promise<Device> {
  if (!adapters.some(({ needsTensorflow }) => needsTensorflow)) return 'cpu';
  const line = startProgress(io, 'engine');
  let step = '';
  const { device, notices } = await ensureEngine({
    device: wanted,
    onProgress: (progress) => {
      if (!io.isTerminal && progress.step !== step) io.err(`engine: ${progress.step}`);
      step = progress.step;
      line.update({ ...byteProgress(progress.done, progress.total), detail: progress.step });
    },
  }).finally(() => line.stop());
  for (const notice of notices) io.err(`engine: ${notice}`);
  return device;
}

/**
 * Loads the data set and prepares its split on disk.
 *
 * @param benchmark gives what the options leave open
 * @throws UserError if the data set is unknown, not available or damaged
 */
export async function prepareData(
  benchmark: BenchmarkDefinition,
  { dataset: name, validation, limit }: FitOptions,
  io: Io,
): Promise<PreparedSplit> {
  const line = startProgress(io, 'data');
  try {
    const dataset = await loadDataset(name ?? benchmark.dataset, {
      onProgress: ({ file, source, doneBytes, totalBytes }) =>
        line.update({ ...byteProgress(doneBytes, totalBytes ?? doneBytes), detail: `${file} from ${source}` }),
    });
    const split = splitDataset(dataset, {
      // The benchmark's number fits its own data set.
      validation: validation ?? (name === undefined ? benchmark.validation : undefined),
      limit: limit ?? benchmark.limit,
      testLimit: benchmark.testLimit,
    });
    return await prepareSplit(dataset, split);
  } finally {
    line.stop();
  }
}

/** Progress in megabytes; small totals count steps, not bytes. */
function byteProgress(done: number, total: number): Omit<Progress, 'detail'> {
  if (total <= 1e6) return { done, total, unit: 'step' };
  const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  return { done: megabytes(done), total: megabytes(total), unit: 'MB' };
}
