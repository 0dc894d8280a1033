// The classifier of every network: it builds the layers, trains them by a recipe and predicts.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkFitted } from '../../base/check-fitted.ts';
import { UserError } from '../../base/errors.ts';
import { mostProbable } from '../../base/most-probable.ts';
import { createRandom, withMathRandom } from '../../base/random.ts';
import type {
  FitContext,
  FitReport,
  GradCam,
  GradCamOptions,
  Images,
  LabelledImages,
  UniformClassifier,
} from '../../types.ts';
import { type Tensorflow, tensorflow } from '../runtime/tensorflow.ts';
import { exportWeights, importWeights, type Trainer } from '../training/trainer.ts';
import { buildNetwork, type NetworkInput } from './build-network.ts';
import { batchOf, classProbabilities } from './class-probabilities.ts';
import { createTrainer } from './create-trainer.ts';
import { convolutionOf, gradCam } from './grad-cam.ts';
import { nameLayers, summarizeLayers } from './layer-summary.ts';
import { checkTrainingParams, type DeepParams, type LayersRecipe, type Network } from './network-recipe.ts';
import { trainEpochs } from './train-epochs.ts';

/** Limit of training images without the native library, where one step of a small network takes seconds. */
const MAX_IMAGES_WITHOUT_NATIVE = 2_000;
/** Number of images per Grad-CAM batch: the outputs of all layers are in memory. */
const GRAD_CAM_IMAGES = 100;

/**
 * Creates a classifier that trains a tfjs-layers network on cross-entropy, with batches shuffled by the seed of the fit.
 *
 * @param context context of the fit
 * @param recipe the network and how it learns
 * @throws UserError if epochs, batch size or learning rate is out of range
 */
export function layersClassifier(context: FitContext<DeepParams>, recipe: LayersRecipe): UniformClassifier {
  checkTrainingParams(context.params);
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
      const { network, report } = await fitNetwork(context, recipe, train, validation);
      fitted = network;
      return report;
    },
    async predict(images) {
      checkFitted(fitted, 'predict');
      const probabilities = await classProbabilities(fitted, images, context.signal);
      return { labels: mostProbable(probabilities, context.classNames.length), probabilities };
    },
    async save() {
      checkFitted(fitted, 'save');
      return exportWeights(fitted.model);
    },
    async load(saved) {
      dispose();
      const tf = await tensorflow();
      // The weights drawn here are replaced.
      const model = withMathRandom(createRandom(context.seed), () => buildNetwork(tf, recipe, inputOf(context)));
      importWeights(tf, model, saved as Float32Array[]);
      fitted = { tf, model, recipe };
    },
    async gradCam(images, options = {}) {
      checkFitted(fitted, 'gradCam');
      return explain(fitted, context.signal, images, options, async () => (await this.predict(images)).labels);
    },
    async layers() {
      if (fitted) return summarizeLayers(fitted.model);
      const model = buildNetwork(await tensorflow(), recipe, inputOf(context));
      try {
        return summarizeLayers(model);
      } finally {
        model.dispose();
      }
    },
    dispose,
  };
}

async function fitNetwork(
  context: FitContext<DeepParams>,
  recipe: LayersRecipe,
  train: LabelledImages,
  validation: LabelledImages,
): Promise<{ network: Network; report: FitReport }> {
  const tf = await tensorflow();
  checkImageCount(tf, train.count);
  // tfjs draws initial weights from Math.random, and dropout masks if training is not compiled.
  const random = createRandom(context.seed);
  const model = withMathRandom(random, () => buildNetwork(tf, recipe, inputOf(context)));
  let trainer: Trainer | undefined;
  try {
    const created = createTrainer(tf, model, train, recipe, context, random);
    trainer = created.trainer;
    const report = await trainEpochs({ tf, model, trainer, context, recipe, train, validation });
    const notes = { ...report.notes, ...created.notes };
    return { network: { tf, model, trainer, recipe }, report: { ...report, notes, layers: summarizeLayers(model) } };
  } catch (error) {
    trainer?.dispose();
    model.dispose();
    throw error;
  }
}

function checkImageCount(tf: Tensorflow, count: number): void {
  if (tf.getBackend() !== 'cpu' || count <= MAX_IMAGES_WITHOUT_NATIVE) return;
  throw new UserError(
    `too many images without TensorFlow's native library: ${count}; at most ${MAX_IMAGES_WITHOUT_NATIVE} (--limit); ` +
      'npm run doctor says why the library is missing',
  );
}

async function explain(
  { tf, model }: Network,
  signal: AbortSignal,
  images: Images,
  { labels, layer: name }: GradCamOptions,
  predict: () => Promise<Uint8Array>,
): Promise<GradCam> {
  const layer = convolutionOf(model, name);
  const [height, width] = (layer.outputShape as number[]).slice(1) as [number, number];
  const explained = labels ?? (await predict());
  const maps = new Float32Array(images.count * height * width);
  const size = images.shape.height * images.shape.width * images.shape.channels;
  for (let start = 0; start < images.count; start += GRAD_CAM_IMAGES) {
    await nextTurn();
    signal.throwIfAborted();
    const end = Math.min(start + GRAD_CAM_IMAGES, images.count);
    const input = batchOf(tf, images, start, end, size);
    const found = gradCam(tf, model, layer, input, explained.subarray(start, end));
    maps.set(await found.data<'float32'>(), start * height * width);
    tf.dispose([input, found]);
  }
  return { layer: nameLayers(model).get(layer)!, height, width, maps, labels: explained };
}

function inputOf({ shape, classNames }: FitContext<DeepParams>): NetworkInput {
  return { shape, classCount: classNames.length };
}
