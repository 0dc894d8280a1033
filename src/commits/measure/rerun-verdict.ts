// Compares a fit with its rerun: bit-equal, within its interval, or different.
import { decodeLabels } from '../../results/encode.ts';
import { whyTimesDiffer } from '../../results/machine-identity.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { testImagesKey } from '../../results/test-images-key.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import { wilsonInterval } from '../../stats/wilson.ts';
import type { LabelledImages } from '../../types.ts';
import type { Difference } from '../compare/diff-data.ts';
import { bitDifferences, differencesOf } from '../compare/differences.ts';

/** How the second fit compares with the first. */
export type RerunVerdict =
  /** Predictions and confidence are the same bytes. */
  | 'bit-equal'
  /** The bits may differ, because the conditions do, and the accuracies do not differ significantly. */
  | 'within its interval'
  /** Both failed for the same reason. */
  | 'fails alike'
  | 'different';

/** The predictions of both fits, image by image. */
export interface RerunImages {
  readonly count: number;
  /** Images with another prediction. */
  readonly changed: number;
  /** Images that only the second fit classifies correctly, and the reverse; null without the true labels. */
  readonly fixed: number | null;
  readonly broke: number | null;
  /** McNemar's exact test; null without the true labels. */
  readonly p: number | null;
}

/** How long a part of both fits took. */
export interface RerunTime {
  readonly part: 'fit' | 'predict' | 'total';
  readonly thenSeconds: number;
  readonly nowSeconds: number;
  /** `nowSeconds` / `thenSeconds`; null for another or an unknown machine or device, and if `thenSeconds` is 0. */
  readonly ratio: number | null;
}

/** The result of a rerun. */
export interface Rerun {
  readonly verdict: RerunVerdict;
  /** The reason of the verdict, short. */
  readonly reason: string;
  /** null if one of the fits did not finish, or the test images differ. */
  readonly images: RerunImages | null;
  readonly times: readonly RerunTime[];
  /** Differences in parameters, code, data, versions and machine. */
  readonly differences: readonly Difference[];
  /** Those of the differences that the bits of the predictions may depend on: with none, the bits must be the same. */
  readonly bitDifferences: readonly Difference[];
}

/**
 * Compares a fit with its rerun.
 *
 * @param then the first fit
 * @param now the second fit
 * @param test the test images of the first; null if they are not available
 */
export function compareRerun(then: FitRecord, now: FitRecord, test: LabelledImages | null): Rerun {
  const all = differencesOf(then, now);
  const differences = { differences: all, bitDifferences: bitDifferences(all, then, now) };
  if (!isFinished(then) || !isFinished(now)) {
    return { ...compareFailures(then, now), images: null, times: [], ...differences };
  }
  const times = timesOf(then, now);
  if (testImagesKey(then.dataset) !== testImagesKey(now.dataset)) {
    return { verdict: 'different', reason: 'the test images differ', images: null, times, ...differences };
  }
  const images = compareImages(then, now, test);
  const isEqual = then.predictions === now.predictions && then.confidence === now.confidence;
  if (isEqual) {
    const what = then.confidence === null ? 'predictions' : 'predictions and confidence';
    return { verdict: 'bit-equal', reason: `${what} are the same bytes`, images, times, ...differences };
  }
  const verdict = mayDiffer(now, differences.bitDifferences) ? judge(then, now, images) : MUST_BE_EQUAL;
  return { ...verdict, images, times, ...differences };
}

const MUST_BE_EQUAL = {
  verdict: 'different',
  reason: 'nothing differs that the bits depend on, so predictions and confidence must be the same bytes',
} as const;

/** Tells whether two fits may differ in their bits. On a GPU, CUDA may add the terms of a sum in any order. */
function mayDiffer({ software }: FinishedRecord, differences: readonly Difference[]): boolean {
  return differences.length > 0 || software.engine.device === 'gpu';
}

function compareFailures(then: FitRecord, now: FitRecord): Pick<Rerun, 'verdict' | 'reason'> {
  if (isFinished(now)) return { verdict: 'different', reason: `then ${endOf(then)}; now it finishes` };
  if (isFinished(then)) return { verdict: 'different', reason: `then it finished; now ${endOf(now)}` };
  // The time limits may differ.
  const isAlike =
    then.status === now.status &&
    (then.status === 'timed-out' || (then.error.kind === now.error.kind && then.error.message === now.error.message));
  return isAlike
    ? { verdict: 'fails alike', reason: endOf(now) }
    : { verdict: 'different', reason: `then ${endOf(then)}; now ${endOf(now)}` };
}

function endOf(record: FitRecord): string {
  return isFinished(record) ? 'ok' : `${record.status}: ${record.error.message}`;
}

function compareImages(then: FinishedRecord, now: FinishedRecord, test: LabelledImages | null): RerunImages {
  const [before, after] = [decodeLabels(then.predictions), decodeLabels(now.predictions)];
  const changed = before.reduce((count, label, i) => count + (label === after[i] ? 0 : 1), 0);
  const paired = test?.count === before.length ? compareByMcNemar(test.labels, before, after) : null;
  return {
    count: before.length,
    changed,
    fixed: paired?.fixed ?? null,
    broke: paired?.broke ?? null,
    p: paired?.p ?? null,
  };
}

function judge(
  then: FinishedRecord,
  now: FinishedRecord,
  { count, p }: RerunImages,
): Pick<Rerun, 'verdict' | 'reason'> {
  if (p !== null) {
    return p < SIGNIFICANCE_LEVEL
      ? { verdict: 'different', reason: 'the accuracies differ significantly' }
      : { verdict: 'within its interval', reason: 'the accuracies do not differ significantly' };
  }
  const [low, high] = wilsonInterval(Math.round(then.metrics.accuracy * count), count);
  const isWithin = now.metrics.accuracy >= low && now.metrics.accuracy <= high;
  const where = `${isWithin ? 'within' : 'outside'} the interval of the first (a paired test needs the test images, which are not available)`;
  return { verdict: isWithin ? 'within its interval' : 'different', reason: `the second accuracy is ${where}` };
}

function timesOf(then: FinishedRecord, now: FinishedRecord): RerunTime[] {
  const isAlike =
    whyTimesDiffer([then.machine, now.machine]) === null && then.software.engine.device === now.software.engine.device;
  const parts = [
    ['fit', 'trainSeconds'],
    ['predict', 'predictSeconds'],
    ['total', 'totalSeconds'],
  ] as const;
  return parts.map(([part, field]) => {
    const [thenSeconds, nowSeconds] = [then.timing[field], now.timing[field]];
    return { part, thenSeconds, nowSeconds, ratio: isAlike && thenSeconds > 0 ? nowSeconds / thenSeconds : null };
  });
}
