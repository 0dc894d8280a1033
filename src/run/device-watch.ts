// Watches the cards from outside while a fit's process runs: energy and memory, where NVIDIA's tool tells them.
import { energyOf, type PowerSample, readPower, readProcessMemory } from '../engine/runtime/nvidia-usage.ts';

/** What the cards did while they were watched; null where they do not say. */
export interface DeviceUsage {
  /** Of all cards of the machine, idle ones included, from the start of the watch to its end. */
  readonly energyJoules: number | null;
  /** The most memory that the process was seen to hold. */
  readonly peakBytes: number | null;
}

/** How a watch reaches the cards; tests hand in others. */
export interface WatchTools {
  readPower(): Promise<number | null>;
  readProcessMemory(pid: number): Promise<number | null>;
  /** Milliseconds. */
  now(): number;
}

/** A watch in progress. */
export interface DeviceWatch {
  /** Ends the watch with a last look. */
  stop(): Promise<DeviceUsage>;
}

/** The tool takes a tenth of a second to answer; its own figures are means over about as long. */
const POLL_MILLISECONDS = 500;

const realTools: WatchTools = { readPower, readProcessMemory, now: () => performance.now() };

/**
 * Begins to watch. Where a card does not tell its power at the first look, it is not asked again.
 *
 * @param pid the process whose memory is watched
 * @param tools fakes for tests
 * @param pollMilliseconds between two looks
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

  const look = async (): Promise<boolean> => {
    const [watts, bytes] = await Promise.all([tools.readPower(), tools.readProcessMemory(pid)]);
    if (bytes !== null) peakBytes = Math.max(peakBytes ?? 0, bytes);
    if (watts !== null) samples.push({ seconds: tools.now() / 1000, watts });
    return watts !== null || bytes !== null;
  };
  const watched = (async () => {
    if (!(await look())) return;
    while (!isOver) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMilliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      await look();
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
