import { describe, expect, it } from 'vitest';
import { energyOf, parsePower, parseProcessMemory } from '../../src/engine/nvidia-usage.ts';

describe('parsePower', () => {
  it.each([
    ['one card', '118.52\n', 118.52],
    ['several cards', '118.52\n76.31\n', 194.83],
    ['a unit all the same', ' 118.52 W\n', 118.52],
    ['whole watts', '70\n', 70],
    ['a card that does not say', '[N/A]\n', null],
    ['one of two cards that does not say', '118.52\n[N/A]\n', null],
    ['an old card', '[Not Supported]\n', null],
    ['a driver in trouble', '[Unknown Error]\n', null],
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
    ['a number that begins alike', '47110, 9\n', null],
    ['memory that is not told', '4711, [N/A]\n', null],
    ['no process', '', null],
    ['a card without the list', 'No running processes found\n', null],
  ])('reads %s', (_, text, bytes) => {
    expect(parseProcessMemory(text, 4711)).toBe(bytes);
  });
});

describe('energyOf', () => {
  it('adds up trapezoids of uneven width', () => {
    // 0 to 2 s: mean 15 W, 30 J; 2 to 3 s: mean 40 W, 40 J.
    const samples = [
      { seconds: 10, watts: 10 },
      { seconds: 12, watts: 20 },
      { seconds: 13, watts: 60 },
    ];
    expect(energyOf(samples)).toBe(70);
  });

  it.each([[[]], [[{ seconds: 1, watts: 5 }]]])('does not know of %j', (samples) => {
    expect(energyOf(samples)).toBeNull();
  });
});
