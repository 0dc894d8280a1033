// What the commands that run other states of the code have in common: Ctrl-C, and what is shown meanwhile.

import type { Adopted } from '../commits/measure/inbox.ts';
import type { MeasureHooks } from '../commits/measure/measure-commit.ts';
import type { Io } from '../terminal/io.ts';
import { startProgress } from '../terminal/progress.ts';
import { stopOnSignals } from '../terminal/stop.ts';

/** What those commands run with. */
export interface Measuring extends MeasureHooks {
  /** Takes the progress line away and stops listening to Ctrl-C. */
  end(): void;
}

/**
 * Starts listening to Ctrl-C.
 *
 * @param io where progress goes
 */
export function startMeasuring(io: Io): Measuring {
  let line: ReturnType<typeof startProgress> | undefined;
  let isRunning = false;
  // The code that runs is stopped by the same Ctrl-C, and says so itself.
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
    end() {
      line?.stop();
      stop.release();
    },
  };
}

/** Names the records that could not be made the user's. */
export function warnOfAdopted({ problems }: Adopted, io: Io): void {
  for (const { file, message } of problems) io.err(`left where it is: ${file}: ${message}`);
}
