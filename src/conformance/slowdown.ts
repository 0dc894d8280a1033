// How busy the machine is, for limits that are meant in seconds of a machine that is not.
import process from 'node:process';

/** Long enough to be interrupted by whatever else computes. */
const PROCESSOR_MILLISECONDS = 30;

/**
 * Computes for a moment and compares the clock with the processor's time.
 *
 * @returns 1 where the processor is all ours, 3 where two others have their turns between ours
 */
export function measureSlowdown(): number {
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const computed = (user + system) / 1000;
    if (computed >= PROCESSOR_MILLISECONDS) return Math.max(1, (performance.now() - start) / computed);
  }
}
