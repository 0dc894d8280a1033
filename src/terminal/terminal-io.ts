// The outputs of this process.
import process from 'node:process';
import picocolors from 'picocolors';
import { BROKEN_PIPE } from './exit-code.ts';
import { type Io, safeIo } from './io.ts';

const DEFAULT_COLUMNS = 100;

/**
 * Creates the outputs of this process. The terminal `dumb`, which editors and some CI systems have, gets neither colours nor
 * redrawn lines.
 */
export function terminalIo(): Io {
  const isTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  return safeIo({
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    exit: (code) => {
      process.exitCode = code;
    },
    isTerminal,
    // A terminal that knows no width says 0.
    columns: process.stderr.columns || DEFAULT_COLUMNS,
    colour: isTerminal && picocolors.isColorSupported,
  });
}

/**
 * Handles what ends this process outside a command: a closed or full output, and errors that nothing catches.
 *
 * @param io where errors are printed
 * @param describe writes an error for the user
 */
export function watchProcess(io: Io, describe: (error: unknown) => string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader such as head may close the pipe before the program has printed everything.
    if (error.code === 'EPIPE') process.exit(process.exitCode || BROKEN_PIPE);
    io.err(`error: cannot write to standard output: ${error.message}`);
    process.exit(2);
  });
  // Nothing can be said where standard error is closed or full; the command goes on.
  process.stderr.on('error', () => {});
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      io.err(describe(error));
      process.exit(2);
    });
  }
}
