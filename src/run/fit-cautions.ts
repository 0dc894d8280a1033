// What makes the numbers of a fit doubtful: claims that the clock of the harness contradicts, work in the wrong place, a
// diverged fit. The limits are wide: an honest model stays far below them on a busy machine.
import { duration, integer } from '../document/format.ts';
import type { ReportedPoint } from './fit-session.ts';
import { isNear } from './fit-times.ts';
import { type Span, workSeconds } from './span.ts';

/** A request to predict, by both clocks. */
export interface TimedPrediction {
  readonly images: number;
  /** As the model's process measured it. */
  readonly claimedSeconds: number;
  readonly span: Span;
}

/** What the harness knows of a fit. */
export interface FitEvidence {
  /** How many threads the model was given. */
  readonly threads: number;
  readonly classCount: number;
  readonly setup: Span;
  /** null without a warm-up. */
  readonly warmUp: Span | null;
  readonly fit: Span;
  /** As the model's process measured it. */
  readonly claimedFitSeconds: number;
  /** How many threads ran at once, in the middle of all samples; null if unknown. */
  readonly runningThreads: number | null;
  /** From the end of the fit to the first prediction, while the test images are sent. */
  readonly handover: Span;
  /** Size of the test images. */
  readonly testBytes: number;
  /** Work inside `evaluating` that counts as training. */
  readonly excessSeconds: number;
  /** The first prediction after the fit, of all test images. */
  readonly test: TimedPrediction;
  /** A later prediction of training images; null if there was none. */
  readonly train: TimedPrediction | null;
  /** A later prediction of a few test images; null if there are too few test images. */
  readonly few: TimedPrediction | null;
  readonly curve: readonly ReportedPoint[];
  /** Accuracy on the training images; null if unknown. */
  readonly trainAccuracy: number | null;
}

/** Work that is shorter than this is not worth a caution, in seconds of the processor. */
const NOTABLE_SECONDS = 2;
/** The engine is loaded and compiles in setup, warm-up and first prediction: up to about ten seconds on slow machines. */
const NOTABLE_SETUP_SECONDS = 30;
const NOTABLE_WARM_UP_SECONDS = 15;
const NOTABLE_HANDOVER_SECONDS = 1;
/** Test images are received and made float pixels about ten times as fast. */
const HANDOVER_BYTES_PER_SECOND = 5e7;
/** A loss this many times as large as before, or as that of guessing, has diverged. */
const DIVERGED_FACTOR = 1000;
/** Losses below this are as good as 0: their growth means nothing. */
const SMALLEST_LOSS = 0.01;

/**
 * Says that plain JavaScript computed in place of TensorFlow's library.
 *
 * @param engine of the process of the fit
 * @returns null if the library computed
 */
export function engineCaution({
  name,
  backend,
}: {
  readonly name: string;
  readonly backend: string | null;
}): string | null {
  if (name !== 'tfjs' || backend !== 'cpu') return null;
  return "Plain JavaScript computed, because TensorFlow's library was not used: the times are not those of the engine.";
}

/**
 * Lists the cautions of a fit.
 *
 * @param evidence what was measured
 * @returns sentences for a reader; empty for an honest fit that converged
 */
export function fitCautions(evidence: FitEvidence): string[] {
  const { fit, claimedFitSeconds, test } = evidence;
  return [
    claimCaution('fit', claimedFitSeconds, fit),
    claimCaution('prediction', test.claimedSeconds, test.span),
    evaluatingCaution(evidence),
    ...threadCautions(evidence),
    setupCaution('setup', evidence.setup, fit, NOTABLE_SETUP_SECONDS),
    evidence.warmUp && setupCaution('warm-up', evidence.warmUp, fit, NOTABLE_WARM_UP_SECONDS),
    handoverCaution(evidence),
    lateTrainingCaution(evidence),
    repeatedTrainingCaution(evidence),
    divergedCaution(evidence),
  ].filter((caution) => caution !== null);
}

function claimCaution(what: string, claimedSeconds: number, span: Span): string | null {
  if (isNear(claimedSeconds, span)) return null;
  return (
    `The model's process reported a ${what} of ${duration(claimedSeconds)}, but the harness measured ` +
    `${duration(span.wallSeconds)}, which counts.`
  );
}

