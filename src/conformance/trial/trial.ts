// One model on trial: what every check is given.
import { quietFitEvents } from '../../base/quiet-fit-events.ts';
import { seedMathRandom } from '../../base/random.ts';
import { firstImages } from '../../data/views.ts';
import type {
  Classifier,
  Device,
  EpochReport,
  FitContext,
  FitReport,
  LabelledImages,
  ModelAdapter,
  Params,
  Prediction,
  Progress,
} from '../../types.ts';
import type { DeviceQueue } from './device-queue.ts';
import type { TrialImages } from './small-data.ts';

/** What a model is tried with. */
export interface TrialRequest {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly classNames: readonly string[];
  readonly images: TrialImages;
  /** The device's queue. */
  readonly queue: DeviceQueue;
  /** How many times longer the machine takes than if it did nothing else. */
  slowdown(): number;
}

/** A fit on `images.train`, and all that was seen of it. */
export interface Fitted {
  readonly classifier: Classifier;
  readonly report: FitReport | undefined;
  readonly progress: readonly Progress[];
  readonly epochs: readonly EpochReport[];
  /** Of `images.test`. */
  readonly prediction: Prediction;
}

/** One model on trial. */
export interface Trial extends TrialRequest {
  /**
   * Makes a classifier as the harness does, `Math.random` seeded; whoever calls disposes of it.
   *
   * @param changes what differs from a quiet fit with the trial's seed
   */
  create(changes?: Partial<FitContext>): Classifier;
  /** Gives the fit that all checks share; fits when first asked for. */
  fitted(): Promise<Fitted>;
  /** Disposes of the shared fit. */
  dispose(): void;
}

/** Puts a model on trial. */
export function createTrial(request: TrialRequest): Trial {
  const { adapter, params, device, threads, classNames, images } = request;
  let shared: Promise<Fitted> | undefined;
  let sharedClassifier: Classifier | undefined;
  const create: Trial['create'] = (changes = {}) => {
    const seed = changes.seed ?? request.seed;
    seedMathRandom(seed);
    return adapter.create({
      params,
      seed,
      device,
      threads,
      classNames,
      shape: images.train.shape,
      signal: new AbortController().signal,
      ...quietFitEvents,
      ...changes,
    });
  };
  const fitAndPredict = async (): Promise<Fitted> => {
    const [progress, epochs]: [Progress[], EpochReport[]] = [[], []];
    const classifier = create({ progress: (step) => progress.push(step), epoch: (point) => epochs.push(point) });
    sharedClassifier = classifier;
    const report = await classifier.fit(images.train, images.validation);
    return { classifier, report, progress, epochs, prediction: await classifier.predict(images.test) };
  };
  return {
    ...request,
    create,
    fitted() {
      shared ??= fitAndPredict();
      return shared;
    },
    dispose: () => sharedClassifier?.dispose?.(),
  };
}

/** What one use of a classifier needs. */
export interface Use {
  /** `images.few` unless given. */
  readonly train?: LabelledImages;
  /** No images unless given. */
  readonly validation?: LabelledImages;
  readonly changes?: Partial<FitContext>;
}

/**
 * Fits a classifier, uses it and disposes of it.
 *
 * @param trial whose model
 * @param how on what to fit
 * @param use called with the fitted classifier
 */
export async function withFitted<T>(
  trial: Trial,
  { train = trial.images.few, validation = firstImages(trial.images.validation, 0), changes = {} }: Use,
  use: (classifier: Classifier) => Promise<T>,
): Promise<T> {
  const classifier = trial.create(changes);
  try {
    await classifier.fit(train, validation);
    return await use(classifier);
  } finally {
    classifier.dispose?.();
  }
}

/**
 * Counts the labels that are right.
 *
 * @param prediction of these images
 */
export function countRight({ labels }: Prediction, images: LabelledImages): number {
  return images.labels.filter((label, i) => label === labels[i]).length;
}

/** Counts the labels in which two predictions of the same images differ. */
export function countDifferent(one: Prediction, other: Prediction): number {
  return one.labels.filter((label, i) => label !== other.labels[i]).length;
}
