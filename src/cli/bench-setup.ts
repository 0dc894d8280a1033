// Provides what a comparison needs before the first fit, with progress: the engine and the data.

import { UserError } from '../base/errors.ts';
import { loadDataset } from '../data/dataset.ts';
import { type PreparedSplit, prepareSplit } from '../data/prepared.ts';
import { splitDataset } from '../data/split.ts';
import type { EngineStatus } from '../engine/provision/engine-status.ts';
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { ENGINE_VARIABLE } from '../engine/runtime/tensorflow.ts';
import type { FitOptions } from '../run/plan-fits.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import type { BenchmarkDefinition, Device, ModelAdapter, Progress } from '../types.ts';

/** Which engine may compute. */
export interface EngineChoice {
  readonly device: 'auto' | Device;
  /** `required` refuses plain JavaScript unless the user chose it; the default is `required` in CI and `any` elsewhere. */
  readonly engine?: 'required' | 'any';
}

/**
 * Makes TensorFlow available if a model needs it.
 *
 * @param choice of the user
 * @returns the device that computes
 * @throws UserError if the engine or the device is not available
 */
export async function provideEngine(
  adapters: readonly ModelAdapter[],
  { device: wanted, engine }: EngineChoice,
  io: Io,
): Promise<Device> {
  if (!adapters.some(({ needsTensorflow }) => needsTensorflow)) return 'cpu';
  const line = startProgress(io, 'engine');
  let step = '';
  const { kind, device, notices } = await ensureEngine({
    device: wanted,
    onProgress: (progress) => {
      if (!io.isTerminal && progress.step !== step) io.err(`engine: ${progress.step}`);
      step = progress.step;
      line.update({ ...byteProgress(progress.done, progress.total), detail: progress.step });
    },
  }).finally(() => line.stop());
  for (const notice of notices) io.err(`engine: ${notice}`);
  checkEngine(kind, engine);
  return device;
}

/** In CI nobody reads a notice, so a missing engine is an error there. */
function defaultEngine(): 'required' | 'any' {
  return ['', 'false', '0', undefined].includes(process.env['CI']) ? 'any' : 'required';
}

/**
 * Refuses plain JavaScript where the engine is required, unless the user chose it by an environment variable.
 *
 * @param kind of the engine that computes
 * @param engine by default as the environment variable CI says
 * @throws UserError that says what to do
 */
export function checkEngine(kind: EngineStatus['kind'], engine = defaultEngine()): void {
  if (kind !== 'javascript' || engine === 'any' || process.env[ENGINE_VARIABLE] === 'javascript') return;
  throw new UserError(
    'TensorFlow is not available (see above), and plain JavaScript is many times slower; --engine any accepts it ' +
      '(the default where the environment variable CI is not set)',
  );
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
