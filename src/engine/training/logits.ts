// A classifier's scores before its softmax: losses are computed on them, since the logarithm of a rounded probability is poor.
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node-gpu';

/** The part of a tfjs layer that holds its activation function. */
interface Activated {
  activation?: { apply(input: Tensor): Tensor; getClassName(): string };
}

const IDENTITY = { apply: (input: Tensor) => input, getClassName: () => 'linear' };

/**
 * Runs a model in training mode up to its last layer's softmax, which is left out.
 *
 * @param model a model whose one output comes from a layer with softmax activation
 * @param input a batch, batch x height x width x channels
 * @returns batch x classes, unnormalised
 * @throws Error when the last layer's activation is no softmax
 */
export function trainingLogits(model: LayersModel, input: Tensor): Tensor {
  return logitsOf(model, input, true);
}

/**
 * Runs a model as it predicts, up to its last layer's softmax, which is left out.
 *
 * @param model a model whose one output comes from a layer with softmax activation
 * @param input a batch, batch x height x width x channels
 * @returns batch x classes, unnormalised
 * @throws Error when the last layer's activation is no softmax
 */
export function predictedLogits(model: LayersModel, input: Tensor): Tensor {
  return logitsOf(model, input, false);
}

function logitsOf(model: LayersModel, input: Tensor, training: boolean): Tensor {
  const layer = model.outputs[0]!.sourceLayer as unknown as Activated;
  const softmax = layer.activation;
  if (model.outputs.length !== 1 || softmax?.getClassName().toLowerCase() !== 'softmax') {
    throw new Error(`invalid model: its one output must have softmax activation, not ${softmax?.getClassName()}`);
  }
  layer.activation = IDENTITY;
  try {
    return model.apply(input, { training }) as Tensor;
  } finally {
    layer.activation = softmax;
  }
}
