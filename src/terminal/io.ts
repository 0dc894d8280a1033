// What a command may touch of the world outside: handed in by main.ts, so that commands can be tested without a process.

/** Where a command's words go, and how wide and colourful they may be. */
export interface Io {
  /** Prints facts the user asked for (standard output); a line break is added. */
  out(text: string): void;
  /** Prints progress, notices and errors (standard error); a line break is added. */
  err(text: string): void;
  /** Sets the exit status: 0 all well, 1 a model failed or a regression, 2 wrong use or nothing to compare. */
  exit(code: 0 | 1 | 2): void;
  /** Whether standard error is a terminal that can redraw a line. */
  readonly isTerminal: boolean;
  /** Width of the terminal, 100 where there is none. */
  readonly columns: number;
  readonly colour: boolean;
}
