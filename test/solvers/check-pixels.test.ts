import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkPixels } from '../../src/solvers/check-pixels.ts';

describe('checkPixels', () => {
  it('accepts finite pixels, and no pixels', () => {
    expect(() => checkPixels('a model', Float32Array.of(0, 1, -3e38, 3e38), 2)).not.toThrow();
    expect(() => checkPixels('a model', new Float32Array(0), 0)).not.toThrow();
  });

  it.each([Number.NaN, Infinity, -Infinity])('reports the first pixel that is %d', (value) => {
    const check = () => checkPixels('a model', Float32Array.of(0, 1, 0, value, value, 0), 3);
    expect(check).toThrow(UserError);
    expect(check).toThrow(`invalid pixel: ${value} (image 1, pixel 1); a model needs finite numbers`);
  });
});
