import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { peakRssOf, processorSecondsOf, runningThreadsOf } from '../../src/run/process-usage.ts';

const isLinux = process.platform === 'linux';
/** Above the largest process id of Linux. */
const NO_PROCESS = 2 ** 22 + 1;

describe.skipIf(!isLinux)('the use of a process', () => {
  it('includes the processor time of this process, as it reports it itself', () => {
    for (const end = performance.now() + 50; performance.now() < end; );
    const { user, system } = process.cpuUsage();
    // Children that have ended count too.
    expect(processorSecondsOf(process.pid)).toBeGreaterThanOrEqual((user + system) / 1e6 - 0.05);
  });

  it('includes its peak memory and the thread that asks', () => {
    expect(peakRssOf(process.pid)).toBeGreaterThanOrEqual(process.memoryUsage().rss * 0.9);
    expect(runningThreadsOf(process.pid)).toBeGreaterThanOrEqual(1);
  });

  it('is unknown for a process that does not exist', () => {
    expect(processorSecondsOf(NO_PROCESS)).toBeNull();
    expect(peakRssOf(NO_PROCESS)).toBeNull();
    expect(runningThreadsOf(NO_PROCESS)).toBeNull();
  });
});
