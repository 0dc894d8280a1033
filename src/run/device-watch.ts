// Measures the energy and memory of the graphics cards while a fit's process runs, as nvidia-smi reports them.
import { energyOf, type PowerSample, readPower, readProcessMemory } from '../engine/runtime/nvidia-usage.ts';

/** Use of the cards while they were watched; null where they do not report it. */
export interface DeviceUsage {
  /** Energy of all cards of the machine, idle ones included, from the start of the watch to its end. */
  readonly energyJoules: number | null;
  /** Highest device memory of the process that was seen. */
  readonly peakBytes: number | null;
}

/** Readings of the cards; tests replace them. */
export interface WatchTools {
  readPower(): Promise<number | null>;
  readProcessMemory(pid: number): Promise<number | null>;
  /** Milliseconds. */
  now(): number;
}

/** A watch in progress. */
export interface DeviceWatch {
  /** Reads the cards once more and ends the watch. */
  stop(): Promise<DeviceUsage>;
}

/** nvidia-smi answers in about 100 ms, and its values are means over about as long. */
const POLL_MILLISECONDS = 500;

const realTools: WatchTools = { readPower, readProcessMemory, now: () => performance.now() };

/**
 * Starts to watch the cards. If the first reading tells nothing, there are no more readings.
 *
 * @param pid the process whose memory is watched
 * @param tools readings of the cards
 * @param pollMilliseconds time between two readings
 */
export function watchDevice(
  pid: number,
  tools: WatchTools = realTools,
  pollMilliseconds = POLL_MILLISECONDS,
): DeviceWatch {
  const samples: PowerSample[] = [];
  let peakBytes: number | null = null;
  let isOver = false;
  let wake: (() => void) | undefined;

  const readCards = async (): Promise<boolean> => {
    const [watts, bytes] = await Promise.all([tools.readPower(), tools.readProcessMemory(pid)]);
    if (bytes !== null) peakBytes = Math.max(peakBytes ?? 0, bytes);
    if (watts !== null) samples.push({ seconds: tools.now() / 1000, watts });
    return watts !== null || bytes !== null;
  };
  const watched = (async () => {
    if (!(await readCards())) return;
    while (!isOver) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMilliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      await readCards();
    }
  })();
  return {
    async stop() {
      isOver = true;
      wake?.();
      await watched;
      return { energyJoules: energyOf(samples), peakBytes };
    },
  };
}
