// Deep models: turns a tfjs-layers network and a recipe into a classifier, so that a model's file says only what is its own.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import { mostProbable } from '../../base/most-probable.ts';
import { createRandom, type Random, shuffle, withMathRandom } from '../../base/random.ts';
import { createImages, toPixels } from '../../data/images.ts';
import type { Classifier, FitContext, FitReport, ImageShape, Images, LabelledImages, Params } from '../../types.ts';
import { compiledTrainer } from '../compile/compiled-trainer.ts';
import { askedPrecision } from '../compile/precision.ts';
import { CannotCompile } from '../compile/trace.ts';
import { PRECISION_VARIABLE } from '../runtime/environment.ts';
import { type Tensorflow, tensorflow } from '../runtime/tensorflow.ts';
import { eagerTrainer } from '../training/eager-trainer.ts';
import type { Schedule } from '../training/schedules.ts';
import type { TrainingRecipe } from '../training/step.ts';
import {
  exportWeights,
  importWeights,
  PREDICTION_IMAGES,
  type Step,
  type Trainer,
  type TrainerState,
  weightVariables,
} from '../training/trainer.ts';
import { webgpuTrainer } from '../webgpu/trainer.ts';
import { convolutionOf, gradCam } from './grad-cam.ts';
import { nameLayers, summarizeLayers } from './layer-summary.ts';

/** Images that a network may train on without the native library, where a step of a small one takes seconds. */
const MOST_IMAGES_WITHOUT_NATIVE = 2_000;
/** Images explained at a time: every layer's output of them is held in memory. */
const GRAD_CAM_IMAGES = 100;
/** Training steps between two progress reports. */
const PROGRESS_STEPS = 10;

/** The params that a network's file gives. */
export interface TrainingParams extends Params {
  /** Passes over the training images, at least 1. */
  readonly epochs: number;
  /** Images in one step, at least 1. */
  readonly batchSize: number;
  /** Above 0; of the first step when there is a schedule. */
  readonly learningRate: number;
}

/** The params that every deep model has. */
export interface DeepParams extends TrainingParams {
  /** Whether steps run as one TensorFlow graph, which is faster; otherwise operation by operation. */
  readonly compiled: boolean;
}

/** What a deep model's file says. */
export interface LayersRecipe extends TrainingRecipe {
  /** Builds the network, uncompiled: images in, softmax over the classes out. */
  build(tf: Tensorflow, input: { readonly shape: ImageShape; readonly classCount: number }): LayersModel;
  /** Constant 1 when absent. */
  readonly schedule?: Schedule;
  /** Ends with the weights of the epoch of lowest validation loss instead of the last; needs validation images. */
  readonly keepBest?: boolean;
  /** Predicts the mean of an image's probabilities and its mirror image's; false by default. */
  readonly mirrored?: boolean;
  /** Stops after so many epochs without a lower validation loss; never when absent or without validation images. */
  readonly patience?: number;
}

/**
 * Makes a classifier that trains a tfjs-layers network on cross-entropy, over batches shuffled by the fit's seed.
 *
 * @param context the fit's
 * @param recipe the network and how to train it
 * @throws UserError when epochs, batch size or learning rate is out of range
 */
