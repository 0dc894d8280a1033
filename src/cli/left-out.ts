// Names the records that a command leaves out.
import type { RecordProblem } from '../results/read.ts';
import type { Io } from '../terminal/io.ts';

/** Creates the function that names a record that is left out, and why, each record once. */
export function createLeftOut(io: Io): (problem: RecordProblem) => void {
  const named = new Set<string>();
  return ({ file, message }) => {
    if (!named.has(file)) io.err(`left out: ${file}: ${message}`);
    named.add(file);
  };
}
