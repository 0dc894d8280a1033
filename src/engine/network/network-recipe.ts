// What the file of a network defines: its params, its layers and how it learns.
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import type { ImageShape, Params } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { Schedule } from '../training/schedules.ts';
import type { TrainingRecipe } from '../training/step.ts';
import type { Trainer } from '../training/trainer.ts';

/** The params that the file of a network must have. */
export interface TrainingParams extends Params {
  /** Number of passes over the training images, at least 1. */
  readonly epochs: number;
  /** Number of images per step, at least 1. */
  readonly batchSize: number;
  /** Above 0. With a schedule it is multiplied by the schedule's factor. */
  readonly learningRate: number;
}

/** The params that every network has. */
export interface DeepParams extends TrainingParams {
  /** Whether steps run as one TensorFlow graph, which is faster; otherwise operation by operation. */
  readonly compiled: boolean;
}

/** A network and how it learns. */
export interface LayersRecipe extends TrainingRecipe {
  /** Builds the network without compiling it: images in, softmax over the classes out. */
  build(tf: Tensorflow, input: { readonly shape: ImageShape; readonly classCount: number }): LayersModel;
  /** Factor of the learning rate over the fit. Default: constant 1. */
  readonly schedule?: Schedule;
  /** Whether to keep the weights of the epoch with the lowest validation loss, not the last. Needs validation images. */
  readonly keepBest?: boolean;
  /** Whether to predict the mean of the probabilities of an image and its mirror image. Default: false. */
  readonly mirrored?: boolean;
  /** Number of epochs without a lower validation loss after which training stops. Default: it does not stop early. */
  readonly patience?: number;
}

/** A built network, and the trainer unless its weights were loaded. */
export interface Network {
  readonly tf: Tensorflow;
  readonly model: LayersModel;
  readonly trainer?: Trainer;
  readonly recipe: LayersRecipe;
}

/**
 * Checks the params of a network.
 *
 * @throws UserError if epochs, batch size or learning rate is out of range
 */
export function checkTrainingParams({ epochs, batchSize, learningRate }: TrainingParams): void {
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (!Number.isInteger(value) || value < 1) throw new UserError(`invalid ${name}: ${value}; a whole number from 1`);
  }
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY)) {
    throw new UserError(`invalid learningRate: ${learningRate}; a number above 0`);
  }
}
