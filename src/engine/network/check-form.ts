// Checks the form of a network before it is trained: one input, one output per class, softmax at the end.
import type { LayersModel, layers, Shape, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import type { ImageShape } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { describeLayer } from '../training/describe-layer.ts';

/**
 * Checks the form of a network.
 *
 * @param model what `build` returned
 * @param input size of the images and number of classes
 * @throws UserError if the network cannot be trained on these images
 */
export function checkForm(
  tf: Tensorflow,
  model: LayersModel,
  { shape, classCount }: { readonly shape: ImageShape; readonly classCount: number },
): void {
  if (typeof model?.apply !== 'function' || !Array.isArray(model.outputs)) {
    throw new UserError(
      `invalid network: build returned ${model === null ? 'null' : typeof model}; expected tf.sequential(...) or tf.model(...)`,
    );
  }
  checkInput(model.inputs, shape);
  const [output] = model.outputs;
  if (!output || model.outputs.length !== 1) {
    throw new UserError(`invalid network: it has ${model.outputs.length} outputs; expected one, the probabilities`);
  }
  const last = output.sourceLayer as layers.Layer;
  checkClasses(describeLayer(tf, last), output.shape.slice(1), classCount);
  checkSoftmax(describeLayer(tf, last), last);
}

function checkInput(inputs: readonly SymbolicTensor[], { height, width, channels }: ImageShape): void {
  const [input] = inputs;
  if (!input || inputs.length !== 1) {
    throw new UserError(
      `invalid network: it has ${inputs.length} inputs; expected one, the images of ${height} x ${width} x ${channels}`,
    );
  }
  const sizes = input.shape.slice(1);
  const expected = [height, width, channels];
  if (sizes.length === 3 && sizes.every((size, i) => size === null || size === expected[i])) return;
  throw new UserError(
    `invalid network: its input is ${sizeText(sizes)}, and the images are ${sizeText(expected)}; write ` +
      'inputShape: [shape.height, shape.width, shape.channels], with the shape that build is given',
  );
}

function checkClasses(last: string, sizes: Shape, classCount: number): void {
  if (sizes.length === 1 && sizes[0] === classCount) return;
  const cure =
    sizes.length === 1
      ? 'write units: classCount, with the number that build is given'
      : 'put flatten() or globalAveragePooling2d({}) before the last dense layer';
  throw new UserError(
    `invalid network: its last layer, ${last}, has ${sizeText(sizes)} outputs for ${classCount} classes; ${cure}`,
  );
}

function checkSoftmax(last: string, layer: layers.Layer): void {
  const { activation } = layer as unknown as { activation?: { getClassName(): string } };
  const name = activation?.getClassName();
  if (name?.toLowerCase() === 'softmax') return;
  throw new UserError(
    `invalid network: its last layer, ${last}, has ${name === undefined ? 'no activation' : `the activation '${name}'`}; ` +
      "expected dense({ units: classCount, activation: 'softmax' }), because the loss is computed before the softmax",
  );
}

function sizeText(sizes: Shape): string {
  return sizes.map((size) => size ?? '?').join(' x ');
}
