// Runs a plan: one fit after another, each in its own process, each written as soon as it ends.
import { type FitRecord, isFinished } from '../results/schema.ts';
import type { Progress } from '../types.ts';
import { runFitProcess } from './fit-process.ts';
import type { FitJob } from './job.ts';
import { buildRecord, type FitFacts, type RunFacts } from './record.ts';

/** One fit of a plan. */
export interface PlannedFit {
  readonly job: FitJob;
  readonly facts: Omit<FitFacts, 'startedAt'>;
  /** Sets its record apart from that of the default benchmark and parameters; undefined when it is that. */
  readonly variant: string | undefined;
  /** Where its record goes. */
  readonly file: string;
}

/** Everything about a run that is decided before the first fit. */
export interface BenchPlan {
  readonly facts: RunFacts;
  readonly fits: readonly PlannedFit[];
  /** Seconds a fit may take; absent for no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** Leaves out fits whose record is there and finished. */
  readonly skipExisting: boolean;
}

/** Told as the run goes on; and where records come from and go to. */
export interface BenchHooks {
  started(fit: PlannedFit, index: number): void;
  progress(fit: PlannedFit, progress: Progress): void;
  ended(fit: PlannedFit, record: FitRecord): void;
  skipped(fit: PlannedFit, record: FitRecord): void;
  /** The fit went well, but its fitted model could not be kept. */
  notKept(fit: PlannedFit, reason: string): void;
  /** Null when there is none, or it cannot be read. */
  read(file: string): Promise<FitRecord | null>;
  write(file: string, record: FitRecord): Promise<void>;
  now(): Date;
}

/**
 * Runs every fit of a plan in turn. A fit that fails is a record like any other; one that the user stopped leaves a
 * record only where there was none.
 *
 * @param signal stops the fit in flight and starts no other
 * @returns the records of this run, skipped ones included, in the plan's order
 * @throws UserError when a record cannot be written
 */
export async function runBench(plan: BenchPlan, hooks: BenchHooks, signal: AbortSignal): Promise<FitRecord[]> {
  const records: FitRecord[] = [];
  for (const [index, fit] of plan.fits.entries()) {
    if (signal.aborted) break;
    const existing = await hooks.read(fit.file);
    if (plan.skipExisting && existing && isFinished(existing)) {
      hooks.skipped(fit, existing);
      records.push(existing);
      continue;
    }
    hooks.started(fit, index);
    const startedAt = hooks.now().toISOString();
    const ended = await runFitProcess(fit.job, {
      timeoutSeconds: plan.timeoutSeconds,
      signal,
      onProgress: (progress) => hooks.progress(fit, progress),
    });
    const record = buildRecord(plan.facts, { ...fit.facts, startedAt }, ended);
    if (record.status !== 'aborted' || !existing) await hooks.write(fit.file, record);
    records.push(record);
    hooks.ended(fit, record);
    if (ended.status === 'ok' && ended.outcome.notKept !== null) hooks.notKept(fit, ended.outcome.notKept);
  }
  return records;
}
