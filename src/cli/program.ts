// What every program does around its commands: the only place that prints and sets exit statuses.
import process from 'node:process';
import { type Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import { UserError } from '../base/errors.ts';
import type { Io } from '../terminal/io.ts';

/** Gives the terminal, or whatever standard output and standard error are. */
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
 * Runs a program on this process's arguments. A user's fault is printed without a stack and exits with 2, any other
 * with 1.
 *
 * @param program a command that overrides its exits
 */
export async function runProgram(program: Command, io: Io): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message already; asking for help is no fault.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof UserError) {
      io.err(`${picocolors.createColors(io.colour).red('error:')} ${error.message}`);
      process.exitCode = 2;
    } else {
      io.err(error instanceof Error ? describeFault(error) : String(error));
      process.exitCode = 1;
    }
  }
}

function describeFault(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${describeFault(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
