import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  energyOf,
  parsePower,
  parseProcessMemory,
  parseTakenMemory,
  readCardUse,
  readTakenMemory,
  showsOnCard,
} from '../../../src/engine/runtime/nvidia-usage.ts';
import { fakeNvidiaSmi } from '../../fixtures/nvidia-smi.ts';

describe('parsePower', () => {
  it.each([
    ['one card', '118.52\n', 118.52],
    ['several cards', '118.52\n76.31\n', 194.83],
    ['a value with its unit', ' 118.52 W\n', 118.52],
    ['whole watts', '70\n', 70],
    ['a card that does not report it', '[N/A]\n', null],
    ['two cards of which one does not report it', '118.52\n[N/A]\n', null],
    ['an old card', '[Not Supported]\n', null],
    ['a driver with an error', '[Unknown Error]\n', null],
    ['no card', 'No devices were found\n', null],
    ['no tool', '', null],
    ['no driver', 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n', null],
  ])('reads %s', (_, text, watts) => {
    const read = parsePower(text);
    if (watts === null) expect(read).toBeNull();
    else expect(read).toBeCloseTo(watts, 9);
  });
});

describe('parseProcessMemory', () => {
  it.each([
    ['one process', '4711, 1534\n', 1534 * 2 ** 20],
    ['a process on two cards', '4711, 1534\n4712, 9\n4711, 500\n', 2034 * 2 ** 20],
    ['other processes only', '4712, 9\n', null],
    ['a process id with the same prefix', '47110, 9\n', null],
    ['memory that is not reported', '4711, [N/A]\n', null],
    ['no process', '', null],
    ['a card without the list', 'No running processes found\n', null],
  ])('reads %s', (_, text, bytes) => {
    expect(parseProcessMemory(text, 4711)).toBe(bytes);
  });
});

describe('energyOf', () => {
  it('sums trapezoids of different widths', () => {
    // 0 to 2 s: mean 15 W, 30 J; 2 to 3 s: mean 40 W, 40 J.
    const samples = [
      { seconds: 10, watts: 10 },
      { seconds: 12, watts: 20 },
      { seconds: 13, watts: 60 },
    ];
    expect(energyOf(samples)).toBe(70);
  });

  it.each([[[]], [[{ seconds: 1, watts: 5 }]]])('is null for %j', (samples) => {
    expect(energyOf(samples)).toBeNull();
  });
});

describe('parseTakenMemory', () => {
  it.each([
    ['one card', '4\n', 4 * 2 ** 20],
    ['several cards', '4\n1500 MiB\n', 1504 * 2 ** 20],
    ['a card that does not report it', '[N/A]\n', null],
    ['no card', 'No devices were found\n', null],
    ['no tool', '', null],
  ])('reads %s', (_, text, bytes) => {
    expect(parseTakenMemory(text)).toBe(bytes);
  });
});

describe('readCardUse', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'usage-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('finds the process and the increase of used memory', async () => {
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { 'memory.used': '1538', 'compute-apps': '4711, 1534' }));
    const use = await readCardUse(4711, 4 * 2 ** 20);
    expect(use).toEqual({ isListed: true, processBytes: 1534 * 2 ** 20, takenBytes: 1534 * 2 ** 20 });
    expect(showsOnCard(use!)).toBe(true);
  });

  it('uses the memory if processes are not listed, as in a container', async () => {
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { 'memory.used': '1538' }));
    const use = await readCardUse(4711, 4 * 2 ** 20);
    expect(use).toMatchObject({ isListed: false, processBytes: null });
    expect(showsOnCard(use!)).toBe(true);
  });

  it('finds a process whose memory is not reported', async () => {
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { 'memory.used': '[N/A]', 'compute-apps': '4711, [N/A]' }));
    expect(await readCardUse(4711, null)).toEqual({ isListed: true, processBytes: null, takenBytes: null });
  });

  it('does not find a process that uses no card', async () => {
    vi.stubEnv('PATH', await fakeNvidiaSmi(folder, { 'memory.used': '5', 'compute-apps': '47110, 900' }));
    const use = await readCardUse(4711, 4 * 2 ** 20);
    expect(use?.isListed).toBe(false);
    expect(showsOnCard(use!)).toBe(false);
  });

  it('returns null without the tool', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await readTakenMemory()).toBeNull();
    expect(await readCardUse(4711, null)).toBeNull();
  });
});
