// Runs one comparison: provides engine and data, fits the models, writes records, renders the report.
import { projectRoot } from '../base/root.ts';
import { checkWritable } from '../base/write-file-atomic.ts';
import { counted, duration } from '../document/format.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { readRecords } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { type FitPlace, findMeasured, remarksOf } from '../run/find-measured.ts';
import { type FitLog, writeFitLog } from '../run/fit-log.ts';
import { type BenchHooks, type BenchPlan, type PlannedFit, runBench } from '../run/run-fits.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import type { ModelAdapter } from '../types.ts';
import { type BenchOptions, findBenchmark, planAll, prepareConditions } from './bench-conditions.ts';
import {
  announceEdit,
  announceFaults,
  announceFits,
  announceSlowModels,
  type BenchProgress,
  createBenchProgress,
} from './bench-progress.ts';
import { printRecords, reportRecords } from './bench-results.ts';
import type { ModelFault } from './load-model.ts';
import { loadToFit } from './model-list.ts';
import { checkSettings } from './options.ts';
import { createRecordWriter } from './record-writer.ts';
import { ownPart } from './shard.ts';
import { tryParams } from './try-params.ts';
import { warnNoCommit } from './warn-no-commit.ts';

/**
 * Runs a comparison. The exit status is 0 if all fits succeeded, 1 if one failed or its record could
 * not be written, and that of the signal that stopped the run.
 *
 * @returns the records of the run, those of skipped fits included
 * @throws UserError if a model, benchmark or parameter is unknown, engine or data are not available, or the folder of the
 *   records cannot be written to
 */
export async function runBenchmark(options: BenchOptions, io: Io): Promise<readonly FitRecord[]> {
  const start = performance.now();
  const benchmark = findBenchmark(options);
  const ids = options.models ?? benchmark.models;
  const { models: adapters, faults } = await loadToFit(ids, io);
  checkSettings(options.set, ids);
  tryParams(adapters, options.set, benchmark.params);
  await checkWritable(options.out);
  const conditions = await prepareConditions(benchmark, adapters, options, io);
  const { device, split, facts, fitOptions } = conditions;
  const { git, machine } = facts;
  if (git === null) await warnNoCommit(projectRoot, 'the records will name no commit', io);
  const planned = await planAll(conditions, adapters, options.out);
  announceFits(planned, { benchmark, split, machine, device }, io);
  announceFaults(faults, io);
  const sources = { benchmark: benchmark.id, git, adapters };
  const fits = options.shard ? await ownPart(planned, options.shard, sources, options.out, io) : planned;
  announceSlowModels(adapters, fits, split, io);

  const findExisting = options.skipExisting
    ? await measuredFits({ benchmark: benchmark.id, machine, device }, adapters, options.out)
    : async () => null;
  const { verbose = false } = options;
  const show = { output: verbose || ids.length === 1, stacks: verbose };
  const progress = createBenchProgress(fits.length, fitOptions, show, io);
  const ended = await runPlan({ facts, fits, ...limitsOf(options) }, findExisting, progress, io);
  const problems = [...faults.map(({ message }) => message), ...ended.unwritten];
  printRecords(ended.records, options, { isStopped: ended.signal.aborted, problems }, io);
  const seconds = (performance.now() - start) / 1000;
  const written = counted(ended.records.length - ended.unwritten.length, 'record');
  io.err(`\n${written} in ${options.out}; total time ${duration(seconds)}`);
  if (git?.dirty) announceEdit(fits, io);
  await finish(ended, faults, options, io);
  return ended.records;
}

/** Says what the user can do next or renders the report, and sets the exit status. */
async function finish(
  { records, signal, unwritten }: EndedRun,
  faults: readonly ModelFault[],
  options: BenchOptions,
  io: Io,
): Promise<void> {
  for (const { message } of faults) io.err(`failed: ${message}`);
  for (const problem of unwritten) io.err(`not kept: ${problem}`);
  if (signal.aborted) {
    io.err('stopped; finished records are kept. To continue, run the same command with --skip-existing --resume');
  } else if (options.shard) {
    io.err(
      'a shard renders no report; when all shards are done, join their folders if they have separate ones ' +
        '(npm run merge -- FOLDER...), then run npm run report',
    );
  } else if (unwritten.length > 0) {
    io.err('no report: it would lack the records that are not kept; the table above shows them');
  } else {
    await reportRecords(records, options, io);
  }
  io.exit(exitCodeOf(signal, faults.length === 0 && unwritten.length === 0 && records.every(isFinished)));
}

function limitsOf({ timeout, skipExisting = false }: BenchOptions): Pick<BenchPlan, 'timeoutSeconds' | 'skipExisting'> {
  return { timeoutSeconds: timeout, skipExisting };
}

/** Reads the records of a folder. Returns the function that finds those of planned fits, whatever their commits. */
async function measuredFits(
  place: FitPlace,
  adapters: readonly ModelAdapter[],
  out: string,
): Promise<BenchHooks['findMeasured']> {
  const read = await readRecords(out).catch(() => ({ records: [] }));
  const filled = await withCodeIndex(projectRoot, (index) => index.fill(read.records));
  const records = filled.map(({ record }) => record);
  const usesEngine = new Set(adapters.filter(({ needsTensorflow }) => needsTensorflow).map(({ id }) => id));
  return async (fit) =>
    findMeasured(fit, records, { ...place, device: usesEngine.has(fit.job.modelId) ? place.device : 'cpu' });
}

/** What a run leaves. */
interface EndedRun {
  readonly records: readonly FitRecord[];
  /** Aborted if the user stopped it. */
  readonly signal: AbortSignal;
  /** Why records could not be written, a line for each. */
  readonly unwritten: readonly string[];
}

/** Runs the fits until the user stops them, with progress. */
async function runPlan(
  plan: BenchPlan,
  findExisting: BenchHooks['findMeasured'],
  progress: BenchProgress,
  io: Io,
): Promise<EndedRun> {
  const stop = stopOnSignals(io);
  const writer = createRecordWriter(io);
  stop.signal.addEventListener('abort', () => progress.clear());
  const hooks = {
    ...progress,
    skipped: (fit: PlannedFit, record: FitRecord) => {
      progress.skipped(fit, record);
      if (isFinished(record)) for (const remark of remarksOf(record, plan.facts.git)) io.err(`  ${remark}`);
    },
    findMeasured: findExisting,
    keep: ({ file }: PlannedFit, record: FitRecord) => writer.write(file, record),
    writeLog: (file: string, log: FitLog) =>
      writeFitLog(file, log).catch((error: Error) => {
        io.err(`the output of the model is not kept: ${error.message}`);
        return null;
      }),
    now: () => new Date(),
  };
  try {
    const records = await runBench(plan, hooks, stop.signal);
    return { records, signal: stop.signal, unwritten: await writer.retry() };
  } finally {
    progress.clear();
    stop.release();
  }
}
