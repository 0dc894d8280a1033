// The exit statuses of every command.
import os from 'node:os';

/** Signals that stop a command: Ctrl-C, a request of the system, and the end of the terminal. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that stops a command. */
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * The exit status of a command. 0: passed; 1: something is worse, or a model failed; 2: the command could not do what it was
 * asked for (wrong use, nothing to compare, a missing verdict, an unexpected error); 129, 130, 143: ended by SIGHUP, SIGINT
 * (Ctrl-C) or SIGTERM; 141: the reader of the output closed it.
 */
export type ExitCode = 0 | 1 | 2 | 129 | 130 | 141 | 143;

/** The status of a command whose reader closed the pipe before everything was printed, as of one that SIGPIPE ends. */
export const BROKEN_PIPE: ExitCode = 141;

/** The reason of the abort signal of a command that a signal stopped. */
export class StoppedError extends Error {
  /** 128 and the number of the signal, as shells report it. */
  readonly exitCode: ExitCode;

  constructor(signal: StopSignal) {
    super('stopped by the user');
    this.exitCode = (128 + os.constants.signals[signal]) as ExitCode;
  }
}

/**
 * Returns the exit status of a command that can be stopped.
 *
 * @param signal of `stopOnSignals`
 * @param isPassed whether all is well, if the command was not stopped
 */
export function exitCodeOf(signal: AbortSignal, isPassed: boolean): ExitCode {
  if (signal.aborted) return signal.reason instanceof StoppedError ? signal.reason.exitCode : 1;
  return isPassed ? 0 : 1;
}
