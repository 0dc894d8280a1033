// The scores of a classifier before its softmax (logits). Losses use them, because the logarithm of a rounded probability
// is inaccurate.
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node-gpu';

/** The part of a tfjs layer with its activation function. */
interface Activated {
  activation?: { apply(input: Tensor): Tensor; getClassName(): string };
}

const IDENTITY = { apply: (input: Tensor) => input, getClassName: () => 'linear' };

/**
 * Runs a model in training mode without the softmax of its last layer.
 *
 * @param model its only output comes from a layer with softmax activation
 * @param input batch x height x width x channels
 * @returns batch x classes, unnormalised
 * @throws Error if the activation of the last layer is not softmax
 */
export function trainingLogits(model: LayersModel, input: Tensor): Tensor {
  return logitsOf(model, input, true);
}

/**
 * Runs a model in prediction mode without the softmax of its last layer.
 *
 * @param model its only output comes from a layer with softmax activation
 * @param input batch x height x width x channels
 * @returns batch x classes, unnormalised
 * @throws Error if the activation of the last layer is not softmax
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
