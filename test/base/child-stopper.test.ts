import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStopper, type StopOptions } from '../../src/base/child-stopper.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A child that notes what it receives, and when. */
function stopperOf(options: StopOptions = {}) {
  const events: string[] = [];
  const note = (what: string): void => void events.push(`${Date.now() - start} ms: ${what}`);
  const start = Date.now();
  const child = {
    kill(signal?: NodeJS.Signals | number): boolean {
      note(String(signal));
      return true;
    },
  };
  return { stopper: createStopper(child, () => note('the rest is killed'), options), events };
}

describe('a child', () => {
  it('is asked at its time limit, and killed with what it started one second later', () => {
    const { stopper, events } = stopperOf({ timeoutSeconds: 5 });
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual(['5000 ms: SIGTERM', '6000 ms: the rest is killed', '6000 ms: SIGKILL']);
    expect(stopper.reason()).toBe('timed-out');
  });

  it('that ends when it is asked is not killed', () => {
    const { stopper, events } = stopperOf({ timeoutSeconds: 5 });
    vi.advanceTimersByTime(5500);
    stopper.release();
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual(['5000 ms: SIGTERM']);
  });

  it('is asked once, for the first reason', () => {
    const { stopper, events } = stopperOf({ timeoutSeconds: 5, stopSignal: 'SIGINT', graceMilliseconds: Infinity });
    vi.advanceTimersByTime(1000);
    stopper.stop('aborted');
    stopper.stop('failed');
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual(['1000 ms: SIGINT']);
    expect(stopper.reason()).toBe('aborted');
  });

  it('without a grace period is killed at once', () => {
    const { events } = stopperOf({ timeoutSeconds: 5, graceMilliseconds: 0 });
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual(['5000 ms: the rest is killed', '5000 ms: SIGKILL']);
  });

  it('without a limit runs on, also with one beyond what timers can do', () => {
    const { events } = stopperOf({ timeoutSeconds: 1e9 });
    vi.advanceTimersByTime(86_400_000);
    expect(events).toEqual([]);
  });
});
