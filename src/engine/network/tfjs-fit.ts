// A network trained by tfjs's own `fit`, as users of that library would: the reference for compiled training.

import type { LayersModel, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { checkFitted } from '../../base/check-fitted.ts';
import { mostProbable } from '../../base/most-probable.ts';
import {
  type Classifier,
  defineModel,
  type FitContext,
  type ImageShape,
  type Images,
  type LabelledImages,
  type ModelAdapter,
} from '../../types.ts';
import { type Tensorflow, tensorflow } from '../runtime/tensorflow.ts';
import { checkLoss } from '../training/check-loss.ts';
import { eagerOptimizer } from '../training/optimizer.ts';
import { exportWeights, importWeights, PREDICTION_IMAGES } from '../training/trainer.ts';
import { buildNetwork } from './build-network.ts';
import type { NetworkAdapter } from './define-network.ts';
import { checkTrainingParams, type DeepParams, type LayersRecipe, type TrainingParams } from './network-recipe.ts';

/**
 * Creates a model that trains a network by tfjs's `fit`: same layers, optimiser, batches and epochs, no validation passes.
 *
 * @param network its recipe may only have an optimiser and a schedule, which is applied epoch by epoch
 */
export function tfjsFit(network: NetworkAdapter<DeepParams>): ModelAdapter<TrainingParams> {
  const { compiled: _, ...defaults } = network.params;
  return defineModel<TrainingParams>({
    id: `${network.id}-tfjs`,
    family: network.family,
    kind: 'deep',
    engine: 'tfjs fit',
    summary: `${network.summary}; trained by tfjs's own fit`,
    params: defaults,
    needsTensorflow: true,
    needsPixels: true,
    create(context) {
      checkTrainingParams(context.params);
      return tfjsClassifier(context, network.recipe({ ...network.params, ...context.params }));
    },
  });
}

function tfjsClassifier(context: FitContext<TrainingParams>, recipe: LayersRecipe): Classifier {
  const { shape, classNames } = context;
  let fitted: { readonly tf: Tensorflow; readonly model: LayersModel } | undefined;
  const dispose = (): void => {
    fitted?.model.dispose();
    fitted = undefined;
  };
  const build = async () => {
    const tf = await tensorflow();
    return { tf, model: buildNetwork(tf, recipe, { shape, classCount: classNames.length }) };
  };
  return {
    async fit(train) {
      if (train.count === 0) throw new Error('no training images');
      dispose();
      fitted = await build();
      const { tf, model } = fitted;
      await fitModel(tf, model, recipe, context, train);
      return { parameterCount: model.countParams(), notes: { epochs: context.params.epochs } };
    },
    async predict(images) {
      checkFitted(fitted, 'predict');
      const { tf, model } = fitted;
      if (images.count === 0) return { labels: new Uint8Array(0), probabilities: new Float32Array(0) };
      const output = tf.tidy(() => {
        const pixels = pixelsOf(tf, images, shape);
        return model.predict(pixels, { batchSize: PREDICTION_IMAGES }) as Tensor2D;
      });
      const probabilities = await output.data<'float32'>();
      output.dispose();
      return { labels: mostProbable(probabilities, classNames.length), probabilities };
    },
    async save() {
      checkFitted(fitted, 'save');
      return exportWeights(fitted.model);
    },
    async load(saved) {
      dispose();
      const built = await build();
      importWeights(built.tf, built.model, saved as Float32Array[]);
      fitted = built;
    },
    dispose,
  };
}

async function fitModel(
  tf: Tensorflow,
  model: LayersModel,
  recipe: LayersRecipe,
  { params, shape, signal, ...context }: FitContext<TrainingParams>,
  train: LabelledImages,
): Promise<void> {
  const { epochs, batchSize, learningRate } = params;
  const { optimizer, prepare } = eagerOptimizer(tf, recipe.optimizer);
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const pixels = pixelsOf(tf, train, shape);
  const labels = tf.tensor1d(Float32Array.from(train.labels));
  try {
    await model.fit(pixels, labels, {
      batchSize,
      epochs,
      verbose: 0,
      yieldEvery: 'epoch',
      callbacks: {
        onEpochBegin: async (epoch) => {
          signal.throwIfAborted();
          prepare(learningRate * (recipe.schedule?.(epoch / epochs) ?? 1), []);
        },
        onEpochEnd: async (epoch, logs) => {
          const rate = learningRate * (recipe.schedule?.(epoch / epochs) ?? 1);
          checkLoss(logs?.['loss'] ?? 0, { epoch: epoch + 1, step: null, steps: 0, learningRate: rate });
          const report = { loss: logs?.['loss'] ?? null, accuracy: logs?.['acc'] ?? null };
          context.epoch({ epoch: epoch + 1, ...report, validationLoss: null, validationAccuracy: null });
          context.progress({ done: epoch + 1, total: epochs, unit: 'epoch' });
        },
      },
    });
  } finally {
    tf.dispose([pixels, labels]);
    optimizer.dispose();
  }
}

function pixelsOf(tf: Tensorflow, { count, pixels }: Images, { height, width, channels }: ImageShape) {
  return tf.tensor4d(pixels, [count, height, width, channels]);
}
