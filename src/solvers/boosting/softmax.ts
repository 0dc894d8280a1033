// Computes probabilities from scores for a range of images. The boosting workers do this after each round.
import type { BoostingState } from './tree-options.ts';

/** A range of images; `end` is one past the last. */
export interface SoftmaxTask {
  readonly state: Pick<BoostingState, 'labels' | 'classCount' | 'scores' | 'probabilities'>;
  readonly start: number;
  readonly end: number;
}

/**
 * Computes the probabilities of a range of images into `state.probabilities`.
 *
 * @returns the sum of their cross-entropies, in nats
 */
export function softmax({ state, start, end }: SoftmaxTask): number {
  const { labels, classCount, scores, probabilities } = state;
  const images = labels.length;
  let loss = 0;
  for (let i = start; i < end; i++) {
    let largest = -Infinity;
    for (let k = 0; k < classCount; k++) largest = Math.max(largest, scores[k * images + i]!);
    let total = 0;
    for (let k = 0; k < classCount; k++) {
      const power = Math.exp(scores[k * images + i]! - largest);
      probabilities[k * images + i] = power;
      total += power;
    }
    for (let k = 0; k < classCount; k++) probabilities[k * images + i]! /= total;
    loss += Math.log(total) + largest - scores[labels[i]! * images + i]!;
  }
  return loss;
}
