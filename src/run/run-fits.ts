// Runs the fits of a plan one after another, each in a child process, and writes each record as soon as its fit ends.
import { checkRecord } from '../results/check.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Progress } from '../types.ts';
import { describeError } from './describe-error.ts';
import { createFitLog, type FitLog } from './fit-log.ts';
import type { FitJob } from './fit-outcome.ts';
import { runFitProcess } from './fit-process.ts';
import { buildRecord, type FitFacts, type RunFacts } from './record.ts';

/** One fit of a plan. */
export interface PlannedFit {
  readonly job: FitJob;
  readonly facts: Omit<FitFacts, 'startedAt'>;
  /** Sets the record's file name apart from that of the default benchmark and parameters; undefined for those. */
  readonly variant: string | undefined;
  /** The file of the record. */
  readonly file: string;
}

/** Everything about a run that is decided before the first fit. */
export interface BenchPlan {
  readonly facts: RunFacts;
  readonly fits: readonly PlannedFit[];
  /** Seconds that a fit may take; absent for no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** Whether to skip fits that have a finished record. */
  readonly skipExisting: boolean;
}

/** The log of a fit. */
export interface KeptLog {
  readonly file: string;
  readonly log: FitLog;
}

/** What was kept of a fit besides its record. */
export interface KeptFit {
  /** What became of earlier records of the fit. */
  readonly remarks: readonly string[];
  /** What the process printed, and its file; null if it printed nothing, or the record was not kept. */
  readonly log: KeptLog | null;
}

/** Listeners of a run, and its access to records and time. */
export interface BenchHooks {
  started(fit: PlannedFit, index: number): void;
  progress(fit: PlannedFit, progress: Progress): void;
  /** The process of a fit has printed lines, whose control characters are visible. */
  printed(fit: PlannedFit, lines: readonly string[]): void;
  ended(fit: PlannedFit, record: FitRecord, kept: KeptFit): void;
  skipped(fit: PlannedFit, record: FitRecord): void;
  /** The fit succeeded, but its fitted model could not be saved. */
  notKept(fit: PlannedFit, reason: string): void;
  /** Finds a finished record of the same fit by the same code; null if there is none. */
  findMeasured(fit: PlannedFit): Promise<FitRecord | null>;
  /** Keeps a record next to earlier ones. Returns it with the number that it got among the runs of the fit. */
  keep(
    fit: PlannedFit,
    record: FitRecord,
  ): Promise<{ readonly record: FitRecord; readonly file: string | null; readonly remarks: readonly string[] }>;
  /** Writes a log next to the record of a file and returns its file; null if it is empty or cannot be written. */
  writeLog(file: string, log: FitLog): Promise<string | null>;
  now(): Date;
}

/**
 * Runs every fit of a plan. A fit that fails gets a record like any other.
 *
 * @param signal stops the running fit and starts no other
 * @returns the records of this run in the plan's order, those of skipped fits included
 * @throws UserError if a record cannot be written
 */
export async function runBench(plan: BenchPlan, hooks: BenchHooks, signal: AbortSignal): Promise<FitRecord[]> {
  const records: FitRecord[] = [];
  for (const [index, fit] of plan.fits.entries()) {
    if (signal.aborted) break;
    const measured = plan.skipExisting ? await hooks.findMeasured(fit) : null;
    if (measured) {
      hooks.skipped(fit, measured);
      records.push(measured);
      continue;
    }
    hooks.started(fit, index);
    const log = createFitLog();
    const { record, notKept } = await runFit(plan, fit, log, hooks, signal);
    const kept = await hooks.keep(fit, record);
    const logFile = kept.file === null ? null : await hooks.writeLog(kept.file, log);
    records.push(kept.record);
    const { remarks } = kept;
    hooks.ended(fit, kept.record, { remarks, log: logFile === null ? null : { file: logFile, log } });
    if (notKept !== null) hooks.notKept(fit, notKept);
  }
  return records;
}

/** Runs one fit. Whatever happens, there is a valid record of it. */
async function runFit(
  { facts: run, timeoutSeconds }: BenchPlan,
  fit: PlannedFit,
  log: FitLog,
  hooks: BenchHooks,
  signal: AbortSignal,
): Promise<{ readonly record: FitRecord; readonly notKept: string | null }> {
  const facts = { ...fit.facts, startedAt: hooks.now().toISOString() };
  const onProgress = (progress: Progress): void => hooks.progress(fit, progress);
  const onLines = (lines: readonly string[]): void => hooks.printed(fit, log.add(lines));
  try {
    const ended = await runFitProcess(fit.job, { timeoutSeconds, signal, onProgress, onLines });
    const record = checkRecord(buildRecord(run, facts, ended));
    return { record, notKept: ended.status === 'ok' ? ended.outcome.notKept : null };
  } catch (error) {
    const failed = {
      status: 'failed',
      engine: null,
      peakRssBytes: null,
      totalSeconds: 0,
      error: describeError(error),
    } as const;
    return { record: buildRecord(run, facts, failed), notKept: null };
  }
}
