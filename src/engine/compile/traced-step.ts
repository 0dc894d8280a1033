// One training step as part of a graph: tfjs runs the step once, and its operations are recorded.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type StepTools, stepGradients } from '../training/step.ts';
import { trainableVariables } from '../training/trainer.ts';
import { addGather, addGatherImages, addPixels } from './batch-ops.ts';
import type { CompileRequest } from './compile-request.ts';
import { replaceGradients } from './gradients.ts';
import type { Graph } from './graph.ts';
import { fusedNormalization, replaceLayers } from './layers.ts';
import { withLayerNames } from './name-layers.ts';
import { DTYPE, runOperation } from './native.ts';
import { addDropoutMask, addRandomKey, addUniform } from './random-ops.ts';
import { CannotCompile, type Trace, trace } from './trace.ts';
import { type GraphVariable, readVariable } from './variables.ts';

/** The training data in the graph's variables. */
export interface Resident {
  /** Bytes, four in a row: images x (`paddedBytes` / 4) x 4. */
  readonly images: GraphVariable;
  /** Class indices as floats, because CUDA can gather and store this type, but not 8-bit integers. */
  readonly labels: GraphVariable;
}

/** A training step in a graph. */
export interface TracedStep {
  /** Output of two floats: the sum of losses and the number of correct images. */
  readonly score: string;
  readonly gradients: ReadonlyMap<Variable, string>;
  /** New values of the weights that change without a gradient. */
  readonly moved: readonly { readonly variable: GraphVariable; readonly value: string }[];
  /** Outputs that read the weights. They must be computed before a weight changes. */
  readonly reads: readonly string[];
}

/** The batch of a step: its size, and outputs with the positions of its images, the number of the step and the seed. */
export interface TracedBatch {
  readonly size: number;
  readonly indices: string;
  readonly step: string;
  readonly seed: string;
}

/**
 * Traces one training step into a graph.
 *
 * @param resident training images and labels
 * @param weights variables of the graph by variable of the model
 * @throws CannotCompile if the step cannot be a graph that does the same at every step
 */
export function addStep(
  request: CompileRequest,
  graph: Graph,
  batch: TracedBatch,
  resident: Resident,
  weights: ReadonlyMap<Variable, GraphVariable>,
): TracedStep {
  const { tf, train } = request;
  const { size, indices } = batch;
  const { height, width, channels } = train.shape;
  const pixels = addPixels(graph, addGatherImages(graph, resident.images, indices, size), size, train.shape);
  const found = addGather(graph, readVariable(graph, resident.labels), DTYPE.float32, indices);
  const answers = graph.add('Cast', [found], { SrcT: { type: DTYPE.float32 }, DstT: { type: DTYPE.int32 } });
  // Placeholders for tensors that the graph computes. Only their shapes matter.
  const images = tf.zeros([size, height, width, channels]) as Tensor4D;
  const labels = tf.zeros([size], 'int32') as Tensor1D;
  const before = [...weights.keys()].map((variable) => variable.clone());
  const made: Tensor[] = [];
  try {
    return trace(tf, graph, `step-${size}`, (traced) => {
      traced.bind(images, pixels);
      traced.bind(labels, answers);
      const reads: string[] = [];
      for (const [variable, stored] of weights) {
        const value = readVariable(graph, stored);
        reads.push(value);
        traced.bind(variable, value);
      }
      const step = traceStep(request, graph, traced, batch, images, labels, weights, made);
      if ([...weights.keys()].some((variable, i) => variable.dataId !== before[i]!.dataId)) {
        throw new CannotCompile('a layer changes its weights during training by its own tfjs code');
      }
      return { ...step, reads };
    });
  } finally {
    for (const [i, variable] of [...weights.keys()].entries()) variable.assign(before[i]!);
    tf.dispose([images, labels, ...before, ...made]);
  }
}

/** Takes the step with tfjs while it is recorded. @param made receives tensors that must be disposed of after the trace */
function traceStep(
  { tf, model, recipe }: CompileRequest,
  graph: Graph,
  traced: Trace,
  { step, seed }: TracedBatch,
  images: Tensor4D,
  labels: Tensor1D,
  weights: ReadonlyMap<Variable, GraphVariable>,
  made: Tensor[],
): Omit<TracedStep, 'reads'> {
  const restoreGradients = replaceGradients(tf);
  const placeholder = <T extends Tensor>(tensor: T, output: string): T => {
    traced.bind(tf.keep(tensor), output);
    made.push(tensor);
    return tensor;
  };
  let keys = 0;
  const randomKey = (): string => addRandomKey(graph, seed, step, keys++);
  const moved: { variable: GraphVariable; value: string }[] = [];
  const restoreLayers = replaceLayers(tf, model, {
    drawMask: (shape, rate) => placeholder(tf.zeros([...shape]), addDropoutMask(graph, shape, rate, randomKey())),
    normalize: fusedNormalization,
    move: (variable, value, rate) => {
      const after = tf.sub(variable, tf.mul(tf.sub(variable, value), rate));
      moved.push({ variable: weights.get(variable)!, value: traced.outputOf(after) });
    },
  });
  const tools: StepTools = {
    draw: (shape) => placeholder(tf.zeros([...shape]), addUniform(graph, shape, randomKey())),
    table(values, shape) {
      const dtype = values instanceof Float32Array ? ('float32' as const) : ('int32' as const);
      const constant = graph.constant({ dtype: DTYPE[dtype], shape, values });
      return placeholder(tf.tensor(values, [...shape], dtype), constant);
    },
    crossEntropy: (logits, targets) => crossEntropy(tf, logits, targets),
  };
  let score = '';
  const gradients = new Map<Variable, string>();
  try {
    tf.tidy(() => {
      const found = withLayerNames(tf, model, () => stepGradients(tf, model, images, labels, recipe, tools));
      made.push(found.lossSum, found.correct);
      score = traced.outputOf(tf.stack([found.lossSum, found.correct]));
      for (const variable of trainableVariables(model)) {
        const gradient = found.gradients[variable.name];
        if (gradient) gradients.set(variable, traced.outputOf(gradient));
      }
    });
  } finally {
    restoreLayers();
    restoreGradients();
  }
  return { score, gradients, moved };
}

/** Computes the cross-entropy of each image. TensorFlow computes it together with its gradient. */
function crossEntropy(tf: Tensorflow, logits: Tensor2D, targets: Tensor2D): Tensor1D {
  const operation = tf.customGrad((scores, save) => {
    const attributes = { T: { type: DTYPE.float32 } };
    const [loss, slope] = runOperation(tf, 'SoftmaxCrossEntropyWithLogits', [scores as Tensor, targets], attributes, 2);
    (save as (tensors: Tensor[]) => void)([slope!]);
    return {
      value: loss!,
      gradFunc: (dy: Tensor, saved: Tensor[]) => [tf.mul(saved[0]!, tf.expandDims(dy, 1))],
    };
  });
  return operation(logits) as Tensor1D;
}
