// How far macro F1 and calibration error may have moved: both sides scored anew on the same resampled test images.

import { createRandom } from '../../base/random.ts';
import { confidenceBin } from '../../metrics/calibration-error.ts';
import { type BootstrapInterval, bcaInterval } from '../../stats/bca.ts';

const RESAMPLES = 10_000;
/** As in the calibration error of records. */
const BINS = 15;

/** What one side says of the images. */
export interface Answered {
  /** n class indices. */
  readonly labels: Uint8Array;
  /** n probabilities of the class named; null without probabilities. */
  readonly confidence: Float64Array | null;
}

/** Intervals of two changes, after minus before. */
export interface Resampled {
  readonly macroF1: BootstrapInterval;
  /** null when a side has no probabilities. */
  readonly calibrationError: BootstrapInterval | null;
}

/**
 * Resamples test images, the same ones for both sides and both metrics, and finds the 95 % intervals of the changes. They
 * are percentile intervals corrected for bias: neither metric has an acceleration that could be computed in short time.
 *
 * @param truth n class indices, at least one
 * @param before one side
 * @param after the other
 * @param classCount how many classes
 * @param resamples how often
 */
export function resampleChanges(
  truth: Uint8Array,
  before: Answered,
  after: Answered,
  classCount: number,
  resamples = RESAMPLES,
): Resampled {
  const sides = [before, after].map((side) => prepare(truth, side));
  const hasConfidence = sides.every(({ bins }) => bins !== null);
  const random = createRandom(0);
  const [f1, error] = [new Array<number>(resamples), new Array<number>(resamples)];
  const n = truth.length;
  const drawn = new Uint16Array(n);
  const score = (side: Prepared): { f1: number; error: number } => scoreOf(side, truth, drawn, classCount);
  const changeOf = (): { f1: number; error: number } => {
    const [one, other] = [score(sides[0]!), score(sides[1]!)];
    return { f1: other.f1 - one.f1, error: other.error - one.error };
  };
  drawn.fill(1);
  const observed = changeOf();
  for (let r = 0; r < resamples; r++) {
    drawn.fill(0);
    for (let i = 0; i < n; i++) drawn[Math.floor(random() * n)]!++;
    const change = changeOf();
    f1[r] = change.f1;
    error[r] = change.error;
  }
  return {
    macroF1: bcaInterval(f1, observed.f1, 0),
    calibrationError: hasConfidence ? bcaInterval(error, observed.error, 0) : null,
  };
}

/** A side with what does not change from resample to resample. */
interface Prepared {
  readonly labels: Uint8Array;
  /** Of each image its bin of confidence, and its share in the bin's gap; null without probabilities. */
  readonly bins: Uint8Array | null;
  readonly gaps: Float64Array;
}

function prepare(truth: Uint8Array, { labels, confidence }: Answered): Prepared {
  if (!confidence) return { labels, bins: null, gaps: new Float64Array(0) };
  return {
    labels,
    bins: Uint8Array.from(confidence, (sureness) => confidenceBin(sureness, BINS)),
    gaps: confidence.map((sureness, i) => (labels[i] === truth[i] ? 1 : 0) - sureness),
  };
}

function scoreOf(
  { labels, bins, gaps }: Prepared,
  truth: Uint8Array,
  drawn: Uint16Array,
  classCount: number,
): { f1: number; error: number } {
  const seen = new Float64Array(classCount);
  const right = new Float64Array(classCount);
  const sums = new Float64Array(BINS);
  for (let i = 0; i < drawn.length; i++) {
    const times = drawn[i]!;
    if (times === 0) continue;
    const [label, guess] = [truth[i]!, labels[i]!];
    seen[label]! += times;
    seen[guess]! += times;
    if (label === guess) right[label]! += times;
    if (bins) sums[bins[i]!]! += times * gaps[i]!;
  }
  let [total, classes, error] = [0, 0, 0];
  for (let k = 0; k < classCount; k++) {
    if (seen[k] === 0) continue;
    classes++;
    total += (2 * right[k]!) / seen[k]!;
  }
  for (const sum of sums) error += Math.abs(sum);
  return { f1: total / classes, error: error / drawn.length };
}
