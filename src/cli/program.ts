// Runs the program: connects it to the terminal, prints errors, sets the exit status.
import process from 'node:process';
import { type Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import { UserError } from '../base/errors.ts';
import type { Io } from '../terminal/io.ts';

/** Creates the outputs of this process. */
export function terminalIo(): Io {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    exit: (code) => {
      process.exitCode = code;
    },
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 100,
    colour: picocolors.isColorSupported && process.stderr.isTTY === true,
  };
}

/**
 * Runs a program with the arguments of this process. A `UserError` is printed without a stack and exits with status 2,
 * any other error exits with status 1.
 *
 * @param program a command with `exitOverride`
 */
export async function runProgram(program: Command, io: Io): Promise<void> {
  // A reader such as head may close the pipe before the program has printed everything.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed its message. Help is not an error.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof UserError) {
      io.err(`${picocolors.createColors(io.colour).red('error:')} ${error.message}`);
      process.exitCode = 2;
    } else {
      io.err(error instanceof Error ? describeError(error) : String(error));
      process.exitCode = 1;
    }
  }
}

function describeError(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describeError(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
