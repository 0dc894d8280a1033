import { describe, expect, it } from 'vitest';
import { insertNeighbour, scanNeighbours } from '../../src/solvers/neighbour-scan.ts';

describe('scanNeighbours', () => {
  it('lists the nearest first, equal ones by index', () => {
    const input = {
      metric: 'l1' as const,
      references: Uint8Array.of(9, 4, 6, 5, 4),
      queries: Uint8Array.of(0, 5),
      size: 1,
    };
    const indices = new Int32Array(4);
    const values = new Float64Array(4);
    scanNeighbours(input, 1, indices, values);
    expect([...indices]).toEqual([3, 1, 2, 4]);
    expect([...values]).toEqual([0, 1, 1, 1]);
  });
});

describe('insertNeighbour', () => {
  it('keeps a list inside a longer array sorted and removes the last element', () => {
    const indices = Int32Array.of(-1, 1, 2, -1);
    const values = Float64Array.of(-1, 5, 7, -1);
    insertNeighbour(3, 5, indices, values, 1, 2);
    expect([...indices]).toEqual([-1, 1, 3, -1]);
    insertNeighbour(4, 5, indices, values, 1, 2);
    expect([...values]).toEqual([-1, 5, 5, -1]);
    expect([...indices]).toEqual([-1, 1, 3, -1]);
  });
});
