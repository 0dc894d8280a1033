import { describe, expect, it } from 'vitest';
import { createRandom, withMathRandom } from '../../src/base/random.ts';

describe('withMathRandom', () => {
  it('lends its generator to the work and nothing else', () => {
    const before = Math.random;
    const drawn = withMathRandom(createRandom(3), () => [Math.random(), Math.random()]);
    const random = createRandom(3);
    expect(drawn).toEqual([random(), random()]);
    expect(Math.random).toBe(before);
  });

  it('puts Math.random back when the work throws', () => {
    const before = Math.random;
    const fail = (): never => {
      throw new Error('failed');
    };
    expect(() => withMathRandom(createRandom(3), fail)).toThrow('failed');
    expect(Math.random).toBe(before);
  });
});
