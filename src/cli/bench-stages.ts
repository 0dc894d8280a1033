// `npm run bench -- --benchmark full` and other benchmarks of several stages: runs the stages one after another.
import os from 'node:os';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import type { BenchmarkStage, ModelSelection, StagedBenchmark } from '../base/staged-benchmark.ts';
import { duration } from '../document/format.ts';
import type { ReferencesOptions, ScalingOptions } from '../references/options.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { parseSetting, type Setting } from '../run/settings.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import type { Device } from '../types.ts';
import { printRecords, reportRecords } from './bench-results.ts';
import { type LoadedList, loadModels, modelIds, refuseWrongDefinitions } from './model-list.ts';
import { checkSettings } from './options.ts';

/** Options of bench that apply to every stage; absent when the user did not give them. */
export interface StagesOptions {
  readonly models?: readonly string[];
  readonly seeds?: number;
  readonly device?: 'auto' | Device;
  readonly limit?: number;
  readonly set: readonly Setting[];
  readonly timeout?: number;
  readonly skipExisting?: boolean;
  readonly out: string;
  readonly report?: string | false;
  readonly json?: boolean;
}

/** What a stage of fits changes in the options of bench. */
export interface FitsRun {
  readonly benchmark: string;
  readonly models: string[];
  readonly seeds: number;
  readonly set: Setting[];
  readonly report: false;
  readonly json: false;
}

/** Runs one stage of each kind, prints its table and returns its records. */
export interface StageRunners {
  fits(run: FitsRun, io: Io): Promise<readonly FitRecord[]>;
  references(
    options: ReferencesOptions & { readonly models: readonly string[] },
    io: Io,
    signal: AbortSignal,
  ): Promise<readonly FitRecord[]>;
  scaling(
    options: ScalingOptions & { readonly models: readonly string[] },
    io: Io,
    signal: AbortSignal,
  ): Promise<readonly FitRecord[]>;
}

/** A stage with the models and parameters of this run. */
interface PlannedStage {
  readonly stage: BenchmarkStage;
  readonly models: readonly string[];
  readonly set: readonly Setting[];
}

/**
 * Runs the stages of a benchmark and renders the report. A stage that cannot run does not stop the others. The exit
 * status is 1 when a fit or a stage failed, and that of the signal that stopped the run.
 *
 * @param options they narrow every stage: models, seeds, images
 * @param runners what runs each kind of stage
 * @throws UserError when a model or setting is unknown: then nothing is measured
 */
