// Measures how busy the machine is, to adjust time limits that are meant for an idle machine.
import { ownClock } from './trial/own-clock.ts';

/** Long enough for other programs to interrupt it. */
const PROCESSOR_MILLISECONDS = 30;

/**
 * Computes for a moment and compares elapsed time with processor time.
 *
 * @returns 1 if no other program runs, 3 if two others share the processor with this one
 */
export function measureSlowdown(): number {
  const [start, before] = [ownClock.elapsed(), ownClock.processor()];
  for (;;) {
    const computed = ownClock.processor() - before;
    if (computed >= PROCESSOR_MILLISECONDS) return Math.max(1, (ownClock.elapsed() - start) / computed);
  }
}