export function layersClassifier(context: FitContext<DeepParams>, recipe: LayersRecipe): Classifier {
  checkParams(context.params);
  let fitted: Network | undefined;

  const dispose = (): void => {
    fitted?.trainer?.dispose();
    fitted?.model.dispose();
    fitted = undefined;
  };
  return {
    async fit(train, validation) {
      if (train.count === 0) throw new Error('no training images');
      dispose();
      const tf = await tensorflow();
      if (tf.getBackend() === 'cpu' && train.count > MOST_IMAGES_WITHOUT_NATIVE) {
        throw new UserError(
          `too many images without TensorFlow's native library: ${train.count}; at most ${MOST_IMAGES_WITHOUT_NATIVE} ` +
            '(--limit), or see npm run doctor',
        );
      }
      // tfjs draws initial weights, and dropout masks when it is not compiled, from Math.random.
      const random = createRandom(context.seed);
      const model = withMathRandom(random, () => recipe.build(tf, inputOf(context)));
      let trainer: Trainer | undefined;
      try {
        const made = createTrainer(tf, model, train, recipe, context, random);
        trainer = made.trainer;
        const report = await trainEpochs({ tf, model, trainer, context, recipe, train, validation });
        fitted = { tf, model, trainer, recipe };
        return { ...report, notes: { ...report.notes, ...made.notes }, layers: summarizeLayers(model) };
      } catch (error) {
        trainer?.dispose();
        model.dispose();
        throw error;
      }
    },
    async predict(images) {
      if (!fitted) throw new Error('predict called before fit');
      const probabilities = await classProbabilities(fitted, images, context.signal);
      return { labels: mostProbable(probabilities, context.classNames.length), probabilities };
    },
    async save() {
      if (!fitted) throw new Error('save called before fit');
      return exportWeights(fitted.model);
    },
    async load(saved) {
      dispose();
      const tf = await tensorflow();
      // The weights drawn here are replaced.
      const model = withMathRandom(createRandom(context.seed), () => recipe.build(tf, inputOf(context)));
      importWeights(tf, model, saved as Float32Array[]);
      fitted = { tf, model, recipe };
    },
    async gradCam(images, { labels, layer: name } = {}) {
      if (!fitted) throw new Error('gradCam called before fit');
      const { tf, model } = fitted;
      const layer = convolutionOf(model, name);
      const [height, width] = (layer.outputShape as number[]).slice(1) as [number, number];
      const explained = labels ?? (await this.predict(images)).labels;
      const maps = new Float32Array(images.count * height * width);
      const size = images.shape.height * images.shape.width * images.shape.channels;
      for (let start = 0; start < images.count; start += GRAD_CAM_IMAGES) {
        await nextTurn();
        context.signal.throwIfAborted();
        const end = Math.min(start + GRAD_CAM_IMAGES, images.count);
        const input = batchOf(tf, images, start, end, size);
        const found = gradCam(tf, model, layer, input, explained.subarray(start, end));
        maps.set(await found.data<'float32'>(), start * height * width);
        tf.dispose([input, found]);
      }
      return { layer: nameLayers(model).get(layer)!, height, width, maps, labels: explained };
    },
    async layers() {
      if (fitted) return summarizeLayers(fitted.model);
      const model = recipe.build(await tensorflow(), inputOf(context));
      try {
        return summarizeLayers(model);
      } finally {
        model.dispose();
      }
    },
    dispose,
  };
}

function inputOf({ shape, classNames }: FitContext<DeepParams>): { shape: ImageShape; classCount: number } {
  return { shape, classCount: classNames.length };
}

/** @throws UserError when epochs, batch size or learning rate is out of range */
export function checkParams({ epochs, batchSize, learningRate }: TrainingParams): void {
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (!Number.isInteger(value) || value < 1) throw new UserError(`invalid ${name}: ${value}; a whole number from 1`);
  }
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY)) {
    throw new UserError(`invalid learningRate: ${learningRate}; a number above 0`);
  }
}

/** Compiles the training step where that is asked for and possible; the notes say which it was, and why. */
function createTrainer(
  tf: Tensorflow,
  model: LayersModel,
  train: LabelledImages,
  recipe: LayersRecipe,
  { params, seed }: FitContext<DeepParams>,
  random: Random,
): { trainer: Trainer; notes: NonNullable<FitReport['notes']> } {
  const precision = askedPrecision();
  const refuseRounding = (): void => {
    if (precision === 'float32') return;
    throw new UserError(`${PRECISION_VARIABLE}=${precision} is for compiled training alone, which this fit has not`);
  };
  const eager = (why?: string) => {
    refuseRounding();
    return {
      trainer: eagerTrainer(tf, model, train, recipe, random),
      notes: { compiled: false, ...(why !== undefined && { notCompiled: why }) },
    };
  };
  if (tf.getBackend() === 'webgpu') {
    refuseRounding();
    return { trainer: webgpuTrainer(tf, model, train, recipe, seed), notes: { compiled: false } };
  }
  if (!params.compiled) return eager();
  if (tf.getBackend() !== 'tensorflow') return eager('no native library');
  const full = Math.min(params.batchSize, train.count);
  const batchSizes = [full, train.count % full].filter((size) => size > 0);
  try {
    const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes, seed, precision });
    return { trainer, notes: { compiled: true, ...(precision !== 'float32' && { precision }) } };
  } catch (error) {
    if (!(error instanceof CannotCompile)) throw error;
    return eager(error.message);
  }
}

