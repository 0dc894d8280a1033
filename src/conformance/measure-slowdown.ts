// Measures how busy the machine is, to adjust time limits that are meant for an idle machine.
import process from 'node:process';

/** Long enough for other programs to interrupt it. */
const PROCESSOR_MILLISECONDS = 30;

/**
 * Computes for a moment and compares elapsed time with processor time.
 *
 * @returns 1 if no other program runs, 3 if two others share the processor with this one
 */
export function measureSlowdown(): number {
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const computed = (user + system) / 1000;
    if (computed >= PROCESSOR_MILLISECONDS) return Math.max(1, (performance.now() - start) / computed);
  }
}
