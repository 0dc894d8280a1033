// Watches the process that started it, through a pipe. When that process has ended, however it ended, this one kills the
// children that it left and all that they started. `guard-children.ts` starts it.
//
// Argument: the first digits of the marks of all children. Input: one line per child, `+PID` at its start and `-PID` at its end.
import process from 'node:process';
import { killMarked } from './process-tree.mjs';

const mark = process.argv[2] ?? '';
/** @type {Set<number>} */
const running = new Set();
let rest = '';

// It ends with the process that it watches, and must not end before.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});

process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    if (line.startsWith('+')) running.add(Number(line.slice(1)));
    else running.delete(Number(line.slice(1)));
  }
});
process.stdin.on('error', () => {});
process.stdin.once('close', () => {
  if (mark !== '') killMarked(mark, [...running]);
  process.exit(0);
});
