// Stops a child process: asks it to end, and kills it after a grace period.
import type { ChildProcess } from 'node:child_process';

/** Why a child process was stopped by this process. */
export type StopReason = 'timed-out' | 'aborted' | 'failed';

/** When and how a child is stopped. */
export interface StopOptions {
  /** Seconds after which the child is stopped; absent for no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** The signal that asks the child to stop; SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds from `stopSignal` to SIGKILL; 0 sends SIGKILL at once, Infinity never; 1,000 by default. */
  readonly graceMilliseconds?: number | undefined;
}

const GRACE_MILLISECONDS = 1000;
/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Creates what stops a child: it asks first, and kills the child after the grace period. Only the first reason counts.
 *
 * @param child the process
 * @param killRest kills what the child has started
 * @param options limit and signals
 */
export function createStopper(child: Pick<ChildProcess, 'kill'>, killRest: () => void, options: StopOptions) {
  const { stopSignal = 'SIGTERM', timeoutSeconds } = options;
  const graceMilliseconds = options.graceMilliseconds ?? GRACE_MILLISECONDS;
  let reason: StopReason | null = null;
  let killTimer: NodeJS.Timeout | undefined;

  const kill = (): void => {
    // First: a process whose parent has ended is harder to find.
    killRest();
    child.kill('SIGKILL');
  };
  const ask = (): void => {
    if (graceMilliseconds === 0) kill();
    else child.kill(stopSignal);
  };
  const stop = (why: StopReason): void => {
    if (reason !== null) return;
    reason = why;
    ask();
    if (graceMilliseconds > 0 && graceMilliseconds < Infinity) killTimer = setTimeout(kill, graceMilliseconds);
  };
  const timeout = timeoutSeconds
    ? setTimeout(() => stop('timed-out'), Math.min(timeoutSeconds * 1000, LONGEST_TIMER_MILLISECONDS))
    : undefined;
  return {
    ask,
    stop,
    reason: () => reason,
    release: () => {
      clearTimeout(timeout);
      clearTimeout(killTimer);
    },
  };
}
