// The clock of one fit: separates training time from evaluation time and dates the points of the learning curve.
import type { CurvePoint } from '../results/schema.ts';
import type { EpochReport, FitContext } from '../types.ts';

/** The times of a fit and its learning curve so far. */
export interface FitTimes {
  readonly curve: readonly CurvePoint[];
  /** Training, without the work inside `evaluating`. */
  readonly trainSeconds: number;
  /** Work inside `evaluating`. */
  readonly evaluateSeconds: number;
}

/** Measures one fit. */
export interface FitClock {
  /** Starts the training time; call it right before `fit`. */
  start(): void;
  /** Adds a point to the learning curve at the current training time. */
  epoch(report: EpochReport): void;
  /** Runs work that counts as evaluation. */
  readonly evaluating: FitContext['evaluating'];
  /** Gives the times so far, those of earlier processes included. */
  times(): FitTimes;
  /** Adds the times of an earlier process that this fit continues. */
  resume(earlier: FitTimes): void;
}

/**
 * Creates the clock of a fit.
 *
 * @param now milliseconds on any clock
 */
export function createFitClock(now: () => number): FitClock {
  const curve: CurvePoint[] = [];
  const earlier = { trainSeconds: 0, evaluateSeconds: 0 };
  let startedAt = 0;
  let pausedSeconds = 0;
  const secondsSince = (time: number): number => (now() - time) / 1000;
  const trainSeconds = (): number => earlier.trainSeconds + secondsSince(startedAt) - pausedSeconds;
  return {
    start() {
      startedAt = now();
    },
    epoch(report) {
      curve.push({ ...report, seconds: trainSeconds() });
    },
    async evaluating(work) {
      const from = now();
      try {
        return await work();
      } finally {
        pausedSeconds += secondsSince(from);
      }
    },
    times: () => ({
      curve,
      trainSeconds: trainSeconds(),
      evaluateSeconds: earlier.evaluateSeconds + pausedSeconds,
    }),
    resume(times) {
      curve.push(...times.curve);
      earlier.trainSeconds = times.trainSeconds;
      earlier.evaluateSeconds = times.evaluateSeconds;
    },
  };
}
