// `npm run bench`: provisions engine and data, fits, writes records, renders the report.

import os from 'node:os';
import path from 'node:path';
import { Command, Option } from 'commander';
import picocolors from 'picocolors';
import { benchmarks, stagedBenchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { loadDataset } from '../data/dataset.ts';
import { type PreparedSplit, prepareSplit } from '../data/prepared.ts';
import { splitDataset } from '../data/split.ts';
import { duration } from '../document/format.ts';
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { summaryTable } from '../report/render/summary-table.ts';
import { readRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { writeRecord } from '../results/write.ts';
import { gatherFacts } from '../run/facts.ts';
import { type FitOptions, planFits } from '../run/plan-fits.ts';
import { type PlannedFit, runBench } from '../run/run-fits.ts';
import type { Setting } from '../run/settings.ts';
import { parseShard, type Shard } from '../run/shard.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import type { BenchmarkDefinition, Device, ModelAdapter } from '../types.ts';
import { benchCommit } from './bench-commit.ts';
import { findModels } from './models.ts';
import { checkSettings, collectSettings, commaList, wholeNumber } from './options.ts';
import { renderReport } from './report.ts';
import { ownPart } from './shard.ts';

/** A model whose estimate is longer than this is announced before it starts. */
const SLOW_SECONDS = 120;

interface BenchOptions {
  commit?: string;
  models?: string[];
  benchmark?: string;
  quick?: boolean;
  seeds: number;
  seed: number;
  repeats: number;
  device: 'auto' | Device;
  dataset?: string;
  limit?: number;
  validation?: number;
  set: Setting[];
  timeout?: number;
  shard?: Shard;
  skipExisting?: boolean;
  resume?: boolean;
  out: string;
  report: string | false;
  json?: boolean;
}

/**
 * Builds the command that runs a comparison.
 *
 * @param io where it prints
 * @param checkout the project's root in the git checkout that knows other commits
 */
export function benchCommand(io: Io, checkout = projectRoot): Command {
  return new Command('bench')
    .description('run a comparison, by default of eight models: fit every model, write records, render the report')
    .option('--models <ids>', 'only these, separated by commas (npm run models lists all)', commaList)
    .option(
      '--benchmark <name>',
      `what to run: ${benchmarkNames().join(', ')} (default: ${benchmarks[0]!.id}, eight models)`,
    )
    .option('--quick', 'short for --benchmark quick: a tenth of the data, under two minutes')
    .option('--seeds <n>', 'fit every model with so many seeds', wholeNumber(1), 1)
    .option('--seed <n>', 'the first seed', wholeNumber(0), 1)
    .option('--repeats <n>', 'fit everything so many times in turn: a verdict on times needs five', wholeNumber(1), 1)
    .addOption(
      new Option('--device <device>', 'what computes').choices(['auto', 'cpu', 'gpu', 'webgpu']).default('auto'),
    )
    .option('--dataset <name|folder>', 'fashion-mnist, or a folder of four IDX files')
    .option('--limit <n>', 'fit on a stratified subset of so many images', wholeNumber(1))
    .option('--validation <n>', 'hold out so many training images; 0 fits on all', wholeNumber(0))
    .option('--set <model.param=value>', 'change a parameter; may be repeated', collectSettings, [])
    .option('--timeout <seconds>', 'stop a fit that takes longer', wholeNumber(1))
    .option('--shard <i/n>', 'do the i-th of n parts of the run, of about equal duration; without a report', parseShard)
    .option('--commit <rev>', 'measure another commit, in a work tree of its own: yours is left alone')
    .option('--skip-existing', 'leave out fits that have a finished record')
    .option('--resume', 'go on with networks that were stopped, from their last epoch')
    .option('--out <folder>', 'where records go', 'results')
    .option('--report <folder>', 'where the report goes', 'report')
    .option('--no-report', 'render no report')
    .option('--json', 'print the records as JSON')
    .action(async ({ commit, ...options }: BenchOptions, command: Command) => {
      if (commit === undefined) await benchOrStages(options, command, io);
      else await benchCommit({ commit, ...options }, command, io, { benchmark: benchmarks[0]!.id, checkout });
    });
}

/** Runs a comparison, or the stages of a benchmark that has several. */
async function benchOrStages(options: BenchOptions, command: Command, io: Io): Promise<void> {
  const staged = options.quick ? undefined : stagedBenchmarks.find(({ id }) => id === options.benchmark);
  if (!staged) return void (await bench(options, io));
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const refused = ['dataset', 'validation', 'repeats', 'shard'].find(isGiven);
  if (refused) throw new UserError(`--benchmark ${staged.id} runs several stages and does not take --${refused}`);
  const { seeds, device, ...rest } = options;
  const chosen = { ...rest, ...(isGiven('seeds') && { seeds }), ...(isGiven('device') && { device }) };
  const [{ benchStages }, { runComparison, runScaling }] = await Promise.all([
    import('./bench-stages.ts'),
    import('./references.ts'),
  ]);
  return benchStages(staged, chosen, io, {
    fits: (run, stageIo) => bench({ ...options, ...run }, stageIo),
    references: runComparison,
    scaling: runScaling,
  });
}

/** Runs one comparison and returns its records. */
async function bench(options: BenchOptions, io: Io): Promise<readonly FitRecord[]> {
  const start = performance.now();
  const benchmark = findBenchmark(options);
  const adapters = findModels(options.models ?? benchmark.models);
  checkSettings(
    options.set,
    adapters.map(({ id }) => id),
  );
  const fitOptions: FitOptions = {
    dataset: options.dataset,
    validation: options.validation,
    limit: options.limit,
    settings: options.set,
    seeds: Array.from({ length: options.seeds }, (_, i) => options.seed + i),
    repeats: options.repeats,
    device: options.device,
    resume: options.resume ?? false,
    keep: true,
  };

  const device = adapters.some(({ needsTensorflow }) => needsTensorflow) ? await provision(options.device, io) : 'cpu';
  const split = await prepareData(benchmark, fitOptions, io);
  const facts = await gatherFacts(benchmark.id, split);
  const planned = await planFits({
    benchmark,
    isDefault: benchmark === benchmarks[0],
    adapters,
    modelsModule: new URL('../../models/index.ts', import.meta.url).href,
    split,
    device,
    threads: os.availableParallelism(),
    out: path.resolve(options.out),
    machine: facts.machine,
    git: facts.git,
    options: fitOptions,
  });
  const { counts } = split;
  io.err(
    `${benchmark.id}: ${count(planned.length, 'fit')} on ${counts.train.toLocaleString('en')} images, ` +
      `${counts.validation.toLocaleString('en')} to validate, ${counts.test.toLocaleString('en')} to test; ${facts.machine.cpu}, ${device}`,
  );
  const sources = { benchmark: benchmark.id, git: facts.git, adapters };
  const fits = options.shard ? await ownPart(planned, options.shard, sources, options.out, io) : planned;
  announceSlow(
    adapters.filter(({ id }) => fits.some(({ job }) => job.modelId === id)),
    fits.map(({ job }) => job),
    split,
    io,
  );

  const paint = picocolors.createColors(io.colour);
  const stop = stopOnSignals(io);
  let line: ReturnType<typeof startProgress> | undefined;
  stop.signal.addEventListener('abort', () => line?.stop());
  const records = await runBench(
    {
      facts,
      fits,
      timeoutSeconds: options.timeout,
      skipExisting: options.skipExisting ?? false,
    },
    {
      started: (fit, index) => {
        line = startProgress(io, titleOf(fit, fitOptions));
        if (!io.isTerminal) io.err(`[${index + 1}/${fits.length}] ${titleOf(fit, fitOptions)} ...`);
      },
      progress: (_fit, progress) => line?.update(progress),
      ended: (fit, record) => {
        line?.stop();
        io.err(`${endMark(record, paint)} ${titleOf(fit, fitOptions).padEnd(24)} ${describeEnd(record)}`);
      },
      notKept: ({ job }, reason) => io.err(`  the fitted ${job.modelId} is not kept: ${reason}`),
      skipped: (fit) => io.err(`${paint.dim('-')} ${titleOf(fit, fitOptions).padEnd(24)} has its record already`),
      read: (file) => readRecord(file).catch(() => null),
      write: writeRecord,
      now: () => new Date(),
    },
    stop.signal,
  );
  stop.release();

  if (options.json) io.out(JSON.stringify(records, null, 2));
  else if (records.length > 0)
    io.out(`\n${summaryTable(records, { columns: Math.min(100, io.columns), colour: io.colour })}`);
  io.err(
    `\n${count(records.length, 'record')} in ${options.out}; ${duration((performance.now() - start) / 1000)} in all`,
  );
  if (stop.signal.aborted) {
    io.err(`stopped; what is finished is kept. To go on: the same command with --skip-existing --resume`);
    io.exit(1);
    return records;
  }
  if (options.shard) {
    io.err(
      'no report of one shard; when all are done: npm run merge -- FOLDER... for folders of their own, npm run report',
    );
  } else if (options.report !== false) {
    const rendered = await renderReport({
      results: options.out,
      report: options.report,
      machine: facts.machine.id,
    });
    io.err(
      `report: ${rendered.files
        .filter((file) => !file.endsWith('.svg'))
        .reverse()
        .join(', ')}`,
    );
    for (const problem of rendered.problems) io.err(`${paint.yellow('left out:')} ${problem}`);
  }
  io.exit(records.every(isFinished) ? 0 : 1);
  return records;
}

/** Every name that --benchmark takes. */
function benchmarkNames(): string[] {
  return [...benchmarks, ...stagedBenchmarks].map(({ id }) => id);
}

function findBenchmark({ benchmark, quick }: BenchOptions): BenchmarkDefinition {
  if (quick && benchmark !== undefined && benchmark !== 'quick') {
    throw new UserError(`--quick is short for --benchmark quick; it cannot go with --benchmark ${benchmark}`);
  }
  const name = quick ? 'quick' : (benchmark ?? benchmarks[0]!.id);
  const found = benchmarks.find(({ id }) => id === name);
  if (!found) throw unknownName('benchmark', name, benchmarkNames());
  return found;
}

/** Makes TensorFlow available and decides the device. */
async function provision(device: 'auto' | Device, io: Io): Promise<Device> {
  const line = startProgress(io, 'engine');
  let step = '';
  const status = await ensureEngine({
    device,
    onProgress: (progress) => {
      if (!io.isTerminal && progress.step !== step) io.err(`engine: ${progress.step}`);
      step = progress.step;
      line.update({ ...describeBytes(progress.done, progress.total), detail: progress.step });
    },
  }).finally(() => line.stop());
  for (const notice of status.notices) io.err(`engine: ${notice}`);
  return status.device;
}

async function prepareData(benchmark: BenchmarkDefinition, fitOptions: FitOptions, io: Io): Promise<PreparedSplit> {
  const line = startProgress(io, 'data');
  try {
    const dataset = await loadDataset(fitOptions.dataset ?? benchmark.dataset, {
      onProgress: ({ file, source, doneBytes, totalBytes }) =>
        line.update({ ...describeBytes(doneBytes, totalBytes ?? doneBytes), detail: `${file} from ${source}` }),
    });
    const split = splitDataset(dataset, {
      validation: fitOptions.validation ?? (fitOptions.dataset === undefined ? benchmark.validation : undefined),
      limit: fitOptions.limit ?? benchmark.limit,
      testLimit: benchmark.testLimit,
    });
    return await prepareSplit(dataset, split);
  } finally {
    line.stop();
  }
}

/** Says before anything starts which models will take long, and what to do about it. */
function announceSlow(
  adapters: readonly ModelAdapter[],
  jobs: readonly { modelId: string; params: ModelAdapter['params'] }[],
  { counts }: PreparedSplit,
  io: Io,
): void {
  for (const adapter of adapters) {
    const params = jobs.find(({ modelId }) => modelId === adapter.id)!.params;
    const seconds = adapter.estimateSeconds?.({ train: counts.train, test: counts.test, params }) ?? 0;
    if (seconds > SLOW_SECONDS) {
      io.err(
        `${adapter.id}: about ${duration(seconds)} at ${counts.train.toLocaleString('en')} images ` +
          '(an estimate); --limit N fits on fewer, --timeout S stops it',
      );
    }
  }
}

function titleOf({ job, facts }: PlannedFit, { seeds, repeats }: FitOptions): string {
  const marks = [
    ...(seeds.length > 1 ? [`seed ${job.seed}`] : []),
    ...(repeats > 1 ? [`${facts.repeat} of ${repeats}`] : []),
  ];
  return marks.length > 0 ? `${job.modelId} (${marks.join(', ')})` : job.modelId;
}

function endMark(record: FitRecord, paint: ReturnType<typeof picocolors.createColors>): string {
  return record.status === 'ok' ? paint.green('✓') : paint.red('✗');
}

function describeEnd(record: FitRecord): string {
  if (!isFinished(record)) return `${record.status}: ${record.error.message}`;
  const { accuracy } = record.metrics;
  const { trainSeconds, predictSeconds } = record.timing;
  return `${(accuracy * 100).toFixed(2)} %, fit ${duration(trainSeconds)}, predict ${duration(predictSeconds)}`;
}

function describeBytes(done: number, total: number): { done: number; total: number; unit: string } {
  const isLarge = total > 1e6;
  const scaled = (bytes: number): number => (isLarge ? Math.round(bytes / 1e5) / 10 : bytes);
  return { done: scaled(done), total: scaled(total), unit: isLarge ? 'MB' : 'step' };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
