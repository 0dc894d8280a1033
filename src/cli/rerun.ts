// `npm run rerun -- RECORD`: repeats a fit at its commit and compares the results.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../base/root.ts';
import { checkWritable } from '../base/write-file-atomic.ts';
import { shownValue } from '../commits/compare/differences.ts';
import { placeOf } from '../commits/measure/inbox.ts';
import type { Revision } from '../commits/measure/measure-commit.ts';
import { planRerun, runAgain } from '../commits/measure/rerun.ts';
import { numbersOf, TIMES_NOTE, verdictText } from '../commits/measure/rerun-text.ts';
import { compareRerun, type Rerun } from '../commits/measure/rerun-verdict.ts';
import { findTestImages } from '../data/test-images.ts';
import { plainTable } from '../document/terminal-table.ts';
import { keepRecord } from '../results/keep-record.ts';
import { readRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Io } from '../terminal/io.ts';
import { startMeasuring } from './measuring.ts';
import { jsonOption, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { rerunOutput } from './outputs/rerun-output.ts';

interface RerunOptions {
  readonly here?: boolean;
  readonly keep?: boolean;
  readonly results: string;
  readonly timeout?: number;
  readonly json?: boolean;
}

/**
 * Builds the command that repeats a fit.
 *
 * @param io where it prints
 * @param checkout the project's root in the git checkout that knows the commits
 */
export function rerunCommand(io: Io, checkout = projectRoot): Command {
  return new Command('rerun')
    .description('repeat the fit of a record with its commit, seed and parameters, and compare the results')
    .argument('<record>', 'file of the record')
    .option('--here', 'run the checked-out code instead of the commit')
    .option('--timeout <seconds>', 'stop the fit if it takes longer', wholeNumber(1))
    .option('--keep', 'keep the new record, as another repeat of the fit')
    .option('--results <folder>', 'folder for the record that --keep keeps', 'results')
    .addOption(jsonOption())
    .action((file: string, options: RerunOptions) => rerun(file, options, io, checkout));
}

async function rerun(file: string, options: RerunOptions, io: Io, checkout: string): Promise<void> {
  const then = await readRecord(file);
  if (options.keep) await checkWritable(options.results);
  const machine = await describeMachine();
  const plan = await planRerun(then, { ...options, checkout, machine });
  io.err(`${then.model.id}, seed ${then.seed}, ${then.benchmark}: repeated with ${plan.code.name}`);
  for (const note of plan.notes) io.err(`note: ${note}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-rerun-'));
  const measuring = startMeasuring(io);
  try {
    const stored = await runAgain(plan, then, { ...measuring, checkout, out: folder, machine });
    if (measuring.signal.aborted) throw measuring.signal.reason;
    const test = isFinished(then) ? await findTestImages(then.dataset) : null;
    const result = compareRerun(then, stored.record, test);
    if (options.json)
      printJson(io, rerunOutput, { record: file, code: codeOf(plan.code), notes: plan.notes, ...result });
    else print(result, then, stored.record, io);
    if (options.keep) {
      const kept = await keepRecord(placeOf(stored, options.results, 1));
      io.err(kept ? `kept: ${kept.file}` : 'not kept: newer runs of the fit are there');
    }
    io.exit(result.verdict === 'different' ? 1 : 0);
  } catch (error) {
    if (error === measuring.signal.reason) io.err('stopped; no record is kept');
    throw error;
  } finally {
    measuring.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function codeOf({ name, hash }: Revision) {
  return { name, commit: hash };
}

function print(result: Rerun, then: FitRecord, now: FitRecord, io: Io): void {
  io.out(`\n${verdictText(result)}`);
  const numbers = numbersOf(result, then, now);
  if (numbers.length > 0) {
    io.out(`\n${plainTable(['', 'then', 'now', 'ratio'], numbers, io.columns)}`);
    io.out(`\n${TIMES_NOTE}`);
  }
  if (result.differences.length === 0) io.out('\nNothing else that records hold differs.');
  else {
    const rows = result.differences.map(({ name, before, after }) => [name, shownValue(before), shownValue(after)]);
    io.out(`\n${plainTable(['what differs', 'then', 'now'], rows, io.columns)}`);
  }
}
