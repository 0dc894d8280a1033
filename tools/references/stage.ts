// What both measurements of `npm run references` need: engine, split, the facts of the run, and one fit of ours.

import path from 'node:path';
import { quote } from 'shell-quote';
import { findModels } from '../../src/cli/models.ts';
import { checkSettings } from '../../src/cli/options.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { duration } from '../../src/document/format.ts';
import { ensureEngine } from '../../src/engine/provision/provision-engine.ts';
import { type FitRecord, isFinished } from '../../src/results/schema.ts';
import { settingsOf } from '../../src/run/bench-command.ts';
import { gatherFacts } from '../../src/run/facts.ts';
import { type ProcessOutcome, runFitProcess } from '../../src/run/fit-process.ts';
import { planFits } from '../../src/run/plan-fits.ts';
import { buildRecord, type FitFacts, type RunFacts } from '../../src/run/record.ts';
import type { PlannedFit } from '../../src/run/run-fits.ts';
import type { Setting } from '../../src/run/settings.ts';
import type { Io } from '../../src/terminal/io.ts';
import { startProgress } from '../../src/terminal/progress.ts';
import type { BenchmarkDefinition, Device, Progress } from '../../src/types.ts';
import { formatSeconds } from './comparison.ts';
import { threadEnvironment } from './reference-process.ts';
import type { Round } from './rounds.ts';

/** The options of `npm run references`. */
export interface ReferencesOptions {
  readonly models: readonly string[];
  readonly rounds: number;
  readonly limit?: number;
  readonly set: readonly Setting[];
  readonly threads: number;
  /** What ours computes on; a reference takes a graphics card that it can use unless this is the CPU. */
  readonly device: 'auto' | Device;
  /** Ids of libraries; those that need not be named when absent. */
  readonly references?: readonly string[];
  /** A Python of the user's own, which has the libraries already. */
  readonly python?: string;
  readonly out: string;
  readonly scaling?: boolean;
  readonly stopSeconds: number;
  readonly json?: boolean;
}

/** What all fits on one split share. */
export interface Stage {
  readonly split: PreparedSplit;
  readonly facts: RunFacts;
  /** One fit of each of the benchmark's models, in its order. */
  readonly fits: readonly PlannedFit[];
}

/** The seed of every fit: rounds differ by the machine's mood alone. */
export const SEED = 1;

/**
 * Prepares the split and plans our fits as `npm run bench` does.
 *
 * @param benchmark what is measured; none of the list of `npm run bench`
 * @param limit images to fit on, all when undefined
 * @throws UserError when the engine or the data cannot be had, or a size is out of range
 */
export async function setStage(
  benchmark: BenchmarkDefinition,
  limit: number | undefined,
  { threads, out, set, device }: ReferencesOptions,
  io: Io,
): Promise<Stage> {
  checkSettings(set, benchmark.models);
  const engine = await ensureEngine({ device });
  for (const notice of engine.notices) io.err(`engine: ${notice}`);
  const dataset = await loadDataset(benchmark.dataset);
  const { validation, testLimit } = benchmark;
  const split = await prepareSplit(dataset, splitDataset(dataset, { validation, testLimit, limit }));
  const facts = await gatherFacts(benchmark.id, split);
  const fits = await planFits({
    benchmark,
    isDefault: false,
    adapters: findModels(benchmark.models),
    modelsModule: new URL('../../models/index.ts', import.meta.url).href,
    split,
    device: engine.device,
    threads,
    out: path.resolve(out),
    machine: facts.machine,
    git: facts.git,
    options: { limit, settings: set, seeds: [SEED], repeats: 1, device },
  });
  return { split, facts, fits };
}

/**
 * Fits one of our models, in its own process and with the threads that its reference gets.
 *
 * @param title what the progress line calls it
 */
export function fitOurs(
  { job }: PlannedFit,
  title: string,
  options: { signal: AbortSignal; timeoutSeconds?: number },
  io: Io,
): Promise<Round> {
  const env = threadEnvironment(job.threads, job.device);
  return watch(title, io, (onProgress) => runFitProcess(job, { ...options, env, onProgress }));
}

/**
 * Shows progress while a fit runs, and a line on how it ended.
 *
 * @param title what the lines call it
 * @returns when it started and how it ended
 */
export async function watch(
  title: string,
  io: Io,
  run: (onProgress: (progress: Progress) => void) => Promise<ProcessOutcome>,
): Promise<Round> {
  const startedAt = new Date().toISOString();
  const line = startProgress(io, title);
  const ended = await run((progress) => line.update(progress)).finally(() => line.stop());
  io.err(`${title.padEnd(38)} ${describeEnd(ended)}`);
  return { startedAt, ended };
}

/**
 * Builds the record of a round.
 *
 * @param facts what the run shares
 * @param fit what is particular to the model
 */
export function recordOf(facts: RunFacts, fit: Omit<FitFacts, 'startedAt'>, { startedAt, ended }: Round): FitRecord {
  return buildRecord(facts, { ...fit, startedAt }, ended);
}

/** Writes the command that measures one model again. */
export function commandOf(
  { rounds, limit, set, threads, device, references, python, scaling, stopSeconds }: ReferencesOptions,
  modelId: string,
): string {
  const words = [`npm run references -- --models ${modelId}`];
  if (references) words.push(`--libraries ${references.join(',')}`);
  if (device !== 'cpu') words.push(`--device ${device}`);
  if (python !== undefined) words.push(`--python ${quote([python])}`);
  words.push(scaling ? `--scaling --stop-seconds ${stopSeconds}` : `--rounds ${rounds}`);
  if (limit !== undefined) words.push(`--limit ${limit}`);
  words.push(...settingsOf(set, modelId));
  return [...words, `--threads ${threads}`].join(' ');
}

/**
 * Says how many records there are and sets the exit status: 1 when a fit failed or the user stopped the run.
 *
 * @param signal the user's
 */
export function finish(records: readonly FitRecord[], signal: AbortSignal, { out }: ReferencesOptions, io: Io): void {
  io.err(
    `\n${records.length} ${records.length === 1 ? 'record' : 'records'} in ${out}${signal.aborted ? '; stopped' : ''}`,
  );
  io.exit(!signal.aborted && records.every(isFinished) ? 0 : 1);
}

function describeEnd(ended: ProcessOutcome): string {
  if (ended.status !== 'ok') return `${ended.status}: ${ended.error.message}`;
  const { metrics, timing } = ended.outcome;
  const [fit, predict] = [timing.trainSeconds, timing.predictSeconds].map(formatSeconds);
  return `${(metrics.accuracy * 100).toFixed(2)} %, fit ${fit} s, predict ${predict} s, ${duration(ended.totalSeconds)} in all`;
}
