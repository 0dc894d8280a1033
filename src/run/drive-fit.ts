// Measures and scores one fit, by requests to the process of the model. The test labels stay in this process.
import { messageOf } from '../base/errors.ts';
import { takeImages } from '../data/images.ts';
import type { SplitImages } from '../data/prepared.ts';
import { unlabelled } from '../data/views.ts';
import { checkPrediction, partScore, score } from '../metrics/score.ts';
import type { Metrics, PartScore } from '../results/schema.ts';
import type { LabelledImages, PixelMap, Prediction } from '../types.ts';
import { fitCautions, type TimedPrediction } from './fit-cautions.ts';
import { ProcessEnded } from './fit-failure.ts';
import type { EngineFacts, FitJob, FitOutcome } from './fit-outcome.ts';
import type { CheckpointStore, FitAnswer, FitSession, Part } from './fit-session.ts';
import { divideFit, type FitDuration, isNear } from './fit-times.ts';
import { gradCamExamplesOf } from './grad-cam-examples.ts';
import { recordedPoint, refuseDivergence } from './learning-curve.ts';
import { addSpans, measureSpan, type Span, type SpanSources, sampleWhile } from './span.ts';
import { inOriginalOrder, testOrder } from './test-order.ts';
import { warmUpImages } from './warm-up.ts';

/** Images of the prediction that shows which work does not depend on their number. */
const FEW_IMAGES = 4;
/** Fewer test images than this many times as many show nothing. */
const FEW_FACTOR = 20;

/** What is fitted and scored. */
export interface DriveRequest extends Pick<FitJob, 'seed' | 'threads' | 'latencyBatches'> {
  readonly images: SplitImages;
  readonly classNames: readonly string[];
  /** null if the fit writes no checkpoint. */
  readonly checkpoint: CheckpointStore | null;
  /** Saves the fitted model, as the bytes of structured cloning; absent if it is not to be kept. */
  keep?(saved: Uint8Array): Promise<void>;
}

/** What measures a fit. */
export interface DriveHooks extends SpanSources {
  /** Called as soon as the engine is known. */
  onEngine(engine: EngineFacts): void;
  /** Counts the threads of the model's process that run now; null if unknown. */
  runningThreads(): number | null;
}

/** What was measured before the predictions. */
interface Fitted {
  readonly threads: number;
  readonly setup: Span;
  readonly warmUp: Span | null;
  readonly answer: FitAnswer;
  readonly fit: Span;
  readonly runningThreads: number | null;
}

/** A part of the data, predicted after the fit. */
interface PredictedPart {
  readonly prediction: Prediction;
  readonly timed: TimedPrediction;
}

/** All predictions after the fit. */
interface Predicted {
  /** Of the test images in their original order. */
  readonly prediction: Prediction;
  /** The places in which the model's process has the test images. */
  readonly order: Uint32Array;
  readonly test: TimedPrediction;
  readonly validation: PredictedPart;
  readonly train: PredictedPart;
  readonly few: TimedPrediction | null;
  /** From the end of the fit to the first prediction, while the test images are sent. */
  readonly handover: Span;
}

/**
 * Fits and scores one model. The test images are sent after the fit, without labels and in an order that the model cannot
 * know. Metrics come from labels and probabilities alone.
 *
 * @param session the model
 * @throws FitFailure or ProcessEnded as the session does; Error if a prediction or a pixel map is malformed
 */
export async function driveFit(session: FitSession, request: DriveRequest, hooks: DriveHooks): Promise<FitOutcome> {
  const { images, classNames } = request;
  const classCount = classNames.length;
  const fitted = await fitModel(session, request, hooks);
  const predicted = await predictAll(session, request, hooks);
  const { prediction, order, test, validation, train } = predicted;
  const { answer } = fitted;
  const latency = request.latencyBatches.length === 0 ? [] : await session.latency(request.latencyBatches);
  const layers = answer.layers ?? [];
  const metrics: Metrics = {
    ...score(images.test.labels, prediction, classCount),
    train: scorePart(images.train, train, classCount),
    validation: scorePart(images.validation, validation, classCount),
  };
  const duration = divideFit(answer.times, fitted.fit, passSeconds(predicted, images.validation.count));
  return {
    metrics,
    timing: timingOf(fitted, duration, predicted),
    prediction,
    parameterCount: answer.parameterCount ?? null,
    notes: answer.notes ?? {},
    pixelMaps: checkPixelMaps(answer.pixelMaps ?? [], images.train),
    layers,
    latency,
    gradCam: answer.hasGradCam
      ? await gradCamExamplesOf(session, { layers, truth: images.test.labels, prediction, order, classCount })
      : null,
    notKept: await keepModel(session, request),
    usesSeed: answer.usesSeed,
    cautions: fitCautions({
      ...fitted,
      classCount,
      claimedFitSeconds: answer.times.fitSeconds,
      excessSeconds: duration.excessSeconds,
      test,
      train: train.timed,
      few: predicted.few,
      handover: predicted.handover,
      testBytes: images.test.bytes.length,
      curve: answer.times.curve,
      trainAccuracy: metrics.train.accuracy,
    }),
    clock: {
      setup: fitted.setup,
      warmUp: fitted.warmUp,
      fit: fitted.fit,
      predict: test.span,
      evaluate: addSpans(validation.timed.span, train.timed.span),
    },
  };
}