function evaluatingCaution({ excessSeconds, fit }: FitEvidence): string | null {
  if (excessSeconds < Math.max(0.5, 0.1 * fit.wallSeconds)) return null;
  return (
    `${duration(excessSeconds)} inside context.evaluating count as training: passes over the validation images do not ` +
    'take that long.'
  );
}

function threadCautions({ fit, threads, runningThreads }: FitEvidence): (string | null)[] {
  const busy = workSeconds(fit) / Math.max(fit.wallSeconds, 1e-3);
  const extra = workSeconds(fit) - 1.25 * threads * fit.wallSeconds;
  return [
    // The engine's own helpers, such as garbage collection, may use a part of another core.
    extra > NOTABLE_SECONDS / 2 && busy > threads + 0.5
      ? `The fit kept ${busy.toFixed(1)} cores busy, but was given ${given(threads)}.`
      : null,
    runningThreads !== null && runningThreads > 2 * threads + 4
      ? `The fit ran ${integer(runningThreads)} threads at a time, but was given ${given(threads)}.`
      : null,
  ];
}

function given(threads: number): string {
  return `${integer(threads)} thread${threads === 1 ? '' : 's'}`;
}

/** No training data is there yet, but data or a model of an earlier run may be. */
function setupCaution(what: string, span: Span, fit: Span, notableSeconds: number): string | null {
  const [before, training] = [workSeconds(span), workSeconds(fit)];
  if (before < notableSeconds || before < 2 * training) return null;
  return (
    `The ${what} used ${duration(before)} of processor time and the fit ${duration(training)}: a part of the training ` +
    'may have run before the clock started.'
  );
}

/** The process only receives images after the fit. */
function handoverCaution({ fit, handover, testBytes }: FitEvidence): string | null {
  const work = workSeconds(handover);
  if (work < NOTABLE_HANDOVER_SECONDS + testBytes / HANDOVER_BYTES_PER_SECOND || work < 0.2 * workSeconds(fit))
    return null;
  return (
    `The model's process used ${duration(work)} of processor time between the end of the fit and the first prediction: a ` +
    'part of the training may have run after the clock stopped.'
  );
}

/** The first prediction may finish what the fit left undone. Later ones show what a prediction costs. */
function lateTrainingCaution({ test, train, setup, warmUp }: FitEvidence): string | null {
  if (!train || train.images === 0) return null;
  const first = workSeconds(test.span);
  const later = (workSeconds(train.span) * test.images) / train.images;
  const extra = first - later;
  // What compiles slowly has also loaded slowly.
  const notable = Math.max(NOTABLE_SECONDS, workSeconds(setup), warmUp ? workSeconds(warmUp) : 0);
  if (extra < notable || extra < 0.5 * first) return null;
  return (
    `The first prediction of ${integer(test.images)} images used ${duration(first)} of processor time, a later one would ` +
    `use ${duration(later)}: a part of the training may have run in predict.`
  );
}

/** Honest work grows with the number of images, also that of models that learn nothing before they predict. */
function repeatedTrainingCaution({ test, few }: FitEvidence): string | null {
  if (!few || few.images === 0) return null;
  const all = workSeconds(test.span);
  const part = workSeconds(few.span);
  const fixed = part - (all * few.images) / test.images;
  if (fixed < NOTABLE_SECONDS || fixed < 0.5 * all) return null;
  return (
    `Predicting ${integer(few.images)} images used ${duration(part)} of processor time, all ${integer(test.images)} used ` +
    `${duration(all)}: most of the work does not depend on the images, and may be training.`
  );
}

function divergedCaution({ curve, classCount, trainAccuracy }: FitEvidence): string | null {
  // A loss that is not finite has ended the fit.
  const losses = curve.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  const last = losses.at(-1);
  if (last === undefined) return null;
  const lowest = Math.max(Math.min(...losses), SMALLEST_LOSS);
  const hasGrown = last > DIVERGED_FACTOR * lowest;
  const isGuessing = trainAccuracy !== null && trainAccuracy < 2 / classCount;
  const isFarFromGuessing = last > DIVERGED_FACTOR * Math.log(classCount);
  if (!hasGrown && !(isGuessing && isFarFromGuessing)) return null;
  return `The fit diverged: its training loss ended at ${last.toPrecision(3)}.`;
}
