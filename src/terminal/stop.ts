// Stops a command at Ctrl-C and other signals.
import { STOP_SIGNALS, StoppedError, type StopSignal } from './exit-code.ts';
import type { Io } from './io.ts';

/** Signals closer together than this count as one. */
const SAME_SIGNAL_MILLISECONDS = 500;

/**
 * Aborts the returned signal at Ctrl-C, SIGTERM or SIGHUP, so that the command can stop in good order. A second signal
 * exits at once.
 *
 * @returns the abort signal, whose reason is a `StoppedError`, and a function that stops listening
 */
export function stopOnSignals(io: Io): { signal: AbortSignal; release(): void } {
  const stop = new AbortController();
  let stoppedAt = 0;
  const onSignal = (name: StopSignal): void => {
    if (stop.signal.aborted) {
      // One Ctrl-C arrives twice: from the terminal, and from npm, which passes it on.
      if (performance.now() - stoppedAt > SAME_SIGNAL_MILLISECONDS) process.exit(new StoppedError(name).exitCode);
      return;
    }
    stoppedAt = performance.now();
    stop.abort(new StoppedError(name));
    io.err('stopping (press Ctrl-C again to exit at once) ...');
  };
  const listeners = STOP_SIGNALS.map((name) => [name, () => onSignal(name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: stop.signal,
    release: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
