// What the commands that measure other commits share: Ctrl-C, and the progress of the preparation.
import type { Adopted } from '../commits/measure/inbox.ts';
import type { MeasureHooks } from '../commits/measure/measure-commit.ts';
import type { Io } from '../terminal/io.ts';
import { type ProgressLine, startProgress } from '../terminal/progress.ts';
import { stopOnSignals } from '../terminal/stop.ts';

/** The listeners and the abort signal of a measurement. */
export interface Measuring extends MeasureHooks {
  /** Removes the progress line and stops listening to Ctrl-C. */
  end(): void;
}

/**
 * Starts listening to Ctrl-C.
 *
 * @param io where progress is printed
 */
export function startMeasuring(io: Io): Measuring {
  let line: ProgressLine | undefined;
  let isRunning = false;
  // The running code receives the same Ctrl-C and prints its own message.
  const stop = stopOnSignals({ ...io, err: (text) => void (isRunning || io.err(text)) });
  return {
    signal: stop.signal,
    preparing(step) {
      line?.stop();
      isRunning = false;
      if (!io.isTerminal) io.err(`work tree: ${step}`);
      line = startProgress(io, 'work tree');
      line.update({ done: 0, total: 1, unit: 'step', detail: step });
    },
    running() {
      line?.stop();
      isRunning = true;
    },
    printed: (text) => io.err(text),
    end() {
      line?.stop();
      stop.release();
    },
  };
}

/** Prints which records could not be adopted. */
export function printProblems({ problems }: Adopted, io: Io): void {
  for (const { file, message } of problems) io.err(`not adopted: ${file}: ${message}`);
}
