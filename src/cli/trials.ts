// Tells trials from results: a quick run, a limited one and one on own data are trials, which the committed report leaves out.
import { parse } from 'shell-quote';
import { benchmarks } from '../../benchmarks/index.ts';
import type { FitRecord } from '../results/schema.ts';

/** Folder of the report of results, which is committed. */
export const RESULTS_REPORT = 'report';
/** Folder of the report of trials, which git ignores. */
export const TRIALS_REPORT = 'trials/report';
/** What a trial is, for help texts and messages. */
export const TRIALS = 'quick runs, runs with --limit, runs on own data';

/**
 * Tells whether a record is of a trial: its benchmark is one, or its command names fewer images (`--limit`) or another data
 * set (`--dataset`).
 *
 * @param record any record, or its benchmark and command
 */
export function isTrial({ benchmark: id, command }: Pick<FitRecord, 'benchmark' | 'command'>): boolean {
  const benchmark = benchmarks.find((one) => one.id === id) ?? benchmarks[0]!;
  if (benchmark.isTrial) return true;
  const args = parse(command, (name) => `$${name}`);
  const dataset = args.indexOf('--dataset');
  return args.includes('--limit') || (dataset >= 0 && args[dataset + 1] !== benchmark.dataset);
}

/**
 * Names the folder of a report, where the user names none.
 *
 * @param isOfTrials whether the report is of trials
 */
export function defaultReport(isOfTrials: boolean): string {
  return isOfTrials ? TRIALS_REPORT : RESULTS_REPORT;
}
