import { describe, expect, it } from 'vitest';
import { voteShares } from '../../src/solvers/vote-shares.ts';

const labels = Uint8Array.of(0, 1, 1, 2);
const neighbours = { indices: Int32Array.of(0, 1, 3, 2, 1, 0), distances: Float32Array.of(1, 2, 4, 0, 0, 3) };

describe('voteShares', () => {
  it('counts each neighbour once', () => {
    const shares = voteShares(neighbours, labels, 3, 3, 'uniform');
    for (const [i, share] of [1 / 3, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 0].entries()) expect(shares[i]).toBeCloseTo(share, 6);
  });

  it('weights by 1 / distance, and only counts duplicates if there are any', () => {
    // 1, 1/2, 1/4 sum to 7/4: shares 4/7, 2/7, 1/7. Then two neighbours at distance 0, both of class 1.
    const shares = voteShares(neighbours, labels, 3, 3, 'distance');
    for (const [i, share] of [4 / 7, 2 / 7, 1 / 7, 0, 1, 0].entries()) expect(shares[i]).toBeCloseTo(share, 6);
  });
});
