import { expect, it } from 'vitest';
import { type WatchTools, watchDevice } from '../../src/run/device-watch.ts';

/** Cards that draw the given watts at consecutive readings, one second apart. */
function cards(watts: readonly (number | null)[], bytes: readonly (number | null)[]) {
  let looks = 0;
  let seconds = 0;
  const tools: WatchTools = {
    readPower: async () => watts[Math.min(looks++, watts.length - 1)]!,
    readProcessMemory: async () => bytes[Math.min(looks, bytes.length - 1)] ?? null,
    now: () => 1000 * seconds++,
  };
  return { tools, looks: () => looks };
}

it('reads the cards at once and at the end, and keeps the highest memory', async () => {
  const { tools, looks } = cards([100], [null, 7, 3]);
  const watch = watchDevice(1, tools, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await watch.stop()).toEqual({ energyJoules: 100, peakBytes: 7 });
  expect(looks()).toBe(2);
});

it('reads the cards repeatedly', async () => {
  const { tools, looks } = cards([10, 20, 30], [5]);
  const watch = watchDevice(1, tools, 1);
  while (looks() < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  const { energyJoules } = await watch.stop();
  // 15 J, 25 J, then 30 J a second.
  expect(energyJoules).toBe(15 + 25 + 30 * (looks() - 3));
});

it('reads only once if the cards report nothing', async () => {
  const { tools, looks } = cards([null], [null]);
  const watch = watchDevice(1, tools, 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await watch.stop()).toEqual({ energyJoules: null, peakBytes: null });
  expect(looks()).toBe(1);
});
