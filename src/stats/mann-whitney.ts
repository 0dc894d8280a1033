// The Mann-Whitney U test: is one sample larger than the other, such as the fit times of two versions?
import { normalUpperTail } from './normal.ts';

/** Result of the Mann-Whitney test. */
export interface MannWhitney {
  /** Number of pairs in which the value of the first sample is larger; ties count half. 0 to n1 x n2. */
  readonly u: number;
  /** Two-sided p-value: the probability of a U at least as extreme under the null hypothesis; 0 only by underflow. */
  readonly p: number;
  /** Whether the distribution was counted exactly; otherwise it is the normal approximation. */
  readonly exact: boolean;
}

/** Most values for an exact p-value, which takes a tenth of a second. With 500, the smaller sample has at most seven. */
const MAX_EXACT = 500;

/**
 * Tests, two-sided, whether the values of one sample tend to be larger than those of the other.
 *
 * The p-value is exact for up to 500 values if there are at most 2^53 ways to divide them between the samples, which a
 * double counts without rounding. This always holds up to 56 values, and beyond if one sample is small, where the normal
 * approximation is poor. Ties are exact, too: the distribution is that of the observed mid-ranks. It may be asymmetric,
 * so p is twice the smaller tail, at most 1. Otherwise p is the normal approximation with corrections for ties and
 * continuity.
 *
 * @param first at least one number, in the unit of the second sample, in any order
 * @param second at least one number
 * @throws Error if a sample is empty or a number is not finite
 * @see Mann, H. B. and Whitney, D. R. (1947). On a test of whether one of two random variables is stochastically larger
 *   than the other. Annals of Mathematical Statistics 18. For ties: Streitberg, B. and Röhmel, J. (1986). Exact
 *   distributions for permutation and rank tests. Statistical Software Newsletter 12. For the normal: Lehmann, E. L.
 *   (1975). Nonparametrics: statistical methods based on ranks, chapter 1.
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney {
  if (first.length === 0 || second.length === 0) {
    throw new Error(`cannot compare samples of ${first.length} and ${second.length} numbers; expected at least 1 each`);
  }
  for (const sample of [first, second]) {
    for (let i = 0; i < sample.length; i++) {
      if (!Number.isFinite(sample[i])) throw new Error(`cannot rank ${sample[i]}; expected finite numbers`);
    }
  }
  const { doubled, sumOfFirst, ties } = rank(first, second);
  const pairs = first.length * second.length;
  const u = (sumOfFirst - first.length * (first.length + 1)) / 2;
  const numbers = doubled.length;
  const fewer = Math.min(first.length, second.length);
  if (numbers <= MAX_EXACT && waysToChoose(fewer, numbers) <= Number.MAX_SAFE_INTEGER) {
    const sum = fewer === first.length ? sumOfFirst : numbers * (numbers + 1) - sumOfFirst;
    return { u, p: exactP(doubled, fewer, sum, ties > 0), exact: true };
  }
  // If all values are equal, U has one possible value.
  if (doubled[0] === doubled.at(-1)) return { u, p: 1, exact: false };
  const variance = (pairs / 12) * (numbers + 1 - ties / (numbers * (numbers - 1)));
  const z = (Math.abs(u - pairs / 2) - 0.5) / Math.sqrt(variance);
  return { u, p: Math.min(1, 2 * normalUpperTail(z)), exact: false };
}

/** Ranks both samples together, from 1; ties get their mean rank. Ranks are doubled, so that all are integers. */
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
    // Twice the mean of the ranks start + 1 to end.
    while (doubled.length < end) doubled.push(start + 1 + end);
    sumOfFirst += sorted.slice(start, end).filter(({ isFirst }) => isFirst).length * (start + 1 + end);
    ties += (end - start) ** 3 - (end - start);
  }
  return { doubled, sumOfFirst, ties };
}

/** Returns twice the smaller tail at the observed sum of `size` doubled ranks. */
function exactP(ranks: readonly number[], size: number, observed: number, hasTies: boolean): number {
  const ways = hasTies ? countSums(ranks, size)[size]! : sumsWithoutTies(ranks.length, size);
  const at = hasTies ? observed : observed / 2;
  const below = ways.subarray(0, at + 1).reduce((total, count) => total + count, 0);
  const above = ways.subarray(at).reduce((total, count) => total + count, 0);
  const all = below + above - ways[at]!;
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

/** Sums of ranks without ties, by the number of ranks: the change points of a series need them again and again. */
const withoutTies = new Map<number, readonly Float64Array[]>();

function sumsWithoutTies(numbers: number, size: number): Float64Array {
  let sums = withoutTies.get(numbers);
  if (!sums) {
    let most = 1;
    while (most < numbers / 2 && waysToChoose(most + 1, numbers) <= Number.MAX_SAFE_INTEGER) most++;
    sums = countSums(
      Array.from({ length: numbers }, (_, i) => i + 1),
      most,
    );
    withoutTies.set(numbers, sums);
  }
  return sums[size]!;
}

/** Counts the choices of up to `size` ranks: `[j][s]` is the number of choices of j ranks that have the sum s. */
function countSums(ranks: readonly number[], size: number): Float64Array[] {
  const most = ranks.slice(ranks.length - size).reduce((sum, own) => sum + own, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (const own of ranks) {
    for (let j = size; j > 0; j--) {
      const [without, chosen] = [ways[j - 1]!, ways[j]!];
      for (let sum = own; sum <= most; sum++) chosen[sum]! += without[sum - own]!;
    }
  }
  return ways;
}

function waysToChoose(size: number, from: number): number {
  let ways = 1;
  for (let i = 1; i <= size; i++) ways *= (from - size + i) / i;
  return Math.round(ways);
}
