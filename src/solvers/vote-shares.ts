// From neighbours to class probabilities: what the adapter `knn` answers with.
import type { Neighbours } from './knn.ts';

/** How much a neighbour's vote counts: 1, or 1 / distance. */
export type Weights = 'uniform' | 'distance';

/** Every way of weighting by name. */
export const WEIGHTS: readonly Weights[] = ['uniform', 'distance'];

/**
 * Lets neighbours vote. With distance weights, neighbours at distance 0 outvote all others, as in scikit-learn.
 *
 * @param neighbours of `nearestNeighbours`
 * @param labels class indices of the references
 * @param k neighbours of each query
 * @param classCount how many classes
 * @param weights how much a vote counts
 * @returns queries x classes shares of the votes, row-major, each row sums to 1
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
    // Nearest first: if any neighbour is at distance 0, the first one is.
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
