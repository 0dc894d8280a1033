// The outputs of a command. main.ts passes them in, so that tests can replace them.
import { terminalText } from '../document/terminal-text.ts';
import type { ExitCode } from './exit-code.ts';

/** Standard output, standard error and exit status, and what the terminal can show. */
export interface Io {
  /** Prints the result that the user asked for to standard output, with a line break. */
  out(text: string): void;
  /** Prints progress, notices and errors to standard error, with a line break. */
  err(text: string): void;
  /** Sets the exit status. */
  exit(code: ExitCode): void;
  /** Whether standard error is a terminal, where a line can be redrawn. */
  readonly isTerminal: boolean;
  /** Width of the terminal in characters; 100 without one. */
  readonly columns: number;
  readonly colour: boolean;
}

/**
 * Makes outputs safe for text of any origin. Commands print through the result, so that they need not escape anything
 * themselves.
 *
 * @param io outputs that write texts as they are
 * @returns outputs that write each text as `terminalText` returns it
 */
export function safeIo(io: Io): Io {
  return { ...io, out: (text) => io.out(terminalText(text)), err: (text) => io.err(terminalText(text)) };
}
