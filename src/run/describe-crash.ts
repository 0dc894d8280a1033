// The error message for a child process that ended without a result.
import os from 'node:os';
import { type ChildEnd, describeEnd } from '../base/child-process.ts';
import { bytes } from '../document/format.ts';

/** Lines of the output that the message quotes. */
const QUOTED_LINES = 5;

/**
 * Describes the end of a process that gave no reason itself.
 *
 * @param end how the process ended
 * @param peakRssBytes highest resident memory seen; null if unknown
 */
export function describeCrash(
  end: Pick<ChildEnd, 'code' | 'signal' | 'startError' | 'output'>,
  peakRssBytes: number | null,
): string {
  const memory = peakRssBytes === null ? '' : ` (it used ${bytes(peakRssBytes)} of ${bytes(os.totalmem())})`;
  const lines = end.output.trim().split('\n').slice(-QUOTED_LINES).join(' | ');
  const output = lines === '' ? '' : `; its last output: ${lines}`;
  if (end.startError) return end.startError.message;
  if (end.signal === 'SIGKILL') {
    const advice = 'use --limit, or close other programs';
    return `the process was killed, most likely because memory ran out${memory}; ${advice}${output}`;
  }
  if (/heap out of memory/.test(end.output)) return `the JavaScript heap ran out of memory${memory}${output}`;
  return `the process ended without a result (${describeEnd(end)})${memory}${output}`;
}
