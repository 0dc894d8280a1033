// The clock of one fit: separates training time from evaluation time and dates the points of the learning curve.
import type { EpochReport, FitContext } from '../types.ts';
import type { FitAnswerTimes, FitTimes, ReportedPoint } from './fit-session.ts';

/** What a clock reads. */
export interface ClockSources {
  /** Milliseconds on any clock. */
  now(): number;
  /** Seconds that the processor has worked for this process, all threads together. */
  processorSeconds(): number;
}

/** Measures one fit. */
export interface FitClock {
  /** Starts the training time; call it right before `create`. */
  start(): void;
  /** Adds a point to the learning curve at the current training time. */
  epoch(report: EpochReport): void;
  /** Runs work that counts as evaluation. Calls within calls count once. */
  readonly evaluating: FitContext['evaluating'];
  /** Waits for a checkpoint to be written. What the process computes in the meantime counts as training. */
  writing<T>(work: () => Promise<T>): Promise<T>;
  /** Gives the times so far, those of earlier processes included. */
  times(): FitTimes;
  /** Stops the clock, and gives what was measured in this process. */
  stop(): FitAnswerTimes;
  /** Adds the times of an earlier process that this fit continues. */
  resume(earlier: FitTimes): void;
}

/**
 * Creates the clock of a fit.
 *
 * @param sources wall-clock and processor time
 * @param onPoint called with each point of the learning curve, those of an earlier process first
 */
export function createFitClock(
  { now, processorSeconds }: ClockSources,
  onPoint: (point: ReportedPoint) => void = () => undefined,
): FitClock {
  const curve: ReportedPoint[] = [];
  const evaluations: number[] = [];
  let earlier = { trainSeconds: 0, evaluateSeconds: 0 };
  let startedAt = 0;
  let evaluatedSeconds = 0;
  let checkpointSeconds = 0;
  let depth = 0;
  const secondsSince = (time: number): number => (now() - time) / 1000;
  const trainSeconds = (): number =>
    earlier.trainSeconds + Math.max(0, secondsSince(startedAt) - evaluatedSeconds - checkpointSeconds);
  return {
    start() {
      startedAt = now();
    },
    epoch({ epoch, loss, accuracy, validationLoss, validationAccuracy }) {
      const point = { epoch, seconds: trainSeconds(), loss, accuracy, validationLoss, validationAccuracy };
      curve.push(point);
      onPoint(point);
    },
    async evaluating(work) {
      const from = now();
      depth++;
      try {
        return await work();
      } finally {
        depth--;
        if (depth === 0) {
          const seconds = secondsSince(from);
          evaluations.push(seconds);
          evaluatedSeconds += seconds;
        }
      }
    },
    async writing(work) {
      const [from, before] = [now(), processorSeconds()];
      try {
        return await work();
      } finally {
        if (depth === 0) checkpointSeconds += Math.max(0, secondsSince(from) - (processorSeconds() - before));
      }
    },
    times: () => ({
      curve,
      trainSeconds: trainSeconds(),
      evaluateSeconds: earlier.evaluateSeconds + evaluatedSeconds + checkpointSeconds,
    }),
    stop: () => ({ fitSeconds: secondsSince(startedAt), evaluations, checkpointSeconds, earlier, curve }),
    resume({ curve: points, ...times }) {
      curve.push(...points);
      for (const point of points) onPoint(point);
      earlier = { trainSeconds: times.trainSeconds, evaluateSeconds: times.evaluateSeconds };
    },
  };
}
