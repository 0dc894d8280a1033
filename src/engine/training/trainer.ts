// What a training loop needs of the thing that takes its steps: eager or compiled, it looks the same.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** Images in one prediction: large enough to keep the cores busy, small enough for the memory of a wide layer. */
export const PREDICTION_IMAGES = 500;

/** What one step saw, before it changed the weights. */
export interface BatchScore {
  /** Cross-entropy in nats summed over the batch, the model's regularisers left out. */
  readonly lossSum: number;
  /** Images of the batch classified rightly. */
  readonly correct: number;
}

/** Everything that later steps depend on; structured cloning copies it. */
export interface TrainerState {
  readonly steps: number;
  readonly values: readonly Float32Array[];
}

/** A step to take. */
export interface Step {
  /** The batch, as positions in the training images. */
  readonly indices: Int32Array;
  /** Above 0. */
  readonly learningRate: number;
}

/**
 * Told when steps are taken, or handed to a device that takes them in its own time.
 *
 * @param taken how many, from the first of the list
 * @param score sums over these steps; null where asking the device would hold it up
 */
export type StepsTaken = (taken: number, score: BatchScore | null) => void;

/** Takes training steps on one model over one set of images. */
export interface Trainer {
  /**
   * Takes steps in order, and resolves when the device has taken them all.
   *
   * @param steps at least one
   * @param onTaken what it throws ends the run
   * @returns sums over all steps
   */
  run(steps: readonly Step[], onTaken: StepsTaken): Promise<BatchScore>;
  /** Makes the tfjs model's weights those trained so far. */
  syncModel(): void;
  /** Makes the trainer's weights those of the tfjs model. */
  syncTrainer(): void;
  /**
   * Classifies images by the weights that `syncModel` would give the model, faster than the model itself where there are
   * many; absent when the trainer has no better way.
   *
   * @param bytes n x height x width x channels
   * @returns n x classes probabilities, row-major
   */
  predict?(bytes: Uint8Array): Float32Array;
  /** Copies what later steps depend on; absent when the trainer cannot go on from a copy. */
  save?(): TrainerState;
  /**
   * Goes on from a copy.
   *
   * @param state that `save` of a trainer of the same model and recipe gave
   */
  load?(state: TrainerState): void;
  /** Gives memory back; the model stays. */
  dispose(): void;
}

/** A trainer that can also take one step at a time. */
export interface SteppingTrainer extends Trainer {
  /**
   * Takes one step; the device is idle when it returns.
   *
   * @param indices the batch, as positions in the training images
   * @param learningRate above 0
   */
  step(indices: Int32Array, learningRate: number): BatchScore;
}

/**
 * Makes the `run` of a trainer that takes one step at a time.
 *
 * @param step takes one
 */
export function oneByOne(step: SteppingTrainer['step']): Trainer['run'] {
  return async (steps, onTaken) => {
    const total = { lossSum: 0, correct: 0 };
    for (const [i, { indices, learningRate }] of steps.entries()) {
      // An abort arrives as a message: it is seen only when the event loop turns.
      await nextTurn();
      const { lossSum, correct } = step(indices, learningRate);
      total.lossSum += lossSum;
      total.correct += correct;
      onTaken(i + 1, total);
    }
    return total;
  };
}

/**
 * Lists the variables behind a model's weights, trainable or not.
 *
 * @param model any built model
 */
export function weightVariables(model: LayersModel): Variable[] {
  return model.weights.map((weight) => weight.read() as Variable);
}

/**
 * Lists the variables behind a model's trainable weights.
 *
 * @param model any built model
 */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}

/**
 * Copies a model's weights, running means included.
 *
 * @param model any built model
 * @returns one array a weight, in the model's order
 */
export function exportWeights(model: LayersModel): Promise<Float32Array[]> {
  return Promise.all(weightVariables(model).map(async (variable) => (await variable.data<'float32'>()).slice()));
}

/**
 * Replaces a model's weights.
 *
 * @param model built by the same code
 * @param weights that `exportWeights` gave
 * @throws Error when their number or sizes differ
 */
export function importWeights(tf: Tensorflow, model: LayersModel, weights: readonly Float32Array[]): void {
  const variables = weightVariables(model);
  if (variables.length !== weights.length) {
    throw new Error(`invalid weights: ${weights.length} arrays for a model of ${variables.length}`);
  }
  for (const [i, variable] of variables.entries()) {
    tf.tidy(() => variable.assign(tf.tensor(weights[i]!, variable.shape, 'float32')));
  }
}
