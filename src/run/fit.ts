// One fit under the clock: warm-up, fit, prediction, scores, latency. Knows nothing of processes or files.

import { messageOf } from '../base/errors.ts';
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { seedMathRandom } from '../base/random.ts';
import { firstImages, relabelled, unlabelled } from '../data/views.ts';
import { keepFitted } from '../fitted/store.ts';
import { checkPrediction, partScore, score } from '../metrics/score.ts';
import type { CurvePoint, Latency, Metrics, Timing } from '../results/schema.ts';
import type {
  Checkpoint,
  Classifier,
  Device,
  FitContext,
  FitReport,
  LabelledImages,
  LayerSummary,
  ModelAdapter,
  Params,
  PixelMap,
  Prediction,
  Progress,
} from '../types.ts';
import { readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { type GradCamExamples, gradCamExamplesOf } from './grad-cam-examples.ts';
import { measureLatency } from './latency.ts';

/** How many images the throw-away model of the warm-up sees. */
const WARM_UP_IMAGES = 64;

/** What is fitted, on what. */
export interface FitRequest {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly classNames: readonly string[];
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
  readonly test: LabelledImages;
  /** Batch sizes at which latency is measured; empty for none. */
  readonly latencyBatches: readonly number[];
  /** Where the fit keeps how far it has come, and whether it goes on from there; absent: it keeps nothing. */
  readonly checkpoint?: { readonly file: string; readonly resume: boolean };
  /** File that the fitted model is kept in; absent: it is not. */
  readonly keep?: string;
}

/** What a fit needs of its surroundings. */
export interface FitHooks {
  /** Milliseconds since the process began. */
  now(): number;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Resolves when the device has done everything that it was given; absent where nothing runs beside this thread. */
  idle?(): Promise<void>;
}

/** What a finished fit leaves: everything in its record that depends on the fit itself. */
export interface FitOutcome {
  readonly metrics: Metrics;
  readonly timing: Timing;
  readonly prediction: Prediction;
  readonly parameterCount: number | null;
  readonly notes: NonNullable<FitReport['notes']>;
  /** Each of as many values as an image has pixels. */
  readonly pixelMaps: readonly PixelMap[];
  /** Empty unless the model is a network. */
  readonly layers: readonly LayerSummary[];
  readonly latency: Latency[];
  /** Where the network looked; null when the model is no convolutional network. */
  readonly gradCam: GradCamExamples | null;
  /** Why the fitted model could not be kept; null when it is, or nobody asked. */
  readonly notKept: string | null;
}

/**
 * Fits and scores one model. The test images are predicted once, after the fit.
 *
 * `trainSeconds` runs from the call of `fit` to its end with the device idle, less what ran inside `context.evaluating`.
 *
 * @throws Error whatever the model throws, or when its prediction is malformed; `signal.reason` when aborted
 */
export async function performFit(request: FitRequest, hooks: FitHooks): Promise<FitOutcome> {
  const { adapter, train, validation, test, classNames } = request;
  const seconds = (from: number): number => (hooks.now() - from) / 1000;
  const setupSeconds = hooks.now() / 1000;
  const firstStepSeconds = adapter.needsTensorflow ? await warmUp(request, hooks) : null;

  const curve: CurvePoint[] = [];
  let pausedSeconds = 0;
  let start = 0;
  /** Spent before an earlier process was stopped. */
  const earlier = { trainSeconds: 0, evaluateSeconds: 0 };
  const trainedSeconds = (): number => earlier.trainSeconds + seconds(start) - pausedSeconds;
  const evaluating: FitContext['evaluating'] = async (work) => {
    const from = hooks.now();
    try {
      return await work();
    } finally {
      pausedSeconds += seconds(from);
    }
  };
  seedMathRandom(request.seed);
  const classifier = adapter.create({
    ...contextOf(request, hooks.signal),
    progress: hooks.progress,
    epoch: (point) => {
      curve.push({ ...point, seconds: trainedSeconds() });
    },
    evaluating,
    ...(request.checkpoint && { checkpoint: checkpointOf(request.checkpoint) }),
  });

  function checkpointOf({ file, resume }: NonNullable<FitRequest['checkpoint']>): Checkpoint {
    return {
      load: () =>
        evaluating(async () => {
          const kept = resume ? await readCheckpoint(file) : null;
          if (!kept) return null;
          curve.push(...kept.curve);
          Object.assign(earlier, { trainSeconds: kept.trainSeconds, evaluateSeconds: kept.evaluateSeconds });
          return kept.state;
        }),
      save(state) {
        const times = { trainSeconds: trainedSeconds(), evaluateSeconds: earlier.evaluateSeconds + pausedSeconds };
        // A fit that cannot keep its state is still a fit.
        return evaluating(() => writeCheckpoint(file, { state: state(), curve, ...times }).catch(() => undefined));
      },
    };
  }

  try {
    start = hooks.now();
    const report = await classifier.fit(train, validation);
    // A model is to wait for its device; the clock does not rely on it.
    await hooks.idle?.();
    const trainSeconds = trainedSeconds();
    hooks.signal.throwIfAborted();

    const predict = async (images: LabelledImages, what: string): Promise<Prediction> => {
      hooks.progress({ done: 0, total: images.count, unit: 'image', detail: `predicting ${what}` });
      const prediction = await classifier.predict(unlabelled(images));
      checkPrediction(prediction, images.count, classNames.length);
      hooks.signal.throwIfAborted();
      return prediction;
    };
    const predictStart = hooks.now();
    const prediction = await predict(test, 'test');
    const predictSeconds = seconds(predictStart);

    const evaluateStart = hooks.now();
    const scored = async (images: LabelledImages, what: string) =>
      images.count === 0
        ? { accuracy: null, loss: null, images: 0 }
        : partScore(images.labels, await predict(images, what), classNames.length);
    const validationScore = await scored(validation, 'validation');
    const trainScore = await scored(firstImages(train, test.count), 'train');
    const evaluateSeconds = earlier.evaluateSeconds + pausedSeconds + seconds(evaluateStart);
    if (request.checkpoint) await removeCheckpoint(request.checkpoint.file);

    const latency = await measureLatency(classifier, unlabelled(test), request.latencyBatches, hooks);
    const totalSeconds = hooks.now() / 1000;
    const gradCam = await gradCamExamplesOf(classifier, report?.layers ?? [], test, prediction, classNames.length);
    const notKept = request.keep === undefined ? null : await keep(classifier, request.keep);
    return {
      metrics: {
        ...score(test.labels, prediction, classNames.length),
        train: trainScore,
        validation: validationScore,
      },
      timing: {
        setupSeconds,
        firstStepSeconds,
        trainSeconds,
        evaluateSeconds,
        predictSeconds,
        totalSeconds,
        curve,
      },
      prediction,
      parameterCount: report?.parameterCount ?? null,
      notes: report?.notes ?? {},
      pixelMaps: checkedMaps(report?.pixelMaps ?? [], train),
      layers: report?.layers ?? [],
      latency,
      gradCam,
      notKept,
    };
  } finally {
    classifier.dispose?.();
  }
}

/** A fit that cannot be kept is still a fit: returns why it could not, null when it is kept. */
async function keep(classifier: Classifier, file: string): Promise<string | null> {
  try {
    if (!classifier.save) return 'this model cannot be saved';
    await keepFitted(file, await classifier.save());
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function checkedMaps(maps: readonly PixelMap[], { shape: { height, width } }: LabelledImages): readonly PixelMap[] {
  for (const { name, values } of maps) {
    if (values.length !== height * width || !values.every(Number.isFinite)) {
      throw new Error(`invalid pixel map "${name}": expected ${height} x ${width} finite values`);
    }
  }
  return maps;
}

function contextOf(request: FitRequest, signal: AbortSignal): Omit<FitContext, 'progress' | 'epoch' | 'evaluating'> {
  const { params, seed, device, threads, classNames, train } = request;
  return { params, seed, device, threads, classNames, shape: train.shape, signal };
}

/**
 * Lets a throw-away model take its first step on random labels, so that compiling graphs and loading kernels is done
 * before the clock starts and no trained state leaks into the fit.
 *
 * @returns how long it took, in seconds
 */
async function warmUp(request: FitRequest, hooks: FitHooks): Promise<number> {
  const start = hooks.now();
  const stepped = new AbortController();
  const classCount = request.classNames.length;
  seedMathRandom(request.seed);
  const few = firstImages(request.train, WARM_UP_IMAGES);
  // Every class occurs at least once where there are images enough, so that no model refuses the sample.
  const labels = few.labels.map((_, i) => (i < classCount ? i : Math.floor(Math.random() * classCount)));
  let classifier: Classifier | undefined;
  try {
    classifier = request.adapter.create({
      ...contextOf(request, AbortSignal.any([hooks.signal, stepped.signal])),
      ...quietFitEvents,
      progress: () => stepped.abort(new Error('warmed up')),
    });
    await classifier.fit(relabelled(few, labels), firstImages(request.validation, 0));
    await classifier.predict(few);
  } catch {
    // Stopped after its step, or refused so few images: whatever is really wrong shows again in the fit itself.
    hooks.signal.throwIfAborted();
  } finally {
    classifier?.dispose?.();
  }
  return (hooks.now() - start) / 1000;
}