export async function benchStages(
  benchmark: StagedBenchmark,
  options: StagesOptions,
  io: Io,
  runners: StageRunners,
): Promise<void> {
  const start = performance.now();
  const loaded = await loadModels(modelIds, io);
  const planned = planStages(benchmark, options, loaded);
  const faults = loaded.faults.filter(({ modelId }) => planned.some(({ models }) => models.includes(modelId)));
  refuseWrongDefinitions(faults);
  // Standard output holds either tables or one JSON text.
  let hasFailed = false;
  const exit = (code: number): void => {
    hasFailed ||= code !== 0;
  };
  const stageIo: Io = { ...io, exit, ...(options.json && { out: () => {} }) };
  let isFitting = false;
  // A stage of fits reports Ctrl-C itself.
  const stop = stopOnSignals({ ...io, err: (text) => void (isFitting || io.err(text)) });
  const records: FitRecord[] = [];
  // Each stage shows the faults of its models as failed rows.
  const failures = faults.map(({ message }) => `failed: ${message}`);
  let done = 0;
  try {
    for (const [i, one] of planned.entries()) {
      if (stop.signal.aborted) break;
      done++;
      isFitting = one.stage.measure === 'fits';
      const title = `[${i + 1}/${planned.length}] ${one.stage.summary}`;
      io.err(`\n${title}${timesOf(one.stage, options)}: ${one.models.join(', ')}`);
      try {
        records.push(...(await runStage(one, options, runners, stageIo, stop.signal)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failures.push(`${title} failed: ${messageOf(error)}`);
        io.err(failures.at(-1)!);
      }
    }
  } finally {
    stop.release();
  }
  await finish(records, failures, options, io, {
    seconds: (performance.now() - start) / 1000,
    stages: `${done} of ${planned.length} stages`,
    hasFailed,
    signal: stop.signal,
  });
}

/** Lists the stages that measure at least one of the chosen models. */
function planStages(
  benchmark: StagedBenchmark,
  { models: chosen, set }: StagesOptions,
  loaded: LoadedList,
): PlannedStage[] {
  const all = benchmark.stages.map((stage) => ({ stage, models: modelsOf(stage.models, loaded) }));
  const known = [...new Set(all.flatMap((one) => one.models))];
  const unknown = chosen?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownName(`model of --benchmark ${benchmark.id}`, unknown, known);
  checkSettings(set, chosen ?? known);
  return all
    .map(({ stage, models: ids }) => ({ stage, models: ids.filter((id) => chosen?.includes(id) ?? true) }))
    .filter((one) => one.models.length > 0)
    .map((one) => ({ ...one, set: set.filter(({ modelId }) => one.models.includes(modelId)) }));
}

/** Names the models of a stage. The kind of a model that cannot be loaded is unknown: it counts as every kind. */
function modelsOf(selection: ModelSelection, { models, faults }: LoadedList): readonly string[] {
  if (!('kinds' in selection)) return selection;
  const suitable = models.filter(({ kind }) => selection.kinds.includes(kind)).map(({ id }) => id);
  const unknown = faults.map(({ modelId }) => modelId);
  return modelIds.filter((id) => [...suitable, ...unknown].includes(id) && !selection.except.includes(id));
}

/** How often a stage fits each model, for its title; empty for once. */
function timesOf(stage: BenchmarkStage, { seeds }: StagesOptions): string {
  if (stage.measure === 'references') return stage.rounds > 1 ? `, ${stage.rounds} rounds` : '';
  const count = stage.measure === 'fits' ? (seeds ?? stage.seeds ?? 1) : 1;
  return count > 1 ? `, ${count} seeds` : '';
}

function runStage(
  { stage, models: ids, set }: PlannedStage,
  options: StagesOptions,
  runners: StageRunners,
  io: Io,
  signal: AbortSignal,
): Promise<readonly FitRecord[]> {
  if (stage.measure === 'fits') {
    const settings = [...(stage.settings ?? []).map(parseSetting), ...set];
    const seeds = options.seeds ?? stage.seeds ?? 1;
    const run = { benchmark: stage.benchmark, models: [...ids], seeds, set: settings };
    return runners.fits({ ...run, report: false, json: false }, io);
  }
  const shared = {
    models: ids,
    set,
    // References compute on the CPU, so our models do too unless the user chooses.
    device: options.device ?? 'cpu',
    threads: os.availableParallelism(),
    out: options.out,
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.skipExisting !== undefined && { skipExisting: options.skipExisting }),
  };
  if (stage.measure === 'scaling') {
    return runners.scaling({ ...shared, stopSeconds: stage.stopSeconds }, io, signal);
  }
  const { libraries, rounds } = stage;
  return runners.references({ ...shared, libraries, rounds }, io, signal);
}

/** How the stages ended. */
interface EndedStages {
  readonly seconds: number;
  /** How many ran, of how many. */
  readonly stages: string;
  /** Aborted if the user stopped them. */
  readonly signal: AbortSignal;
  /** Whether a stage ended with another exit status than 0. */
  readonly hasFailed: boolean;
}

async function finish(
  records: readonly FitRecord[],
  failures: readonly string[],
  options: StagesOptions,
  io: Io,
  { seconds, stages, signal, hasFailed }: EndedStages,
): Promise<void> {
  const { json, out } = options;
  if (json) printRecords(records, options, { isStopped: signal.aborted, problems: failures }, io);
  const failed = records.filter((record) => !isFinished(record)).map(({ model }) => model.id);
  io.err(`\n${stages}, ${records.length} records in ${out}, ${duration(seconds)}`);
  for (const failure of failures) io.err(failure);
  if (failed.length > 0) io.err(`failed: ${[...new Set(failed)].join(', ')}`);
  if (signal.aborted) {
    io.err('stopped; finished fits are kept. To go on: the same command with --skip-existing --resume');
  } else {
    await reportRecords(records, options, io);
  }
  io.exit(exitCodeOf(signal, failures.length === 0 && failed.length === 0 && !hasFailed));
}
