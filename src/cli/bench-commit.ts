// `npm run bench -- --commit REV`: measures another commit in a work tree of its own.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError, unknownName } from '../base/errors.ts';
import { argsOfBatch, batchesOf } from '../commits/measure/batches.ts';
import { adoptLeft, measure } from '../commits/measure/measure-commit.ts';
import { missingFits } from '../commits/measure/missing-fits.ts';
import { duration } from '../document/format.ts';
import { type Commit, modelsOfCommit, resolveCommit } from '../git/commit.ts';
import { summaryTable } from '../report/render/summary-table.ts';
import { readRecords } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Setting } from '../run/settings.ts';
import type { Io } from '../terminal/io.ts';
import { type Measuring, startMeasuring, warnOfAdopted } from './measuring.ts';
import { renderReport } from './report.ts';

/** Options of bench that the other commit's bench is not given: they are ours, or said anew for every run. */
const OWN_OPTIONS = ['commit', 'out', 'report', 'json', 'repeats', 'models', 'seed', 'seeds', 'skipExisting'];

/** What of bench's options matters here. */
export interface CommitOptions {
  readonly commit: string;
  readonly models?: string[];
  readonly benchmark?: string;
  readonly quick?: boolean;
  readonly seeds: number;
  readonly seed: number;
  readonly repeats: number;
  readonly dataset?: string;
  readonly shard?: unknown;
  readonly skipExisting?: boolean;
  readonly out: string;
  readonly report: string | false;
  readonly json?: boolean;
}

/**
 * Measures another commit.
 *
 * @param options of bench
 * @param command bench, which knows what the user gave
 * @param places the benchmark that runs when none is named, and the project's root in the checkout
 * @throws UserError when there is no such commit or model, or the commit cannot be run
 */
export async function benchCommit(
  options: CommitOptions,
  command: Command,
  io: Io,
  { benchmark, checkout }: { readonly benchmark: string; readonly checkout: string },
): Promise<void> {
  const start = performance.now();
  if (options.shard !== undefined) {
    throw new UserError('--shard divides a run of the present code; to divide another commit, check it out first');
  }
  if (options.skipExisting && options.models === undefined) {
    io.err('--skip-existing needs --models here: which models another commit fits unless told is not known beforehand');
  }
  const commit = await resolveCommit(options.commit, checkout);
  await checkModels(options.models, commit, checkout);
  const words = await wordsGiven(command);
  const measuring = startMeasuring(io);
  const records: FitRecord[] = [];
  try {
    const left = await adoptLeft(commit, options.out);
    warnOfAdopted(left, io);
    records.push(...left.records);
    if (left.records.length > 0) io.err(`${left.records.length} fits of a run that was killed are kept`);
    for (let repeat = 1; repeat <= options.repeats && !measuring.signal.aborted; repeat++) {
      const round = options.repeats > 1 ? `, ${repeat} of ${options.repeats}` : '';
      const runs = await runsOf(options, commit, words, repeat, benchmark);
      if (runs.length === 0) io.err(`${commit.name}${round}: every fit has its record already`);
      for (const run of runs) {
        if (measuring.signal.aborted) break;
        io.err(`measuring ${commit.name}${round}`);
        records.push(...(await runOnce(commit, run, repeat, { options, checkout, measuring }, io)));
      }
    }
  } catch (error) {
    if (error !== measuring.signal.reason) throw error;
  } finally {
    measuring.end();
  }
  await finish(records, options, io, {
    seconds: (performance.now() - start) / 1000,
    isStopped: measuring.signal.aborted,
  });
}

async function runOnce(
  commit: Commit,
  words: readonly string[],
  repeat: number,
  { options, checkout, measuring }: { options: CommitOptions; checkout: string; measuring: Measuring },
  io: Io,
): Promise<readonly FitRecord[]> {
  const adopted = await measure(commit, words, { ...measuring, checkout, out: options.out, repeat });
  warnOfAdopted(adopted, io);
  return adopted.records;
}

async function finish(
  records: readonly FitRecord[],
  options: CommitOptions,
  io: Io,
  { seconds, isStopped }: { readonly seconds: number; readonly isStopped: boolean },
): Promise<void> {
  if (options.json) io.out(JSON.stringify(records, null, 2));
  else if (records.length > 0) {
    io.out(`\n${summaryTable(records, { columns: Math.min(100, io.columns), colour: io.colour })}`);
  }
  const count = `${records.length} record${records.length === 1 ? '' : 's'}`;
  io.err(`\n${count} of ${options.commit} in ${options.out}; ${duration(seconds)} in all`);
  if (isStopped) {
    io.err('stopped; what is finished is kept. To go on: the same command with --skip-existing');
    io.exit(1);
    return;
  }
  if (options.report !== false && records.length > 0) {
    const machine = records[0]!.machine.id;
    const { files, problems } = await renderReport({ results: options.out, report: options.report, machine });
    const pages = files.filter((file) => !file.endsWith('.svg')).reverse();
    io.err(`report: ${pages.join(', ')}`);
    for (const problem of problems) io.err(`left out: ${problem}`);
  }
  io.exit(records.every(isFinished) ? 0 : 1);
}

/** Catches a wrong name before packages are installed for nothing. */
async function checkModels(models: readonly string[] | undefined, commit: Commit, checkout: string): Promise<void> {
  const known = await modelsOfCommit(commit, checkout);
  const unknown = models?.find((id) => !known.includes(id));
  if (unknown !== undefined && known.length > 0) throw unknownName(`model at ${commit.name}`, unknown, known);
}

/** The options of each run of bench that a repeat takes: one, or what is missing. */
async function runsOf(
  options: CommitOptions,
  commit: Commit,
  words: readonly string[],
  repeat: number,
  defaultBenchmark: string,
): Promise<string[][]> {
  const { models, seed, seeds, skipExisting } = options;
  const seedWords = ['--seed', String(seed), ...(seeds > 1 ? ['--seeds', String(seeds)] : [])];
  if (models === undefined) return [[...words, ...seedWords]];
  if (!skipExisting) return [[...words, '--models', models.join(','), ...seedWords]];
  const { records } = await readRecords(options.out).catch(() => ({ records: [] }));
  const fits = missingFits(
    records.map(({ record }) => record),
    {
      benchmark: options.quick ? 'quick' : (options.benchmark ?? defaultBenchmark),
      machineId: (await describeMachine()).id,
      isOfCode: ({ git }) => git?.commit === commit.hash && !git.dirty,
      models,
      seeds: Array.from({ length: seeds }, (_, i) => seed + i),
      repeat,
      args: words,
    },
  );
  return batchesOf(fits).map((batch) => [...words, ...argsOfBatch(batch)]);
}

/** The options that the user gave, as words, but for those that are said anew. */
async function wordsGiven(command: Command): Promise<string[]> {
  const given = command.options
    .filter((option) => !OWN_OPTIONS.includes(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const words = await Promise.all(
    given.map(async (option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      if (option.isBoolean()) return [option.long!];
      if (option.attributeName() === 'set') {
        const settings = value as readonly Setting[];
        return settings.flatMap(({ modelId, param, text }) => [option.long!, `${modelId}.${param}=${text}`]);
      }
      if (option.attributeName() === 'dataset') return [option.long!, await placeOf(String(value))];
      return [option.long!, String(value)];
    }),
  );
  return words.flat();
}

/** A folder's absolute path, for a process that works elsewhere; a data set's name as it is. */
async function placeOf(dataset: string): Promise<string> {
  const isFolder = (await stat(dataset).catch(() => null))?.isDirectory();
  return isFolder ? path.resolve(dataset) : dataset;
}
