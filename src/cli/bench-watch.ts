// `npm run bench -- --watch`: runs a comparison again whenever code of its models is saved, and compares it with the run
// before. Nothing of these runs is kept.
import { UserError } from '../base/errors.ts';
import { openSplit } from '../data/prepared.ts';
import { counted, duration } from '../document/format.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import { type BenchHooks, type PlannedFit, runBench } from '../run/run-fits.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import type { BenchmarkDefinition, LabelledImages, ModelAdapter } from '../types.ts';
import { type BenchOptions, type Conditions, findBenchmark, planAll, prepareConditions } from './bench-conditions.ts';
import { announceFaults, announceFits, announceSlowModels, createBenchProgress } from './bench-progress.ts';
import { changeLines } from './change-lines.ts';
import { loadModels, modelModule } from './model-list.ts';
import { checkSettings } from './options.ts';
import { tryParams } from './try-params.ts';
import { type Saved, watchCode } from './watch-code.ts';

/**
 * Runs a comparison, and each model again when a file that it loads is saved, until a signal stops it. A save during a run
 * starts it again. The exit status is that of the signal.
 *
 * @throws UserError if a model, benchmark or parameter is unknown, or engine or data are not available
 */
export async function watchBenchmark(options: BenchOptions, io: Io): Promise<void> {
  const ids = options.models ?? findBenchmark(options).models;
  ids.forEach(modelModule);
  checkSettings(options.set, ids);
  const watch = await watchCode(ids, options.device === 'webgpu' ? 'webgpu' : 'cpu');
  const run = createRunner(options, io);
  const stop = stopOnSignals(io);
  try {
    let saved: Saved = { ids, files: [], time: Date.now() };
    for (let edit = 0; ; edit++) {
      const again = new AbortController();
      const next = watch.next(stop.signal).finally(() => again.abort());
      // It rejects when the user stops the command, which may be long before it is awaited.
      next.catch(() => {});
      const interrupted = await run(saved, edit, AbortSignal.any([stop.signal, again.signal]));
      if (edit === 0 && !stop.signal.aborted) {
        io.err(`\nwatching ${counted(watch.count, 'file')} of ${ids.join(', ')}; press Ctrl-C to end`);
      }
      const one = await next;
      saved = { ...one, ids: ids.filter((id) => one.ids.includes(id) || interrupted.includes(id)) };
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.release();
  }
  io.exit(exitCodeOf(stop.signal, true));
}

/** Runs models and compares them with their last finished run. Returns the ids of models whose fit was interrupted. */
type Runner = (saved: Saved, edit: number, signal: AbortSignal) => Promise<readonly string[]>;

/** Engine and data are prepared once. */
function createRunner(options: BenchOptions, io: Io): Runner {
  const benchmark = findBenchmark(options);
  const before = new Map<string, readonly FinishedRecord[]>();
  let prepared: Prepared | undefined;
  return async ({ ids, files, time }, edit, signal) => {
    if (edit > 0) io.err(`\nsaved: ${files.join(', ')}`);
    const { models, faults } = await loadModels(ids, io, edit);
    announceFaults(faults, io);
    if (models.length === 0) return [];
    const needsEngine = models.some(({ needsTensorflow }) => needsTensorflow);
    if (!prepared || (needsEngine && !prepared.hasEngine)) {
      prepared = { ...(await prepare(benchmark, models, options, io)), hasEngine: needsEngine };
    }
    const { conditions, tests } = prepared;
    const fits = await planOrSay(conditions, models, options, io);
    if (edit === 0) {
      announceFits(fits, { ...conditions, machine: conditions.facts.machine }, io);
      announceSlowModels(models, fits, conditions.split, io);
    }
    const records = await runFits(fits, conditions, options, io, signal);
    const interrupted = new Set<string>();
    for (const { id } of models) {
      const own = records.filter(({ model }) => model.id === id);
      const count = fits.filter(({ job }) => job.modelId === id).length;
      if (own.length < count || own.some(({ status }) => status === 'aborted')) interrupted.add(id);
      else if (own.length > 0 && own.every(isFinished)) {
        for (const line of changeLines(before.get(id) ?? [], own, tests)) io.err(line);
        before.set(id, own);
      }
    }
    if (edit > 0 && interrupted.size === 0) io.err(`  ${duration((Date.now() - time) / 1000)} after the save`);
    return [...interrupted];
  };
}

interface Prepared {
  readonly conditions: Conditions;
  /** The test images by the hash of their split. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  readonly hasEngine: boolean;
}

async function prepare(
  benchmark: BenchmarkDefinition,
  models: readonly ModelAdapter[],
  options: BenchOptions,
  io: Io,
): Promise<Omit<Prepared, 'hasEngine'>> {
  const { fitOptions, ...conditions } = await prepareConditions(benchmark, models, options, io);
  const { test } = await openSplit(conditions.split);
  return {
    // No fitted models and no checkpoints: they would fill the cache.
    conditions: { ...conditions, fitOptions: { ...fitOptions, keep: false, resume: undefined } },
    tests: new Map([[conditions.split.splitHash, test]]),
  };
}

/** Lists the fits; none if the code or a parameter has a fault, which is printed. */
async function planOrSay(
  conditions: Conditions,
  models: readonly ModelAdapter[],
  { set, out }: BenchOptions,
  io: Io,
): Promise<readonly PlannedFit[]> {
  try {
    tryParams(models, set, conditions.benchmark.params);
    return await planAll(conditions, models, out);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(`error: ${error.message}`);
    return [];
  }
}

async function runFits(
  fits: readonly PlannedFit[],
  { facts, fitOptions }: Conditions,
  { timeout, verbose = false }: BenchOptions,
  io: Io,
  signal: AbortSignal,
): Promise<readonly FitRecord[]> {
  const progress = createBenchProgress(fits.length, fitOptions, { output: true, stacks: verbose }, io);
  const hooks: BenchHooks = {
    ...progress,
    ended: (fit, record, kept) => (record.status === 'aborted' ? progress.clear() : progress.ended(fit, record, kept)),
    findMeasured: async () => null,
    keep: async (_, record) => ({ record, file: null, remarks: [] }),
    writeLog: async () => null,
    now: () => new Date(),
  };
  try {
    return await runBench({ facts, fits, timeoutSeconds: timeout, skipExisting: false }, hooks, signal);
  } finally {
    progress.clear();
  }
}
