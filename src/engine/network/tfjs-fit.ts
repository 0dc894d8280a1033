// A network trained by tfjs's own `fit`, as that library's users would: what compiled training is compared with.
import type { LayersModel, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { mostProbable } from '../../base/most-probable.ts';
import { defineModel, type ImageShape, type Images, type ModelAdapter } from '../../types.ts';
import { type Tensorflow, tensorflow } from '../runtime/tensorflow.ts';
import { eagerOptimizer } from '../training/optimizer.ts';
import { exportWeights, importWeights, PREDICTION_IMAGES } from '../training/trainer.ts';
import { checkParams, type DeepParams, type TrainingParams } from './layers-classifier.ts';
import type { NetworkAdapter } from './network.ts';

/**
 * Makes a model of a network that tfjs trains: same layers, optimiser, batches and epochs, without validation passes.
 *
 * @param network one whose recipe is an optimiser and perhaps a schedule, which is followed epoch by epoch
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
    create({ params, shape, classNames, signal, ...context }) {
      checkParams(params);
      const recipe = network.recipe({ ...network.params, ...params });
      let fitted: { readonly tf: Tensorflow; readonly model: LayersModel } | undefined;
      const dispose = (): void => {
        fitted?.model.dispose();
        fitted = undefined;
      };
      return {
        async fit(train) {
          if (train.count === 0) throw new Error('no training images');
          dispose();
          const tf = await tensorflow();
          const model = recipe.build(tf, { shape, classCount: classNames.length });
          fitted = { tf, model };
          const { optimizer, prepare } = eagerOptimizer(tf, recipe.optimizer);
          model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
          const pixels = pixelsOf(tf, train, shape);
          const labels = tf.tensor1d(Float32Array.from(train.labels));
          const { epochs, batchSize, learningRate } = params;
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
          return { parameterCount: model.countParams(), notes: { epochs } };
        },
        async predict(images) {
          if (!fitted) throw new Error('predict called before fit');
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
          if (!fitted) throw new Error('save called before fit');
          return exportWeights(fitted.model);
        },
        async load(saved) {
          dispose();
          const tf = await tensorflow();
          const model = recipe.build(tf, { shape, classCount: classNames.length });
          importWeights(tf, model, saved as Float32Array[]);
          fitted = { tf, model };
        },
        dispose,
      };
    },
  });
}

function pixelsOf(tf: Tensorflow, { count, pixels }: Images, { height, width, channels }: ImageShape) {
  return tf.tensor4d(pixels, [count, height, width, channels]);
}
