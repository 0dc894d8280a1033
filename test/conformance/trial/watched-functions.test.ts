import { afterEach, expect, it } from 'vitest';
import { ownClock } from '../../../src/conformance/trial/own-clock.ts';
import { replacedFunctions } from '../../../src/conformance/trial/watched-functions.ts';

const originals = { now: performance.now, date: Date, slice: Uint8Array.prototype.slice };
afterEach(() => {
  performance.now = originals.now;
  globalThis.Date = originals.date;
  Uint8Array.prototype.slice = originals.slice;
});

it('finds nothing as long as nothing is replaced', () => {
  Math.random = () => 0.5;
  expect(replacedFunctions()).toEqual([]);
});

it('names what is replaced', () => {
  performance.now = () => 0;
  globalThis.Date = class extends Date {} as DateConstructor;
  expect(replacedFunctions()).toEqual(['performance.now', 'globalThis.Date']);
});

it('measures with the original clock after the clock of the process has been replaced', () => {
  performance.now = () => Number.NaN;
  expect(ownClock.elapsed()).toBeGreaterThan(0);
});
