// A trial: one model, small data, and the fits that several checks share.
import { quietFitEvents } from '../../base/quiet-fit-events.ts';
import { seedMathRandom } from '../../base/random.ts';
import { takeImages } from '../../data/images.ts';
import { firstImages } from '../../data/views.ts';
import { tensorflowRequests } from '../../engine/runtime/tensorflow.ts';
import { createClassifier } from '../../fitted/create-classifier.ts';
import type {
  Device,
  EpochReport,
  FitContext,
  FitReport,
  LabelledImages,
  ModelAdapter,
  Params,
  Prediction,
  Progress,
  UniformClassifier,
} from '../../types.ts';
import { copyPrediction } from './copy-prediction.ts';
import type { DeviceQueue } from './device-queue.ts';
import { changedArrays, fingerprints } from './fingerprints.ts';
import { ownClock } from './own-clock.ts';
import type { TrialImages } from './small-data.ts';
import { watchPixels } from './watch-pixels.ts';

/** The model of a trial, and the conditions that it runs under. */
export interface TrialRequest {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly classNames: readonly string[];
  readonly images: TrialImages;
  readonly queue: DeviceQueue;
  /** Returns how many times longer a computation takes now than on an idle machine, at least 1. */
  slowdown(): number;
  /** Called when the shared fit has ended, with its duration. */
  onFitted?(seconds: number): void;
}

/** A fit on `images.train` and `images.validation`, followed by a prediction of `images.test`. */
export interface Fitted {
  readonly classifier: UniformClassifier;
  readonly report: FitReport | undefined;
  readonly progress: readonly Progress[];
  readonly epochs: readonly EpochReport[];
  /** Of `images.test`: a copy from the moment when `predict` resolved. */
  readonly prediction: Prediction;
  /** What `predict` returned for `prediction`. */
  readonly returned: Prediction;
  readonly fitSeconds: number;
  /** The copy of `images.validation` that this fit received. A check may change its labels. */
  readonly validation: LabelledImages;
  /** Names of the shared arrays that the fit or the prediction changed. */
  readonly changedArrays: readonly string[];
}

/** Predictions after a fit on the few images without validation images. */
export interface FittedFew {
  /** Of `images.few`. */
  readonly few: Prediction;
  /** Of `images.test`. */
  readonly test: Prediction;
  /** Duration of fit and predictions. */
  readonly seconds: number;
}

/** What the shared fit and its prediction used. */
export interface Uses {
  readonly pixels: boolean;
  readonly tensorflow: boolean;
}

/** One model under test. */
export interface Trial extends TrialRequest {
  /**
   * Makes a classifier as the harness does, with `Math.random` seeded. The caller disposes of it.
   *
   * @param changes what differs from a context that ignores all reports and has the trial's seed
   */
  create(changes?: Partial<FitContext>): UniformClassifier;
  /** Returns the fit that checks share. The first call fits the model. */
  fitted(): Promise<Fitted>;
  /** Returns the predictions of a fit on the few images that checks share. The first call fits the model. */
  fittedFew(): Promise<FittedFew>;
  /** Returns what `fitted` has used so far; complete after it has resolved or rejected. */
  uses(): Uses;
  /** Disposes of the shared fit. */
  dispose(): void;
}

/** Makes a trial. It does not fit the model yet. */
export function createTrial(request: TrialRequest): Trial {
  const used = { pixels: false, tensorflow: false };
  let sharedUniformClassifier: UniformClassifier | undefined;
  let shared: Promise<Fitted> | undefined;
  let sharedFew: Promise<FittedFew> | undefined;
  const trial: Trial = {
    ...request,
    create: (changes) => createSeeded(request, changes),
    fitted() {
      shared ??= fitAndPredict(request, used, (classifier) => {
        sharedUniformClassifier = classifier;
      });
      return shared;
    },
    fittedFew() {
      const { few, test } = request.images;
      const start = ownClock.elapsed();
      sharedFew ??= withFitted(trial, {}, async (classifier) => ({
        few: copyPrediction(await classifier.predict(few)),
        test: copyPrediction(await classifier.predict(test)),
        seconds: (ownClock.elapsed() - start) / 1000,
      }));
      return sharedFew;
    },
    uses: () => used,
    dispose: () => sharedUniformClassifier?.dispose?.(),
  };
  return trial;
}

