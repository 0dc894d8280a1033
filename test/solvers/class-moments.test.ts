import { describe, expect, it } from 'vitest';
import { classMoments } from '../../src/solvers/class-moments.ts';

describe('classMoments', () => {
  it('sums bytes and squares by class, and has zeros for a class without images', () => {
    const { counts, sums, squares } = classMoments(Uint8Array.of(1, 2, 10, 20, 3, 4), Uint8Array.of(2, 0, 2), 3);
    expect([...counts]).toEqual([1, 0, 2]);
    expect([...sums]).toEqual([10, 20, 0, 0, 4, 6]);
    expect([...squares]).toEqual([100, 400, 0, 0, 10, 20]);
  });
});
