// The training loop of networks: epochs, validation, early stopping and checkpoints.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { mostProbable } from '../../base/most-probable.ts';
import { createRandom, shuffle } from '../../base/random.ts';
import type { FitContext, FitReport, LabelledImages } from '../../types.ts';
import { checkLoss } from '../training/check-loss.ts';
import { type Step, type Trainer, type TrainerState, weightVariables } from '../training/trainer.ts';
import { classProbabilities } from './class-probabilities.ts';
import type { DeepParams, Network } from './network-recipe.ts';

/** Number of training steps between two progress reports. */
const PROGRESS_STEPS = 10;

/** A network in training. */
export interface Training extends Network {
  readonly trainer: Trainer;
  readonly context: FitContext<DeepParams>;
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
}

/** The best epoch so far. */
interface BestEpoch {
  loss: number;
  epoch: number;
  /** Its weights if the recipe keeps the best epoch, otherwise empty. */
  weights: Tensor[];
}

/** The state in a checkpoint. */
interface Saved {
  /** Number of finished epochs. */
  readonly epoch: number;
  readonly trainer: TrainerState;
  readonly best: Omit<BestEpoch, 'weights'> & { readonly weights: readonly Float32Array[] };
}

/**
 * Trains a network epoch by epoch, with validation, early stopping and checkpoints.
 *
 * @returns parameter count and notes of the fit
 * @throws `context.signal.reason` if aborted
 */
export async function trainEpochs(training: Training): Promise<FitReport> {
  const { tf, model, trainer, context, recipe, train, validation } = training;
  const { epochs } = context.params;
  const random = createRandom(context.seed);
  const order = Int32Array.from({ length: train.count }, (_, i) => i);
  const best: BestEpoch = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: [] };
  let epoch = 0;
  const saved = trainer.load && ((await context.checkpoint?.load()) as Saved | null | undefined);
  if (saved) {
    // The order of an epoch is the order of the previous epoch, shuffled.
    for (; epoch < saved.epoch; epoch++) shuffle(order, random);
    restore(training, best, saved);
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
      updateBest(training, best, epoch, validated?.loss);
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

function restore({ tf, model, trainer }: Training, best: BestEpoch, saved: Saved): void {
  trainer.load!(saved.trainer);
  Object.assign(best, saved.best, {
    weights: saved.best.weights.map((values, i) => tf.tensor(values, weightVariables(model)[i]!.shape)),
  });
}

/** Updates the best epoch. Without validation images every epoch is the best so far, and nothing stops early. */
function updateBest({ tf, model, recipe }: Training, best: BestEpoch, epoch: number, loss: number | undefined): void {
  if (loss !== undefined && !(loss < best.loss)) return;
  best.loss = loss ?? best.loss;
  best.epoch = epoch;
  if (loss !== undefined && recipe.keepBest) {
    tf.dispose(best.weights);
    best.weights = weightVariables(model).map((variable) => variable.clone());
  }
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
  const place = { epoch: epoch + 1, steps: count };
  const total = await trainer.run(steps, (taken, score) => {
    if (score) checkLoss(score.lossSum, { ...place, step: taken, learningRate: steps[taken - 1]!.learningRate });
    if (taken - reported >= PROGRESS_STEPS || reported === 0 || taken === count) {
      reported = taken;
      const loss = score && score.lossSum / Math.min(train.count, taken * batchSize);
      const detail = `epoch ${epoch + 1}/${epochs}${loss === null ? '' : `, loss ${loss.toFixed(3)}`}`;
      context.progress({ done: epoch * count + taken, total: epochs * count, unit: 'step', detail });
    }
    if (taken < count) context.signal.throwIfAborted();
  });
  // A device that is not waited for after each step gives its loss here.
  checkLoss(total.lossSum, { ...place, step: null, learningRate: steps.at(-1)!.learningRate });
  return total;
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
      // The smallest normal float keeps the logarithm finite if a probability is 0.
      loss -= Math.log(Math.max(probabilities[i * classCount + truth]!, 1.2e-38));
      if (labels[i] === truth) correct++;
    }
    return { loss: loss / validation.count, accuracy: correct / validation.count };
  });
}
