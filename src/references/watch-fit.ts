// One fit of our model or of a reference, with a progress line while it runs and a line about its end.
import { duration, percent } from '../document/format.ts';
import { type ProcessOutcome, runFitProcess } from '../run/fit-process.ts';
import type { PlannedFit } from '../run/run-fits.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Progress } from '../types.ts';
import { threadEnvironment } from './reference-process.ts';
import type { Round } from './rounds.ts';

/**
 * Fits one of our models in a separate process, with as many threads as its references get.
 *
 * @param title the fit's name in the progress line
 */
export function fitOurs(
  { job }: PlannedFit,
  title: string,
  options: { signal: AbortSignal; timeoutSeconds?: number | undefined },
  io: Io,
): Promise<Round> {
  const env = threadEnvironment(job.threads, job.device);
  return watchFit(title, io, (onProgress) => runFitProcess(job, { ...options, env, onProgress }));
}

/**
 * Runs a fit, shows its progress, and prints how it ended.
 *
 * @param title the fit's name in the lines
 * @param run starts the fit
 * @returns when it started and how it ended
 */
export async function watchFit(
  title: string,
  io: Io,
  run: (onProgress: (progress: Progress) => void) => Promise<ProcessOutcome>,
): Promise<Round> {
  const startedAt = new Date().toISOString();
  const line = startProgress(io, title);
  const ended = await run((progress) => line.update(progress)).finally(() => line.stop());
  io.err(`${title.padEnd(38)} ${describeEnd(ended)}`);
  if (ended.status === 'ok') for (const text of ended.outcome.cautions) io.err(`  caution: ${text}`);
  return { startedAt, ended };
}

function describeEnd(ended: ProcessOutcome): string {
  if (ended.status !== 'ok') return `${ended.status}: ${ended.error.message}`;
  const { metrics, timing } = ended.outcome;
  const [fit, predict] = [duration(timing.trainSeconds), duration(timing.predictSeconds)];
  return `${percent(metrics.accuracy)} %, fit ${fit}, predict ${predict}, total ${duration(ended.totalSeconds)}`;
}
