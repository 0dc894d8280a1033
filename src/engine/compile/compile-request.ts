// What a compiled trainer is made from.
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { LabelledImages } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { TrainingRecipe } from '../training/step.ts';
import type { Precision } from './precision.ts';

/** Input of a compiled trainer. */
export interface CompileRequest {
  readonly tf: Tensorflow;
  /** Ends in softmax. Its weights do not change until `syncModel`. */
  readonly model: LayersModel;
  /** At least 1 image. */
  readonly train: LabelledImages;
  readonly recipe: TrainingRecipe;
  /** All batch sizes that steps will have. */
  readonly batchSizes: readonly number[];
  /** Seed of dropout masks and augmentation. */
  readonly seed: number;
  /** Precision of training; prediction is float32. */
  readonly precision?: Precision;
}
