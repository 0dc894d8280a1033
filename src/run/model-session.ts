// Runs one model as the harness asks: warm-up, fit, predictions, latency, Grad-CAM. This is the part of the harness that
// runs in the process of the model. It knows no test labels and no files.
import { serialize } from 'node:v8';
import { seedMathRandom } from '../base/random.ts';
import { takeImages } from '../data/images.ts';
import { firstImages, unlabelled } from '../data/views.ts';
import { createClassifier } from '../fitted/create-classifier.ts';
import type { FitContext, Images, LabelledImages, Progress, UniformClassifier } from '../types.ts';
import { createCheckpoint } from './checkpoint.ts';
import { type ClockSources, createFitClock } from './fit-clock.ts';
import type {
  CheckpointStore,
  EndAnswer,
  FitAnswer,
  FitSession,
  Part,
  PreparedAnswer,
  ReportedPoint,
} from './fit-session.ts';
import { measureLatency } from './latency.ts';
import { refuseDivergence } from './learning-curve.ts';
import type { ModelSetup } from './model-setup.ts';
import { warmUp } from './warm-up.ts';
import { watchSeed } from './watch-seed.ts';

/** Clock, abort signal, progress and engine of a fit. */
export interface SessionHooks extends ClockSources {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Receives each point of the learning curve. */
  point?(point: ReportedPoint): void;
  /** Resolves when the device has finished all of its work; absent if the model computes in this thread alone. */
  idle?(): Promise<void>;
  /** Describes the engine. */
  describe(): Promise<PreparedAnswer['engine']>;
  peakDeviceBytes(): Promise<EndAnswer['peakDeviceBytes']>;
}

/**
 * Creates the session of one model in this process.
 *
 * @param setup the model
 * @param hooks what it is measured by
 */
export function createModelSession(setup: ModelSetup, hooks: SessionHooks): FitSession {
  const { adapter } = setup;
  const parts = new Map<Part, LabelledImages>();
  let classifier: UniformClassifier | undefined;
  const partOf = (part: Part): LabelledImages => {
    const images = parts.get(part);
    if (!images) throw new Error(`the ${part} images were not received`);
    return images;
  };
  const fitted = (): UniformClassifier => {
    if (!classifier) throw new Error('the model was not fitted');
    return classifier;
  };
  return {
    prepare: async () => ({ engine: await hooks.describe(), needsWarmUp: adapter.needsTensorflow === true }),
    async warmUp(few) {
      await warmUp(setup, few, hooks.signal);
      return null;
    },
    async receive(part, images) {
      // Float pixels are made before the clock starts, and only for models that read them: they take memory.
      if (adapter.needsPixels) void images.pixels;
      parts.set(part, images as LabelledImages);
      return null;
    },
    async fit(checkpoint) {
      const create = (context: FitContext): UniformClassifier => {
        classifier = createClassifier(adapter, context);
        return classifier;
      };
      return fitModel(setup, hooks, { train: partOf('train'), validation: partOf('validation'), checkpoint }, create);
    },
    predict: (part, count) => predict(fitted(), firstImages(partOf(part), count), part, hooks),
    latency: (batches) => measureLatency(fitted(), unlabelled(partOf('test')), batches, hooks),
    async gradCam(positions, labels) {
      const images = unlabelled(takeImages(partOf('test'), positions));
      const { layer, height, width, maps } = await fitted().gradCam!(images, { labels });
      return { layer, height, width, maps };
    },
    async save() {
      const model = fitted();
      return model.save ? serialize(await model.save()) : null;
    },
    async end() {
      const peakDeviceBytes = await hooks.peakDeviceBytes();
      classifier?.dispose?.();
      return { peakDeviceBytes };
    },
  };
}

interface FitInput {
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
  readonly checkpoint: CheckpointStore | null;
}

async function fitModel(
  { adapter: _, ...setup }: ModelSetup,
  hooks: SessionHooks,
  { train, validation, checkpoint }: FitInput,
  create: (context: FitContext) => UniformClassifier,
): Promise<FitAnswer> {
  const clock = createFitClock(hooks, hooks.point);
  const { signal, progress } = hooks;
  seedMathRandom(setup.seed);
  const { context, isUsed } = watchSeed({
    ...setup,
    signal,
    progress,
    epoch: (report) => {
      clock.epoch(report);
      refuseDivergence(report, setup.params);
    },
    evaluating: clock.evaluating,
    ...(checkpoint && { checkpoint: createCheckpoint(checkpoint, clock) }),
  });
  clock.start();
  const classifier = create(context);
  const report = await classifier.fit(train, validation);
  // A model should wait for its device; the clock does not rely on it.
  await hooks.idle?.();
  const times = clock.stop();
  signal.throwIfAborted();
  return {
    times,
    parameterCount: report?.parameterCount,
    notes: report?.notes && { ...report.notes },
    pixelMaps: report?.pixelMaps,
    layers: report?.layers?.map((layer) => ({ ...layer, outputShape: [...layer.outputShape] })),
    hasGradCam: typeof classifier.gradCam === 'function',
    usesSeed: isUsed(),
  };
}

/** Predicts without access to the labels. What the model does to its arrays afterwards changes nothing. */
async function predict(
  classifier: UniformClassifier,
  images: Images,
  what: string,
  { now, progress, signal }: SessionHooks,
) {
  progress({ done: 0, total: images.count, unit: 'image', detail: `predicting ${what}` });
  const start = now();
  const { labels, probabilities } = await classifier.predict(unlabelled(images));
  const seconds = (now() - start) / 1000;
  signal.throwIfAborted();
  return { labels: copyOf(labels), probabilities: copyOf(probabilities), seconds };
}

function copyOf(values: unknown): unknown {
  return values instanceof Uint8Array || values instanceof Float32Array ? values.slice() : values;
}