/** Makes the shared fit. It notes in `used` what the model uses, and passes the classifier to `onCreate` before the fit. */
async function fitAndPredict(
  request: TrialRequest,
  used: { pixels: boolean; tensorflow: boolean },
  onCreate: (classifier: UniformClassifier) => void,
): Promise<Fitted> {
  const { train, test, validation: original } = request.images;
  const validation = takeImages(original, [...original.labels.keys()]);
  const stacks = { training: train, validation, test };
  const before = fingerprints(stacks);
  const [progress, epochs]: [Progress[], EpochReport[]] = [[], []];
  const watched = (images: LabelledImages): LabelledImages =>
    watchPixels(images, () => {
      used.pixels = true;
    });
  const requests = tensorflowRequests();
  try {
    const classifier = createSeeded(request, {
      progress: (step) => progress.push(step),
      epoch: (point) => epochs.push(point),
    });
    onCreate(classifier);
    const start = ownClock.elapsed();
    const report = await classifier.fit(watched(train), watched(validation));
    const fitSeconds = (ownClock.elapsed() - start) / 1000;
    request.onFitted?.(fitSeconds);
    const returned = await classifier.predict(watched(test));
    const prediction = copyPrediction(returned);
    const changed = changedArrays(before, fingerprints(stacks));
    return {
      classifier,
      report,
      progress,
      epochs,
      prediction,
      returned,
      fitSeconds,
      validation,
      changedArrays: changed,
    };
  } finally {
    used.tensorflow = tensorflowRequests() > requests;
  }
}

function createSeeded(request: TrialRequest, changes: Partial<FitContext> = {}): UniformClassifier {
  const { adapter, params, device, threads, classNames, images } = request;
  const seed = changes.seed ?? request.seed;
  seedMathRandom(seed);
  const context = {
    params,
    seed,
    device,
    threads,
    classNames,
    shape: images.train.shape,
    signal: new AbortController().signal,
    ...quietFitEvents,
  };
  // A getter stays one: a check may watch what the model reads.
  return createClassifier(adapter, Object.defineProperties(context, Object.getOwnPropertyDescriptors(changes)));
}

/** Data and context of a fit that checks do not share. */
export interface FitSetup {
  /** Default: `images.few`. */
  readonly train?: LabelledImages;
  /** Default: no images. */
  readonly validation?: LabelledImages;
  readonly changes?: Partial<FitContext>;
}

/**
 * Fits a classifier, passes it to `use` and disposes of it.
 *
 * @param trial whose model
 * @param setup data and context of the fit
 * @param use called with the fitted classifier
 */
export async function withFitted<T>(
  trial: Trial,
  { train = trial.images.few, validation = firstImages(trial.images.validation, 0), changes = {} }: FitSetup,
  use: (classifier: UniformClassifier) => Promise<T>,
): Promise<T> {
  const classifier = trial.create(changes);
  try {
    await classifier.fit(train, validation);
    return await use(classifier);
  } finally {
    classifier.dispose?.();
  }
}

/** If the fit of 400 images takes longer, checks that repeat fits make do with 64. */
const MOST_SMALL_SECONDS = 2;

/**
 * Chooses the number of images for fits that a check repeats.
 *
 * @returns 400, or 64 if the model is slow
 */
export async function imagesToRepeat(trial: Trial): Promise<number> {
  const { fitSeconds } = await trial.fitted();
  const { train, few } = trial.images;
  return fitSeconds <= MOST_SMALL_SECONDS ? train.count : few.count;
}

/**
 * Counts correct labels.
 *
 * @param prediction of these images
 */
export function countRight({ labels }: Prediction, images: LabelledImages): number {
  return images.labels.filter((label, i) => label === labels[i]).length;
}

/** Counts the images for which two predictions of the same images have different labels. */
export function countDifferent(one: Prediction, other: Prediction): number {
  return one.labels.filter((label, i) => label !== other.labels[i]).length;
}