/** A network, and what trained it unless its weights were loaded. */
interface Network {
  readonly tf: Tensorflow;
  readonly model: LayersModel;
  readonly trainer?: Trainer;
  readonly recipe: LayersRecipe;
}

interface Training extends Network {
  readonly trainer: Trainer;
  readonly context: FitContext<DeepParams>;
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
}

async function trainEpochs(training: Training): Promise<FitReport> {
  const { tf, model, trainer, context, recipe, train, validation } = training;
  const { epochs } = context.params;
  const random = createRandom(context.seed);
  const order = Int32Array.from({ length: train.count }, (_, i) => i);
  const best = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: [] as Tensor[] };
  let epoch = 0;
  const saved = trainer.load && ((await context.checkpoint?.load()) as Saved | null | undefined);
  if (saved) {
    // The order of an epoch is that of the one before, shuffled.
    for (; epoch < saved.epoch; epoch++) shuffle(order, random);
    trainer.load!(saved.trainer);
    Object.assign(best, saved.best, {
      weights: saved.best.weights.map((values, i) => tf.tensor(values, weightVariables(model)[i]!.shape)),
    });
  }
  try {
    while (epoch < epochs && !(epoch - best.epoch >= (recipe.patience ?? Number.POSITIVE_INFINITY))) {
      const score = await trainOnce(training, epoch, shuffle(order, random));
      epoch++;
      const validated = validation.count === 0 ? null : await validate(training);
      context.epoch({
        epoch,
        loss: score.lossSum / train.count,
        accuracy: score.correct / train.count,
        validationLoss: validated?.loss ?? null,
        validationAccuracy: validated?.accuracy ?? null,
      });
      // Without validation images every epoch counts as the best so far: the last is kept, nothing stops early.
      if (!validated || validated.loss < best.loss) {
        best.loss = validated?.loss ?? best.loss;
        best.epoch = epoch;
        if (validated && recipe.keepBest) {
          tf.dispose(best.weights);
          best.weights = weightVariables(model).map((variable) => variable.clone());
        }
      }
      if (trainer.save && epoch < epochs) {
        await context.checkpoint?.save((): Saved => {
          const weights = best.weights.map((tensor) => tensor.dataSync<'float32'>());
          return { epoch, trainer: trainer.save!(), best: { ...best, weights } };
        });
      }
    }
    trainer.syncModel();
    for (const [i, weights] of best.weights.entries()) weightVariables(model)[i]!.assign(weights);
    if (best.weights.length > 0) trainer.syncTrainer();
  } finally {
    tf.dispose(best.weights);
  }
  const epochKept = recipe.keepBest ? best.epoch : epoch;
  const notes = { epochs: epoch, epochKept, ...(saved && { resumedAfterEpoch: saved.epoch }) };
  return { parameterCount: model.countParams(), notes };
}

/** What a checkpoint holds. */
interface Saved {
  /** Epochs done. */
  readonly epoch: number;
  readonly trainer: TrainerState;
  readonly best: { readonly loss: number; readonly epoch: number; readonly weights: readonly Float32Array[] };
}

async function trainOnce(
  { trainer, context, recipe, train }: Training,
  epoch: number,
  order: Int32Array,
): Promise<{ lossSum: number; correct: number }> {
  const { batchSize, epochs, learningRate } = context.params;
  const count = Math.ceil(train.count / batchSize);
  const steps = Array.from({ length: count }, (_, i): Step => {
    const factor = recipe.schedule?.((epoch * count + i) / (epochs * count)) ?? 1;
    return { indices: order.slice(i * batchSize, (i + 1) * batchSize), learningRate: learningRate * factor };
  });
  await nextTurn();
  context.signal.throwIfAborted();
  let reported = 0;
  return trainer.run(steps, (taken, score) => {
    if (taken - reported >= PROGRESS_STEPS || reported === 0 || taken === count) {
      reported = taken;
      const loss = score && score.lossSum / Math.min(train.count, taken * batchSize);
      const detail = `epoch ${epoch + 1}/${epochs}${loss === null ? '' : `, loss ${loss.toFixed(3)}`}`;
      context.progress({ done: epoch * count + taken, total: epochs * count, unit: 'step', detail });
    }
    if (taken < count) context.signal.throwIfAborted();
  });
}

