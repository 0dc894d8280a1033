import { describe, expect, it } from 'vitest';
import { createRandom, withMathRandom } from '../../src/base/random.ts';

describe('withMathRandom', () => {
  it('replaces Math.random only while the work runs', () => {
    const before = Math.random;
    const drawn = withMathRandom(createRandom(3), () => [Math.random(), Math.random()]);
    const random = createRandom(3);
    expect(drawn).toEqual([random(), random()]);
    expect(Math.random).toBe(before);
  });

  it('restores Math.random if the work throws', () => {
    const before = Math.random;
    const fail = (): never => {
      throw new Error('failed');
    };
    expect(() => withMathRandom(createRandom(3), fail)).toThrow('failed');
    expect(Math.random).toBe(before);
  });
});
