import { describe, expect, it } from 'vitest';
import { findBackground } from '../../../src/app/pictures/background.ts';

describe('findBackground', () => {
  it('is the grey of the frame, whatever is inside', () => {
    const grey = new Uint8Array(100).fill(20);
    for (let at = 0; at < 100; at++) {
      if (at < 10 || at >= 90 || at % 10 === 0 || at % 10 === 9) grey[at] = 210;
    }
    expect(findBackground({ width: 10, height: 10, grey, alpha: null })).toEqual({ level: 210, deviation: 0 });
  });

  it('is what most of the frame agrees on when an object of many greys covers more of it', () => {
    // One row is all frame: four of ten pixels are 250, the others are far apart.
    const grey = Uint8Array.of(250, 250, 10, 40, 70, 100, 130, 160, 250, 250);
    expect(findBackground({ width: 10, height: 1, grey, alpha: null }).level).toBe(250);
  });

  it('tells how far a noisy background strays', () => {
    // Deviations from 100: 0, 4, 4, 2, 2, 6, 6; the fourth of seven is 4.
    const grey = Uint8Array.of(100, 96, 104, 98, 102, 94, 106);
    expect(findBackground({ width: 7, height: 1, grey, alpha: null })).toEqual({ level: 100, deviation: 4 });
  });

  it.each([
    ['white behind a dark object', 30, 255],
    ['white behind a light object', 200, 255],
    ['black behind a nearly white one', 250, 0],
  ])('is %s where the frame is transparent', (_, object, level) => {
    const grey = Uint8Array.of(77, object, object, 77);
    const alpha = Uint8Array.of(0, 255, 255, 0);
    expect(findBackground({ width: 4, height: 1, grey, alpha })).toEqual({ level, deviation: 0 });
  });

  it('is some grey where all is transparent', () => {
    const { level } = findBackground({ width: 2, height: 1, grey: Uint8Array.of(9, 9), alpha: new Uint8Array(2) });
    expect(level).toBe(255);
  });
});
