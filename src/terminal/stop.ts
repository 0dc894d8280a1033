// Ctrl-C stops in good order.
import type { Io } from './io.ts';

/** Signals closer together than this are one. */
const SAME_SIGNAL_MILLISECONDS = 500;

/**
 * Makes Ctrl-C stop in good order, and a second one at once.
 *
 * @returns a signal for the work, and the way to stop listening
 */
export function stopOnSignals(io: Io): { signal: AbortSignal; release(): void } {
  const stop = new AbortController();
  let stoppedAt = 0;
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      // One Ctrl-C arrives more than once: from the terminal, and again from npm, which passes it on.
      if (performance.now() - stoppedAt > SAME_SIGNAL_MILLISECONDS) process.exit(1);
      return;
    }
    stoppedAt = performance.now();
    stop.abort(new Error('stopped by the user'));
    io.err('stopping the fit in flight (once more to leave at once) ...');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: stop.signal,
    release: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
