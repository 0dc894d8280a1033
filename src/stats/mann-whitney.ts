// Is one side larger than the other, such as the times of two versions? The Mann-Whitney test.
import { normalUpperTail } from './normal.ts';

/** What the test finds. */
export interface MannWhitney {
  /** Pairs of one number a side in which the first side's is larger, equal ones counted half: 0 to n1 x n2. */
  readonly u: number;
  /** The chance of a U at least as far out if it did not matter which side a number is on; 0 by underflow only. */
  readonly p: number;
  /** Whether all ways to share out the numbers were counted, rather than approximated by a normal. */
  readonly exact: boolean;
}

/** Numbers to count the ways of, for a tenth of a second; with so many, one side has seven at most. */
const MOST_EXACT = 500;

/**
 * Tests, two-sided, whether numbers of one side tend to be larger than those of the other.
 *
 * Exact, with ties or without, up to 500 numbers that can be shared out in at most 2^53 ways, which a double counts
 * without rounding: always up to 56 numbers, and beyond where one side is small and the normal poor. Ties are exact
 * too: the ways are those of the observed mid-ranks. Their U may be lopsided, so p is the smaller tail doubled, at most
 * 1. Else by the normal approximation with corrections for ties and continuity.
 *
 * @param first at least one number, in the unit of the second, in any order
 * @param second at least one number
 * @throws Error when a side is empty, or a number not finite
 * @see Mann, H. B. and Whitney, D. R. (1947). On a test of whether one of two random variables is stochastically larger
 *   than the other. Annals of Mathematical Statistics 18. For ties: Streitberg, B. and Röhmel, J. (1986). Exact
 *   distributions for permutation and rank tests. Statistical Software Newsletter 12. For the normal: Lehmann, E. L.
 *   (1975). Nonparametrics: statistical methods based on ranks, chapter 1.
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney {
  if (first.length === 0 || second.length === 0) throw new Error('cannot compare with an empty side');
  for (const side of [first, second]) {
    for (let i = 0; i < side.length; i++) {
      if (!Number.isFinite(side[i])) throw new Error(`cannot rank ${side[i]}: only finite numbers`);
    }
  }
  const { doubled, sumOfFirst, ties } = rank(first, second);
  const pairs = first.length * second.length;
  const u = (sumOfFirst - first.length * (first.length + 1)) / 2;
  const numbers = doubled.length;
  const fewer = Math.min(first.length, second.length);
  if (numbers <= MOST_EXACT && waysToChoose(fewer, numbers) <= Number.MAX_SAFE_INTEGER) {
    const sum = fewer === first.length ? sumOfFirst : numbers * (numbers + 1) - sumOfFirst;
    return { u, p: exactP(doubled, fewer, sum), exact: true };
  }
  // Of equal numbers alone, U is always the same.
  if (doubled[0] === doubled.at(-1)) return { u, p: 1, exact: false };
  const variance = (pairs / 12) * (numbers + 1 - ties / (numbers * (numbers - 1)));
  const z = (Math.abs(u - pairs / 2) - 0.5) / Math.sqrt(variance);
  return { u, p: Math.min(1, 2 * normalUpperTail(z)), exact: false };
}

/** Ranks both sides together, from 1, equal numbers by their mean rank; doubled, so that all ranks are whole. */
function rank(first: ArrayLike<number>, second: ArrayLike<number>) {
  const sorted = [
    ...Array.from(first, (value) => ({ value, isFirst: true })),
    ...Array.from(second, (value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  const doubled: number[] = [];
  let sumOfFirst = 0;
  let ties = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end]!.value === sorted[start]!.value) end++;
    // Twice the mean of start + 1 to end.
    while (doubled.length < end) doubled.push(start + 1 + end);
    sumOfFirst += sorted.slice(start, end).filter(({ isFirst }) => isFirst).length * (start + 1 + end);
    ties += (end - start) ** 3 - (end - start);
  }
  return { doubled, sumOfFirst, ties };
}

/** Counts the ways to give one side so many of the ranks by the sum of these. */
function exactP(ranks: readonly number[], size: number, observed: number): number {
  const most = ranks.slice(ranks.length - size).reduce((sum, own) => sum + own, 0);
  // ways[j][s]: of the ranks so far, how many choices of j have the sum s.
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (const own of ranks) {
    for (let j = size; j > 0; j--) {
      const [without, chosen] = [ways[j - 1]!, ways[j]!];
      for (let sum = own; sum <= most; sum++) chosen[sum]! += without[sum - own]!;
    }
  }
  const below = ways[size]!.subarray(0, observed + 1).reduce((total, count) => total + count, 0);
  const above = ways[size]!.subarray(observed).reduce((total, count) => total + count, 0);
  const all = below + above - ways[size]![observed]!;
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

function waysToChoose(size: number, from: number): number {
  let ways = 1;
  for (let i = 1; i <= size; i++) ways *= (from - size + i) / i;
  return Math.round(ways);
}
