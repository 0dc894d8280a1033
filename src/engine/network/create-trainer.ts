// Chooses the trainer of a network: compiled, operation by operation, or on WebGPU.
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { FitContext, FitReport, LabelledImages } from '../../types.ts';
import { compiledTrainer } from '../compile/compiled-trainer.ts';
import { askedPrecision } from '../compile/precision.ts';
import { CannotCompile } from '../compile/trace.ts';
import { PRECISION_VARIABLE } from '../runtime/environment.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { eagerTrainer } from '../training/eager-trainer.ts';
import type { Trainer } from '../training/trainer.ts';
import { webgpuTrainer } from '../webgpu/webgpu-trainer.ts';
import type { DeepParams, LayersRecipe } from './network-recipe.ts';

/**
 * Creates the trainer of a network. It is compiled if the params ask for it and the network allows it.
 *
 * @param random draws the dropout masks and augmentation of a trainer that is not compiled
 * @returns the trainer, and notes that say whether it is compiled, and why not
 * @throws UserError if the environment asks for a precision that only compiled training has
 */
export function createTrainer(
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
    throw new UserError(
      `${PRECISION_VARIABLE}=${precision} needs compiled training, and this fit is not compiled; unset it`,
    );
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
