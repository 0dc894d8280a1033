// Class probabilities from the votes of nearest neighbours.
import type { Neighbours } from './nearest-neighbours.ts';

/** Weight of a neighbour's vote: 1, or 1 / distance. */
export type Weights = 'uniform' | 'distance';

/** Names of all weightings. */
export const WEIGHTS: readonly Weights[] = ['uniform', 'distance'];

/**
 * Computes class shares from the votes of neighbours. With distance weights, only neighbours at distance 0 count if there
 * are any, as in scikit-learn.
 *
 * @param neighbours result of `nearestNeighbours`
 * @param labels class indices of the references
 * @param k number of neighbours of each query
 * @param classCount number of classes
 * @param weights weight of a vote
 * @returns queries x classes, row-major, each row sums to 1
 */
export function voteShares(
  { indices, distances }: Neighbours,
  labels: Uint8Array,
  k: number,
  classCount: number,
  weights: Weights,
): Float32Array {
  const shares = new Float32Array((indices.length / k) * classCount);
  for (let start = 0, row = 0; start < indices.length; start += k, row += classCount) {
    // Neighbours are sorted: if any is at distance 0, the first one is.
    const hasDuplicate = distances[start] === 0;
    const votes = Array.from({ length: k }, (_, j) => {
      const distance = distances[start + j]!;
      if (weights === 'uniform') return 1;
      return hasDuplicate ? Number(distance === 0) : 1 / distance;
    });
    const total = votes.reduce((sum, vote) => sum + vote, 0);
    for (let j = 0; j < k; j++) shares[row + labels[indices[start + j]!]!]! += votes[j]! / total;
  }
  return shares;
}
