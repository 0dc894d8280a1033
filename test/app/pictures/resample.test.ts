import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample, sharpen } from '../../../src/app/pictures/resample.ts';

const whole = (width: number, height: number) => ({ left: 0, top: 0, width, height });

describe('resample', () => {
  it('copies part of a picture when the size stays', () => {
    const grey = Uint8Array.from({ length: 20 }, (_, i) => 7 * i);
    // Rows 1 and 2, columns 2 to 4 of a picture five wide.
    const part = resample(grey, 5, { left: 2, top: 1, width: 3, height: 2 }, { width: 3, height: 2 });
    expect([...part].map((value) => Math.round(value * 1e3) / 1e3)).toEqual([49, 56, 63, 84, 91, 98]);
  });

  it('weighs by sinc(x) sinc(x / 3), widened by the ratio when it shrinks', () => {
    // Two values from four: the first at 0.5 in source pixels, so that 0, 1, 2, 3 lie at -1/4, 1/4, 3/4, 5/4 lobes.
    const sinc = (x: number): number => Math.sin(Math.PI * x) / (Math.PI * x);
    const weights = [0.25, 0.25, 0.75, 1.25].map((x) => sinc(x) * sinc(x / 3));
    const sum = weights.reduce((a, b) => a + b);
    const [first, second] = resample([255, 0, 0, 0], 4, whole(4, 1), { width: 2, height: 1 });
    expect(first).toBeCloseTo((255 * weights[0]!) / sum, 3);
    expect(second).toBeCloseTo((255 * weights[3]!) / sum, 3);
  });

  it('leaves a plain picture plain at any size', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, size, (width, height, toWidth, toHeight) => {
        const grey = new Uint8Array(width * height).fill(90);
        const scaled = resample(grey, width, whole(width, height), { width: toWidth, height: toHeight });
        expect(scaled.length).toBe(toWidth * toHeight);
        for (const value of scaled) expect(value).toBeCloseTo(90, 3);
      }),
    );
  });
});

describe('sharpen', () => {
  it('leaves a plain picture plain, the edges included', () => {
    for (const value of sharpen(new Float32Array(12).fill(50), 4)) expect(value).toBeCloseTo(50, 4);
  });

  it('answers a single pixel by its kernel', () => {
    // The Gaussian is 1 in the middle, e^-0.5 = 0.6065 next to it, e^-1 = 0.3679 at the corners: 4.8975 in all. Negated,
    // with twice that in place of the middle, it sums to 9.7951 - 3.8975 = 5.8975, by which it is divided.
    const kernel = sharpen(
      Float32Array.from({ length: 25 }, (_, i) => (i === 12 ? 1 : 0)),
      5,
    );
    expect(kernel[12]).toBeCloseTo(1.6609, 4);
    expect(kernel[11]).toBeCloseTo(-0.1028, 4);
    expect(kernel[6]).toBeCloseTo(-0.0624, 4);
    expect(kernel[0]).toBeCloseTo(0, 6);
    expect(kernel.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
});
