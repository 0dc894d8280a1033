// Replacements of layers in training: dropout draws its mask on the device, and batch normalisation is one operation with
// state.
import type { LayersModel, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { DTYPE, runOperation } from './native.ts';
import { CannotCompile } from './trace.ts';

type Layer = LayersModel['layers'][number];
type LayerCall = (inputs: Tensor | Tensor[]) => Tensor;
type Weight = { read(): Tensor };

/**
 * Normalises by mean and variance of the batch. It is differentiable.
 *
 * @param input values; each index of the last axis is a channel
 * @param scale one number per channel, like `offset`
 * @param moved called with the mean and the variance of the batch, the variance with the number of samples as denominator
 */
export type Normalization = (
  tf: Tensorflow,
  input: Tensor4D,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
  moved: (mean: Tensor, variance: Tensor) => void,
) => Tensor4D;

/** What the replaced layers call during training. */
export interface LayerHooks {
  /**
   * Draws a dropout mask, a new one for every layer and step.
   *
   * @param shape shape of the result
   * @param rate share of the values that are 0, above 0 and below 1
   * @returns 0, or the factor that makes the mean 1
   */
  drawMask(shape: readonly number[], rate: number): Tensor;
  /** Moves a variable that is not trained towards a value by a share of the difference. */
  move(variable: Variable, value: Tensor, rate: number): void;
  /** Computes batch normalisation; `fusedNormalization` on the native library. */
  readonly normalize: Normalization;
}

/**
 * Replaces the computation of a model's dropout and batch normalisation layers. All other layers stay unchanged.
 *
 * @param tf TensorFlow
 * @param model built
 * @param hooks called in training mode, layer by layer
 * @returns a function that restores the layers
 */
export function replaceLayers(tf: Tensorflow, model: LayersModel, hooks: LayerHooks): () => void {
  const replaced: Layer[] = [];
  for (const layer of allLayers(model)) {
    const call = trainingCall(tf, layer, hooks);
    if (!call) continue;
    // A property of the instance hides the method of the class until it is deleted.
    Object.defineProperty(layer, 'call', { value: call, configurable: true });
    replaced.push(layer);
  }
  return () => {
    for (const layer of replaced) Reflect.deleteProperty(layer, 'call');
  };
}

/** Returns all layers of a model, including those of nested models. */
function allLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => ('layers' in layer ? allLayers(layer as unknown as LayersModel) : [layer]));
}

function trainingCall(tf: Tensorflow, layer: Layer, hooks: LayerHooks): LayerCall | undefined {
  const one = (inputs: Tensor | Tensor[]): Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);
  switch (layer.getClassName()) {
    case 'Dropout': {
      const { rate, noiseShape } = layer as unknown as { rate: number; noiseShape?: number[] };
      if (noiseShape) return undefined;
      return (inputs) => dropout(tf, one(inputs), rate, hooks);
    }
    case 'BatchNormalization': {
      const { axis } = layer.getConfig() as { axis: number };
      return (inputs) => {
        const input = one(inputs);
        if (axis !== -1 && axis !== input.rank - 1)
          throw new CannotCompile('batch normalisation over an axis other than the last');
        return batchNormalization(tf, input, layer as unknown as BatchNormalization, hooks);
      };
    }
    default:
      return undefined;
  }
}

/** Sets a share of the values to 0 and scales the others, so that the mean does not change. */
function dropout(tf: Tensorflow, input: Tensor, rate: number, { drawMask }: LayerHooks): Tensor {
  return rate <= 0 || rate >= 1 ? input : tf.mul(input, drawMask(input.shape, rate));
}

interface BatchNormalization {
  readonly gamma: Weight | null;
  readonly beta: Weight | null;
  readonly movingMean: Weight;
  readonly movingVariance: Weight;
  readonly epsilon: number;
  readonly momentum: number;
}

function batchNormalization(tf: Tensorflow, input: Tensor, layer: BatchNormalization, hooks: LayerHooks): Tensor {
  const channels = input.shape[input.rank - 1]!;
  // The fused operation needs four dimensions; all but the last are averaged over.
  const image = input.rank === 4 ? input : tf.reshape(input, [input.size / channels, 1, 1, channels]);
  const scale = layer.gamma?.read() ?? tf.ones([channels]);
  const offset = layer.beta?.read() ?? tf.zeros([channels]);
  const moved = (mean: Tensor, variance: Tensor): void => {
    hooks.move(layer.movingMean.read() as Variable, mean, 1 - layer.momentum);
    hooks.move(layer.movingVariance.read() as Variable, variance, 1 - layer.momentum);
  };
  return tf.reshape(hooks.normalize(tf, image as Tensor4D, scale, offset, layer.epsilon, moved), input.shape);
}

/**
 * Normalises with TensorFlow's fused operation, forward and backward. As in tfjs and Keras, the running variance is that of
 * the batch with its size as denominator; the fused operation's is with the size minus one.
 *
 * @see Ioffe, S. and Szegedy, C. (2015). Batch normalization. ICML.
 */
export const fusedNormalization: Normalization = (tf, input, scale, offset, epsilon, moved) => {
  const samples = input.size / input.shape[3];
  const attributes = {
    T: { type: DTYPE.float32 },
    U: { type: DTYPE.float32 },
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: true },
  };
  const normalize = tf.customGrad((x, gamma, beta, save) => {
    const empty = tf.tensor1d([], 'float32');
    const inputs = [x as Tensor, gamma as Tensor, beta as Tensor, empty, empty];
    const [y, mean, variance, ...reserved] = runOperation(tf, 'FusedBatchNormV3', inputs, attributes, 6);
    moved(mean!, tf.mul(variance!, (samples - 1) / samples));
    (save as (tensors: Tensor[]) => void)([x as Tensor, gamma as Tensor, ...reserved]);
    return {
      value: y!,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runOperation(tf, 'FusedBatchNormGradV3', [dy, ...saved], attributes, 5).slice(0, 3),
    };
  });
  return normalize(input, scale, offset) as Tensor4D;
};
