// The interface between the training loop and a trainer, which takes the steps: eager, compiled or on WebGPU.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** Number of images per prediction: enough to keep the cores busy, few enough for the memory of a wide layer. */
export const PREDICTION_IMAGES = 500;

/** Loss and correct images of one step, before it changes the weights. */
export interface BatchScore {
  /** Cross-entropy in nats summed over the batch, without the model's regularisers. */
  readonly lossSum: number;
  /** Number of images of the batch that are classified correctly. */
  readonly correct: number;
}

/** The state that later steps depend on. Structured cloning can copy it. */
export interface TrainerState {
  readonly steps: number;
  readonly values: readonly Float32Array[];
}

/** One training step. */
export interface Step {
  /** Positions of the batch in the training images. */
  readonly indices: Int32Array;
  /** Above 0. */
  readonly learningRate: number;
}

/**
 * Called when steps are taken, or submitted to an asynchronous device.
 *
 * @param taken number of steps so far
 * @param score sums over these steps; null if reading them would make the device wait
 */
export type StepsTaken = (taken: number, score: BatchScore | null) => void;

/** Takes training steps on one model with one set of images. */
export interface Trainer {
  /**
   * Takes steps in order, and resolves when the device has finished them.
   *
   * @param steps at least one
   * @param onTaken an error that it throws ends the run
   * @returns sums over all steps
   */
  run(steps: readonly Step[], onTaken: StepsTaken): Promise<BatchScore>;
  /** Copies the trained weights to the tfjs model. */
  syncModel(): void;
  /** Copies the weights of the tfjs model to the trainer. */
  syncTrainer(): void;
  /**
   * Computes probabilities with the weights that `syncModel` would copy, faster than the model for many images; absent if
   * the trainer has no faster way.
   *
   * @param bytes n x height x width x channels
   * @returns n x classes, row-major
   */
  predict?(bytes: Uint8Array): Float32Array;
  /** Returns a copy of the state; absent if the trainer cannot be resumed. */
  save?(): TrainerState;
  /**
   * Resumes from a state.
   *
   * @param state result of `save` of a trainer of the same model and recipe
   */
  load?(state: TrainerState): void;
  /** Frees memory; the model stays usable. */
  dispose(): void;
}

/** A trainer that can also take single steps. */
export interface SteppingTrainer extends Trainer {
  /**
   * Takes one step. The device is idle when it returns.
   *
   * @param indices positions of the batch in the training images
   * @param learningRate above 0
   */
  step(indices: Int32Array, learningRate: number): BatchScore;
}

/**
 * Creates the `run` of a trainer that takes one step at a time.
 *
 * @param step takes one step
 */
export function oneByOne(step: SteppingTrainer['step']): Trainer['run'] {
  return async (steps, onTaken) => {
    const total = { lossSum: 0, correct: 0 };
    for (const [i, { indices, learningRate }] of steps.entries()) {
      // An abort arrives as a message, which is received only between turns of the event loop.
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
 * Returns the variables of all weights of a model, trainable or not.
 *
 * @param model built
 */
export function weightVariables(model: LayersModel): Variable[] {
  return model.weights.map((weight) => weight.read() as Variable);
}

/**
 * Returns the variables of a model's trainable weights.
 *
 * @param model built
 */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}

/**
 * Copies the weights of a model, including running means.
 *
 * @param model built
 * @returns one array per weight, in the order of the model
 */
export function exportWeights(model: LayersModel): Promise<Float32Array[]> {
  return Promise.all(weightVariables(model).map(async (variable) => (await variable.data<'float32'>()).slice()));
}

/**
 * Replaces the weights of a model.
 *
 * @param model built by the same code
 * @param weights result of `exportWeights`
 * @throws Error if their number or sizes differ
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