async function fitModel(
  session: FitSession,
  { images: { train, validation }, classNames, seed, threads, checkpoint }: DriveRequest,
  hooks: DriveHooks,
): Promise<Fitted> {
  const prepared = await measureSpan(hooks, () => session.prepare());
  const { engine, needsWarmUp } = prepared.value;
  hooks.onEngine(engine);
  const few = warmUpImages(train, classNames.length, seed);
  const warmUp = needsWarmUp ? (await measureSpan(hooks, () => session.warmUp(few))).span : null;
  const loaded = await measureSpan(hooks, async () => {
    await session.receive('train', train);
    await session.receive('validation', validation);
  });
  const { value: fit, median } = await sampleWhile(
    () => hooks.runningThreads(),
    () => measureSpan(hooks, () => session.fit(checkpoint)),
  );
  // A model may go on after its loss was refused.
  for (const point of fit.value.times.curve) refuseDivergence(point, {});
  return {
    // An engine that uses all cores says so.
    threads: Math.max(threads, engine.threads),
    setup: addSpans(prepared.span, loaded.span),
    warmUp,
    answer: fit.value,
    fit: fit.span,
    runningThreads: median,
  };
}

async function predictAll(session: FitSession, request: DriveRequest, hooks: DriveHooks): Promise<Predicted> {
  const { images, classNames, seed } = request;
  const predict = async (part: Part, count: number): Promise<PredictedPart> => {
    const { value, span } = await measureSpan(hooks, () => session.predict(part, count));
    const prediction = value as Prediction;
    checkPrediction(prediction, count, classNames.length);
    return { prediction, timed: { images: count, claimedSeconds: value.seconds, span } };
  };
  const none = { prediction: { labels: new Uint8Array(0) }, timed: NOTHING };
  const order = testOrder(images.test.labels, seed);
  const handover = await measureSpan(hooks, () => session.receive('test', unlabelled(takeImages(images.test, order))));
  const test = await predict('test', images.test.count);
  const validation = images.validation.count === 0 ? none : await predict('validation', images.validation.count);
  const train = await predict('train', Math.min(images.train.count, images.test.count));
  const few = images.test.count < FEW_FACTOR * FEW_IMAGES ? null : await predict('test', FEW_IMAGES);
  return {
    prediction: inOriginalOrder(test.prediction, order, classNames.length),
    order,
    test: test.timed,
    validation,
    train,
    few: few?.timed ?? null,
    handover: handover.span,
  };
}

/** A prediction of no images, which no model is asked for. */
const NOTHING: TimedPrediction = { images: 0, claimedSeconds: 0, span: { wallSeconds: 0, processorSeconds: 0 } };

/** What counts of a prediction: what the model's process claims, if the clock of the harness agrees. */
function secondsOf({ claimedSeconds, span }: TimedPrediction): number {
  return isNear(claimedSeconds, span) ? claimedSeconds : span.wallSeconds;
}

/** The duration of a pass over the validation images, at the pace of the fastest prediction. */
function passSeconds({ test, validation, train }: Predicted, count: number): number {
  const paces = [test, validation.timed, train.timed]
    .filter(({ images }) => images > 0)
    .map((timed) => secondsOf(timed) / timed.images);
  return count * Math.min(...paces);
}

function timingOf({ setup, warmUp, answer }: Fitted, duration: FitDuration, predicted: Predicted) {
  const { trainSeconds, evaluateSeconds } = duration;
  const { test, validation, train } = predicted;
  return {
    setupSeconds: setup.wallSeconds,
    firstStepSeconds: warmUp?.wallSeconds ?? null,
    trainSeconds,
    evaluateSeconds: evaluateSeconds + secondsOf(validation.timed) + secondsOf(train.timed),
    predictSeconds: secondsOf(test),
    // The harness replaces it by that of the process.
    totalSeconds: 0,
    curve: answer.times.curve.map(recordedPoint),
  };
}

function scorePart(images: LabelledImages, { prediction }: PredictedPart, classCount: number): PartScore {
  const { length } = prediction.labels;
  if (length === 0) return { accuracy: null, loss: null, images: 0 };
  return partScore(images.labels.subarray(0, length), prediction, classCount);
}

/** Saves the fitted model. An error does not fail the fit: it is returned as text, null means that the model is saved. */
async function keepModel(session: FitSession, { keep }: DriveRequest): Promise<string | null> {
  if (!keep) return null;
  try {
    const saved = await session.save();
    if (saved === null) return 'this model cannot be saved';
    await keep(saved);
    return null;
  } catch (error) {
    if (error instanceof ProcessEnded) throw error;
    return messageOf(error);
  }
}

function checkPixelMaps(maps: readonly PixelMap[], { shape: { height, width } }: LabelledImages): readonly PixelMap[] {
  for (const { name, values } of maps) {
    if (values.length !== height * width || !values.every(Number.isFinite)) {
      throw new Error(`invalid pixel map "${name}": expected ${height} x ${width} finite values`);
    }
  }
  return maps;
}
