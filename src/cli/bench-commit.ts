// `npm run bench -- --commit REV`: measures another commit in a separate work tree.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError, unknownName } from '../base/errors.ts';
import { selectCommit } from '../commits/compare/select-code.ts';
import { belongsTo } from '../commits/compare/select-records.ts';
import { argsOfBatch, argsOfSeeds, batchesOf } from '../commits/measure/batches.ts';
import { adoptLeft, measure } from '../commits/measure/measure-commit.ts';
import { missingFits } from '../commits/measure/missing-fits.ts';
import { counted, duration } from '../document/format.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { type Commit, resolveCommit } from '../git/commit.ts';
import type { Machine } from '../results/machine-facts.ts';
import { readRecords } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Setting } from '../run/settings.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import type { BenchOptions } from './bench-conditions.ts';
import { printRecords, reportRecords } from './bench-results.ts';
import { type Measuring, printProblems, startMeasuring } from './measuring.ts';

/** Options of bench that are not passed on: they concern this process, or each run sets them. */
const OWN_OPTIONS = [
  'commit',
  'out',
  'report',
  'json',
  'verbose',
  'repeats',
  'models',
  'seed',
  'seeds',
  'skipExisting',
];

/** The options of bench that matter here. */
export type CommitOptions = { readonly commit: string } & Pick<
  BenchOptions,
  | 'models'
  | 'benchmark'
  | 'quick'
  | 'seeds'
  | 'seed'
  | 'repeats'
  | 'dataset'
  | 'shard'
  | 'skipExisting'
  | 'out'
  | 'report'
  | 'json'
>;

/** The default benchmark, the project's root in the checkout, and this machine. */
interface Context {
  readonly benchmark: string;
  readonly checkout: string;
  readonly machine: Machine;
}

/**
 * Measures another commit.
 *
 * @param options of bench
 * @param command bench, which knows which options the user gave
 * @param place the default benchmark, and the project's root in the checkout
 * @throws UserError if there is no such commit or model, or the commit cannot be run
 */
export async function benchCommit(
  options: CommitOptions,
  command: Command,
  io: Io,
  place: Omit<Context, 'machine'>,
): Promise<void> {
  const start = performance.now();
  if (options.shard !== undefined) {
    throw new UserError('--shard cannot be combined with --commit; check the commit out first');
  }
  if (options.skipExisting && options.models === undefined) {
    io.err('--skip-existing has no effect without --models: the default models of another commit are not known here');
  }
  const context = { ...place, machine: await describeMachine() };
  const commit = await resolveCommit(options.commit, context.checkout);
  await checkModels(options.models, commit, context.checkout);
  const args = await givenArgs(command);
  const measuring = startMeasuring(io);
  const records: FitRecord[] = [];
  try {
    records.push(...(await adoptKilledRun(commit, options.out, context.machine, io)));
    await measureRounds({ options, commit, args, context, measuring }, records, io);
  } catch (error) {
    if (error !== measuring.signal.reason) throw error;
  } finally {
    measuring.end();
  }
  const isStopped = measuring.signal.aborted;
  printRecords(records, options, { isStopped, problems: [] }, io);
  const seconds = (performance.now() - start) / 1000;
  const count = counted(records.length, 'record');
  io.err(`\n${count} of ${options.commit} in ${options.out}; total time ${duration(seconds)}`);
  if (isStopped) {
    io.err('stopped; finished records are kept. To continue, run the same command with --skip-existing');
  } else {
    await reportRecords(records, options, io);
  }
  io.exit(exitCodeOf(measuring.signal, records.every(isFinished)));
}

async function adoptKilledRun(commit: Commit, out: string, machine: Machine, io: Io): Promise<readonly FitRecord[]> {
  const left = await adoptLeft(commit, { out, machine });
  printProblems(left, io);
  if (left.records.length > 0) io.err(`${counted(left.records.length, 'record')} of a killed run adopted`);
  return left.records;
}

/** What all runs of bench at the commit share. */
interface Measurement {
  readonly options: CommitOptions;
  readonly commit: Commit;
  /** Arguments of bench that the user gave. */
  readonly args: readonly string[];
  readonly context: Context;
  readonly measuring: Measuring;
}

/** Runs bench once per repeat, or for the missing fits of each repeat, until the user stops it. Adds the records. */
async function measureRounds(measurement: Measurement, records: FitRecord[], io: Io): Promise<void> {
  const { options, commit, context, measuring } = measurement;
  const { out, repeats } = options;
  for (let repeat = 1; repeat <= repeats && !measuring.signal.aborted; repeat++) {
    const name = repeats > 1 ? `${commit.name}, ${repeat} of ${repeats}` : commit.name;
    const runs = await argsOfRuns(measurement, repeat);
    if (runs.length === 0) io.err(`${name}: every fit already has a record`);
    for (const run of runs) {
      if (measuring.signal.aborted) break;
      io.err(`measuring ${name}`);
      const adopted = await measure(commit, run, { ...measuring, ...context, out, repeat });
      printProblems(adopted, io);
      records.push(...adopted.records);
    }
  }
}

/** Refuses unknown models before packages are installed. */
async function checkModels(models: readonly string[] | undefined, commit: Commit, checkout: string): Promise<void> {
  const known = await withCodeIndex(checkout, async (index) => (await (await index.at(commit.hash))?.models()) ?? []);
  const unknown = models?.find((id) => !known.includes(id));
  if (unknown !== undefined && known.length > 0) throw unknownName(`model at ${commit.name}`, unknown, known);
}

/** The arguments of each run of bench that a repeat needs: one run, or those for the missing fits. */
async function argsOfRuns({ options, commit, args, context }: Measurement, repeat: number): Promise<string[][]> {
  const { models, seed, seeds, skipExisting } = options;
  if (models === undefined) return [[...args, ...argsOfSeeds(seed, seeds)]];
  if (!skipExisting) return [[...args, ...argsOfBatch({ models, seed, seeds })]];
  const { records } = await readRecords(options.out).catch(() => ({ records: [] }));
  const { filled, selection } = await withCodeIndex(context.checkout, async (index) => ({
    filled: await index.fill(records),
    selection: (await selectCommit(commit, index)).selection,
  }));
  const fits = missingFits(
    filled.map(({ record }) => record),
    {
      benchmark: options.quick ? 'quick' : (options.benchmark ?? context.benchmark),
      machine: context.machine,
      isOfCode: (record) => belongsTo(record, selection),
      models,
      seeds: Array.from({ length: seeds }, (_, i) => seed + i),
      repeat,
      args,
    },
  );
  return batchesOf(fits).map((batch) => [...args, ...argsOfBatch(batch)]);
}

/** The options that the user gave, as arguments, without those that each run sets. */
async function givenArgs(command: Command): Promise<string[]> {
  const given = command.options
    .filter((option) => !OWN_OPTIONS.includes(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const args = await Promise.all(
    given.map(async (option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      if (option.isBoolean()) return [option.long!];
      if (option.attributeName() === 'set') {
        const settings = value as readonly Setting[];
        return settings.flatMap(({ modelId, param, text }) => [option.long!, `${modelId}.${param}=${text}`]);
      }
      if (option.attributeName() === 'dataset') return [option.long!, await absoluteFolder(String(value))];
      return [option.long!, String(value)];
    }),
  );
  return args.flat();
}

/** The absolute path of a folder, for a process with another working directory; the name of a data set unchanged. */
async function absoluteFolder(dataset: string): Promise<string> {
  const isFolder = (await stat(dataset).catch(() => null))?.isDirectory();
  return isFolder ? path.resolve(dataset) : dataset;
}