function validate(training: Training): Promise<{ loss: number; accuracy: number }> {
  const { trainer, context, validation } = training;
  return context.evaluating(async () => {
    trainer.syncModel();
    const probabilities = await classProbabilities(training, validation, context.signal);
    const classCount = context.classNames.length;
    const labels = mostProbable(probabilities, classCount);
    let loss = 0;
    let correct = 0;
    for (let i = 0; i < validation.count; i++) {
      const truth = validation.labels[i]!;
      // The smallest normal float keeps the logarithm finite when a probability underflows.
      loss -= Math.log(Math.max(probabilities[i * classCount + truth]!, 1.2e-38));
      if (labels[i] === truth) correct++;
    }
    return { loss: loss / validation.count, accuracy: correct / validation.count };
  });
}

/** Returns count x classes, row-major, each row summing to 1. */
async function classProbabilities(network: Network, images: Images, signal: AbortSignal): Promise<Float32Array> {
  const probabilities = await probabilitiesOf(network, images, signal);
  if (!network.recipe.mirrored) return probabilities;
  const others = await probabilitiesOf(network, mirror(images), signal);
  return probabilities.map((probability, i) => (probability + others[i]!) / 2);
}

/** Mirrors images left to right. */
function mirror({ count, shape, bytes }: Images): Images {
  const { height, width, channels } = shape;
  const mirrored = new Uint8Array(bytes.length);
  for (let row = 0; row < count * height; row++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(row * width + x) * channels, (row * width + width - 1 - x) * channels];
      mirrored.set(bytes.subarray(from, from + channels), to);
    }
  }
  return createImages(mirrored, new Uint8Array(count), shape);
}

async function probabilitiesOf(
  { tf, model, trainer }: Network,
  images: Images,
  signal: AbortSignal,
): Promise<Float32Array> {
  const size = images.shape.height * images.shape.width * images.shape.channels;
  const classCount = model.outputs[0]!.shape[1]!;
  // A few images cost the model itself less than a whole chunk costs the trainer.
  const isLarge = images.count >= PREDICTION_IMAGES / 2;
  const probabilities = new Float32Array(images.count * classCount);
  const chunk = async (start: number, end: number): Promise<void> => {
    if (trainer?.predict && isLarge) {
      probabilities.set(trainer.predict(images.bytes.subarray(start * size, end * size)), start * classCount);
      return;
    }
    const output = tf.tidy(() => {
      const batch = batchOf(tf, images, start, end, size);
      return model.apply(batch) as Tensor2D;
    });
    try {
      probabilities.set(await output.data<'float32'>(), start * classCount);
    } finally {
      output.dispose();
    }
  };
  let last: Promise<void> | undefined;
  for (let start = 0; start < images.count; start += PREDICTION_IMAGES) {
    await nextTurn();
    signal.throwIfAborted();
    // One chunk ahead of the one that is read back, so that a device which works on its own has something to do.
    const next = chunk(start, Math.min(start + PREDICTION_IMAGES, images.count));
    // What fails is thrown where it is awaited; until then nobody else shall hear of it.
    next.catch(() => undefined);
    await last;
    last = next;
  }
  await last;
  return probabilities;
}

/** Images from `start` up to `end`, as floats of the device. */
function batchOf(tf: Tensorflow, { shape, bytes }: Images, start: number, end: number, size: number): Tensor4D {
  const { height, width, channels } = shape;
  // Only these are normalised: the pixels of all would take four times the memory of the bytes, which the graph reads.
  const pixels = toPixels(bytes.subarray(start * size, end * size));
  return tf.tensor4d(pixels, [end - start, height, width, channels]);
}
