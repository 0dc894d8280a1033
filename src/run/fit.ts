// Runs one fit and measures it: warm-up, fit, prediction, scores, latency. Knows nothing about processes and records.
import { messageOf } from '../base/errors.ts';
import { seedMathRandom } from '../base/random.ts';
import { firstImages, unlabelled } from '../data/views.ts';
import { keepFitted } from '../fitted/store.ts';
import { checkPrediction, partScore, score } from '../metrics/score.ts';
import type { Metrics } from '../results/schema.ts';
import type { Classifier, FitContext, LabelledImages, PixelMap, Prediction } from '../types.ts';
import { createCheckpoint, removeCheckpoint } from './checkpoint.ts';
import { createFitClock, type FitClock } from './fit-clock.ts';
import type { FitHooks, FitOutcome, FitRequest } from './fit-request.ts';
import { gradCamExamplesOf } from './grad-cam-examples.ts';
import { measureLatency } from './latency.ts';
import { warmUp } from './warm-up.ts';

/** Predicts images for a purpose that the progress line names. */
type Predict = (images: LabelledImages, what: string) => Promise<Prediction>;

/**
 * Fits and scores one model. The test images are predicted once, after the fit.
 *
 * `trainSeconds` is the time from the call of `fit` until it has resolved and the device is idle, without the work inside
 * `context.evaluating`.
 *
 * @throws Error whatever the model throws, or if its prediction is malformed; `signal.reason` when aborted
 */
export async function performFit(request: FitRequest, hooks: FitHooks): Promise<FitOutcome> {
  const { adapter, train, test, classNames } = request;
  const setupSeconds = hooks.now() / 1000;
  const firstStepSeconds = adapter.needsTensorflow ? await warmUp(request, hooks) : null;
  const clock = createFitClock(() => hooks.now());
  seedMathRandom(request.seed);
  const classifier = adapter.create(contextOf(request, hooks, clock));
  try {
    clock.start();
    const report = await classifier.fit(train, request.validation);
    // A model should wait for its device; the clock does not rely on it.
    await hooks.idle?.();
    const { trainSeconds, curve } = clock.times();
    hooks.signal.throwIfAborted();

    const predict = predictorOf(classifier, classNames.length, hooks);
    const predictStart = hooks.now();
    const prediction = await predict(test, 'test');
    const predictSeconds = (hooks.now() - predictStart) / 1000;
    const partScores = await clock.evaluating(() => scoreParts(request, predict));
    const { evaluateSeconds } = clock.times();
    if (request.checkpoint) await removeCheckpoint(request.checkpoint.file);

    const latency = await measureLatency(classifier, unlabelled(test), request.latencyBatches, hooks);
    const totalSeconds = hooks.now() / 1000;
    const layers = report?.layers ?? [];
    return {
      metrics: { ...score(test.labels, prediction, classNames.length), ...partScores },
      timing: {
        setupSeconds,
        firstStepSeconds,
        trainSeconds,
        evaluateSeconds,
        predictSeconds,
        totalSeconds,
        curve: [...curve],
      },
      prediction,
      parameterCount: report?.parameterCount ?? null,
      notes: report?.notes ?? {},
      pixelMaps: checkPixelMaps(report?.pixelMaps ?? [], train),
      layers,
      latency,
      gradCam: await gradCamExamplesOf(classifier, layers, test, prediction, classNames.length),
      notKept: request.keep === undefined ? null : await keep(classifier, request.keep),
    };
  } finally {
    classifier.dispose?.();
  }
}

function contextOf(request: FitRequest, hooks: FitHooks, clock: FitClock): FitContext {
  const { params, seed, device, threads, classNames, train, checkpoint } = request;
  return {
    params,
    seed,
    device,
    threads,
    classNames,
    shape: train.shape,
    signal: hooks.signal,
    progress: hooks.progress,
    epoch: clock.epoch,
    evaluating: clock.evaluating,
    ...(checkpoint && { checkpoint: createCheckpoint(checkpoint, clock) }),
  };
}

/** Predicts without access to the labels, and checks every prediction. */
function predictorOf(classifier: Classifier, classCount: number, { progress, signal }: FitHooks): Predict {
  return async (images, what) => {
    progress({ done: 0, total: images.count, unit: 'image', detail: `predicting ${what}` });
    const prediction = await classifier.predict(unlabelled(images));
    checkPrediction(prediction, images.count, classCount);
    signal.throwIfAborted();
    return prediction;
  };
}

/** Scores the validation images, and as many of the training images as there are test images. */
async function scoreParts(
  { train, validation, test, classNames }: FitRequest,
  predict: Predict,
): Promise<Pick<Metrics, 'train' | 'validation'>> {
  const scored = async (images: LabelledImages, what: string) =>
    images.count === 0
      ? { accuracy: null, loss: null, images: 0 }
      : partScore(images.labels, await predict(images, what), classNames.length);
  const validationScore = await scored(validation, 'validation');
  return { train: await scored(firstImages(train, test.count), 'train'), validation: validationScore };
}

/** Saves the fitted model. An error does not fail the fit: it is returned as text, null means that the model is saved. */
async function keep(classifier: Classifier, file: string): Promise<string | null> {
  try {
    if (!classifier.save) return 'this model cannot be saved';
    await keepFitted(file, await classifier.save());
    return null;
  } catch (error) {
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
