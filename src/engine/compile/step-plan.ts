// The graph of compiled training: variables, a training step for each batch size, prediction, weights in and out.
import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape, LabelledImages } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { CompleteOptimizer } from '../training/optimizer.ts';
import { stepGradients, type TrainingRecipe } from '../training/step.ts';
import { PREDICTION_IMAGES, trainableVariables, weightVariables } from '../training/trainer.ts';
import { replaceGradients } from './gradients.ts';
import { addIndexList, addReshape, after, createGraph, type Graph } from './graph.ts';
import { fusedNormalization, replaceLayers } from './layers.ts';
import { addLoop, type Carried } from './loop.ts';
import { DTYPE, runOperation } from './native.ts';
import { inBfloat16, type Precision } from './precision.ts';
import { addDropoutMask, addRandomKey, addUniform } from './random-ops.ts';
import { CannotCompile, trace } from './trace.ts';
import { addAverage, addUpdate, type GraphVariable, slotCount } from './updates.ts';

/** What a trainer is made of. */
export interface CompileRequest {
  readonly tf: Tensorflow;
  /** Ends in softmax; left as it is until `syncModel`. */
  readonly model: LayersModel;
  /** At least 1 image. */
  readonly train: LabelledImages;
  readonly recipe: TrainingRecipe;
  /** Every batch size that steps will have. */
  readonly batchSizes: readonly number[];
  /** Of dropout masks and augmentation. */
  readonly seed: number;
  /** Of training; prediction is float32. */
  readonly precision?: Precision;
}

/** A graph and the outputs to ask for. */
export interface Plan {
  readonly graph: Graph;
  /** Stores the fed images and labels, and clears the optimiser's running values. */
  readonly loaded: string;
  /** Stores the fed weights. */
  readonly imported: string;
  /** All that changes as steps are taken: weights, running means, the optimiser's values. */
  readonly stored: readonly GraphVariable[];
  /** Their values, in the same order. */
  readonly saved: readonly string[];
  /** Stores fed values in them. */
  readonly restored: string;
  /** The weights, or their running means where the recipe has them, in the model's order. */
  readonly exports: readonly string[];
  /**
   * Takes the fed steps and gives, for each, the sum of losses and the count of right answers: steps x 2. By batch size.
   */
  readonly scores: ReadonlyMap<number, string>;
  /** Probabilities of `PREDICTION_IMAGES` images fed as bytes to `PREDICTED`, by the weights that are exported. */
  readonly probabilities: string;
}

/** The input that takes images to predict. */
export const PREDICTED = 'predicted:0';

/** What a step takes its batch from. */
interface Resident {
  /** Bytes in words of four: images x words x 4, `paddedBytes` of each image. */
  readonly images: GraphVariable;
  /** Class indices as floats: of the types that CUDA takes parts of, the one that it also keeps in variables. */
  readonly labels: GraphVariable;
}

/**
 * Writes down everything that a trainer asks of its session. For that it takes one step of every batch size with tfjs,
 * without effect on the model, and records it.
 *
 * @param rule of the request's recipe, complete
 * @throws CannotCompile when the model's step cannot be written as a graph that does the same at every step
 */
export function planGraph(request: CompileRequest, rule: CompleteOptimizer): Plan {
  const { model, train, recipe } = request;
  const graph = createGraph();
  const resident: Resident = {
    images: addVariable(graph, 'resident-images', DTYPE.uint8, [train.count, paddedBytes(train.shape) / 4, 4]),
    labels: addVariable(graph, 'resident-labels', DTYPE.float32, [train.count]),
  };
  const assigned = (Object.entries(resident) as [string, GraphVariable][]).map(([name, variable]) =>
    assign(graph, variable, graph.placeholder(name, variable.dtype, variable.shape)),
  );

  const weights = new Map<Variable, GraphVariable>();
  for (const [i, variable] of weightVariables(model).entries()) {
    weights.set(variable, addVariable(graph, `weight-${i}`, DTYPE.float32, variable.shape));
  }
  // Running means of batch normalisation are means already.
  const means = new Map<Variable, GraphVariable>();
  for (const [i, variable] of (recipe.averaging === undefined ? [] : trainableVariables(model)).entries()) {
    means.set(variable, addVariable(graph, `mean-${i}`, DTYPE.float32, variable.shape));
  }
  const imports = [...weights].flatMap(([variable, weight], i) => {
    const fed = graph.placeholder(`import-${i}`, weight.dtype, weight.shape);
    const mean = means.get(variable);
    return [weight, ...(mean ? [mean] : [])].map((target) => assign(graph, target, fed));
  });
  const exports = [...weights].map(([variable, weight]) => read(graph, means.get(variable) ?? weight));

  const slots = new Map<Variable, GraphVariable[]>();
  for (const [i, variable] of trainableVariables(model).entries()) {
    const made = Array.from({ length: slotCount(rule) }, (_, k) =>
      addVariable(graph, `slot-${i}-${k}`, DTYPE.float32, variable.shape),
    );
    slots.set(variable, made);
    for (const slot of made) {
      assigned.push(assign(graph, slot, graph.constant({ ...slot, values: Float32Array.of(0) })));
    }
  }

  const steps: FedSteps = {
    first: graph.placeholder('first', DTYPE.int32, []),
    count: graph.placeholder('count', DTYPE.int32, []),
    seed: graph.placeholder('seed', DTYPE.int32, []),
    rates: graph.placeholder('rates', DTYPE.float32, [ANY, RATES]),
  };
  const none = addNoScores(graph, steps.count);
  const scores = new Map<number, string>();
  for (const size of new Set(request.batchSizes)) {
    const fed = graph.placeholder(indicesName(size).replace(/:0$/, ''), DTYPE.int32, [ANY, size]);
    const score = addLoop(graph, `steps-${size}`, steps.count, none, (body, turn, scored) => {
      const row = gather(body, steps.rates, DTYPE.float32, turn);
      const unpacked = body.add('Unpack', [row], { num: { int: RATES }, T: { type: DTYPE.float32 } });
      const rateAt = (position: number): string => unpacked.replace(/:0$/, `:${position}`);
      const rates = { rate: rateAt(0), epsilon: rateAt(1), decay: rateAt(2) };
      const indices = gather(body, fed, DTYPE.int32, turn);
      const step = body.add('AddV2', [steps.first, turn], { T: { type: DTYPE.int32 } });
      const exact = request.precision === 'bfloat16' ? inBfloat16(body) : body;
      const taken = addStep(request, exact, { size, indices, step, seed: steps.seed }, resident, weights);
      const updates = trainableVariables(model).flatMap((variable) => {
        const gradient = taken.gradients.get(variable);
        if (!gradient) return [];
        return addUpdate(body, rule, weights.get(variable)!, slots.get(variable)!, gradient, rates, taken.reads);
      });
      const moved = taken.moved.map(({ variable, value }) => assign(body, variable, value, taken.reads));
      const averaged = [...means].map(([variable, mean]) =>
        addAverage(body, mean, read(body, weights.get(variable)!, updates), rateAt(3)),
      );
      return { next: addScore(body, scored, turn, taken.score), done: [...updates, ...moved, ...averaged] };
    });
    scores.set(size, score);
  }
  const stored = [...weights.values(), ...means.values(), ...[...slots.values()].flat()];
  const restores = stored.map((variable, i) =>
    assign(graph, variable, graph.placeholder(`stored-${i}`, variable.dtype, variable.shape)),
  );
  return {
    graph,
    loaded: done(graph, assigned),
    imported: done(graph, imports),
    exports,
    stored,
    saved: stored.map((variable) => read(graph, variable)),
    restored: done(graph, restores),
    scores,
    probabilities: addPrediction(request, graph, (variable) =>
      read(graph, means.get(variable) ?? weights.get(variable)!),
    ),
  };
}

/** Numbers fed for every step: those of `stepRates`, and that of `averagingRate`. */
export const RATES = 4;

const FLOAT = { T: { type: DTYPE.float32 } };
/** A length that is known only when a tensor is fed. */
const ANY = -1;

/** Outputs of what is fed for a run of steps. */
interface FedSteps {
  /** Number of the first of them, counted from 1 over the whole training. */
  readonly first: string;
  readonly count: string;
  /** Of random numbers. */
  readonly seed: string;
  /** count x `RATES`. */
  readonly rates: string;
}

/** Names the input that takes the positions of batches: steps x size. */
export const indicesName = (size: number): string => `indices-${size}:0`;

interface TracedStep {
  /** Output of two floats: the sum of losses, the count of right answers. */
  readonly score: string;
  readonly gradients: ReadonlyMap<Variable, string>;
  /** New values of weights that change without a gradient. */
  readonly moved: readonly { readonly variable: GraphVariable; readonly value: string }[];
  /** Outputs that read the weights: they run before any weight changes. */
  readonly reads: readonly string[];
}

/** A step to trace: the number of its images, and outputs of their positions, its number and the seed. */
interface TracedBatch {
  readonly size: number;
  readonly indices: string;
  readonly step: string;
  readonly seed: string;
}

/** Traces one training step into the graph. */
function addStep(
  { tf, model, train, recipe }: CompileRequest,
  graph: Graph,
  { size, indices, step, seed }: TracedBatch,
  resident: Resident,
  weights: ReadonlyMap<Variable, GraphVariable>,
): TracedStep {
  const { height, width, channels } = train.shape;
  const variables = trainableVariables(model);
  const batch = addPixels(graph, gatherImages(graph, resident.images, indices, size), size, train.shape);
  const found = gather(graph, read(graph, resident.labels), DTYPE.float32, indices);
  const answers = graph.add('Cast', [found], { SrcT: { type: DTYPE.float32 }, DstT: { type: DTYPE.int32 } });
  // Stand-ins for what the graph computes: their values do not matter, their shapes do.
  const images = tf.zeros([size, height, width, channels]) as Tensor4D;
  const labels = tf.zeros([size], 'int32') as Tensor1D;
  const before = [...weights.keys()].map((variable) => variable.clone());
  const reads: string[] = [];
  const moved: { variable: GraphVariable; value: string }[] = [];
  /** Stand-ins made on the way. */
  const made: Tensor[] = [];
  let keys = 0;
  try {
    return trace(tf, graph, `step-${size}`, (traced) => {
      traced.bind(images, batch);
      traced.bind(labels, answers);
      for (const [variable, stored] of weights) {
        const value = read(graph, stored);
        reads.push(value);
        traced.bind(variable, value);
      }
      const restoreGradients = replaceGradients(tf);
      const standIn = <T extends Tensor>(tensor: T, output: string): T => {
        traced.bind(tf.keep(tensor), output);
        made.push(tensor);
        return tensor;
      };
      const randomKey = (): string => addRandomKey(graph, seed, step, keys++);
      const restoreLayers = replaceLayers(tf, model, {
        drawMask: (shape, rate) => standIn(tf.zeros([...shape]), addDropoutMask(graph, shape, rate, randomKey())),
        normalize: fusedNormalization,
        move: (variable, value, rate) => {
          const after = tf.sub(variable, tf.mul(tf.sub(variable, value), rate));
          moved.push({ variable: weights.get(variable)!, value: traced.outputOf(after) });
        },
      });
      let score = '';
      const gradients = new Map<Variable, string>();
      try {
        tf.tidy(() => {
          const found = stepGradients(tf, model, images, labels, recipe, {
            draw: (shape) => standIn(tf.zeros([...shape]), addUniform(graph, shape, randomKey())),
            table(values, shape) {
              const dtype = values instanceof Float32Array ? ('float32' as const) : ('int32' as const);
              const constant = graph.constant({ dtype: DTYPE[dtype], shape, values });
              return standIn(tf.tensor(values, [...shape], dtype), constant);
            },
            crossEntropy: (logits, targets) => crossEntropy(tf, logits, targets),
          });
          made.push(found.lossSum, found.correct);
          score = traced.outputOf(tf.stack([found.lossSum, found.correct]));
          for (const variable of variables) {
            const gradient = found.gradients[variable.name];
            if (gradient) gradients.set(variable, traced.outputOf(gradient));
          }
        });
      } finally {
        restoreLayers();
        restoreGradients();
      }
      if ([...weights.keys()].some((variable, i) => variable.dataId !== before[i]!.dataId)) {
        throw new CannotCompile('a layer changes its weights as it is trained, in a way that only tfjs knows');
      }
      return { score, gradients, moved, reads };
    });
  } finally {
    for (const [i, variable] of [...weights.keys()].entries()) variable.assign(before[i]!);
    tf.dispose([images, labels, ...before, ...made]);
  }
}

/** Traces the prediction of `PREDICTION_IMAGES` images into the graph. */
function addPrediction(
  { tf, model, train }: CompileRequest,
  graph: Graph,
  readWeight: (variable: Variable) => string,
): string {
  const { height, width, channels } = train.shape;
  const shape = [PREDICTION_IMAGES, height, width, channels];
  const bytes = [PREDICTION_IMAGES, paddedBytes(train.shape)];
  const fed = graph.placeholder(PREDICTED.replace(/:0$/, ''), DTYPE.uint8, bytes);
  const pixels = addPixels(graph, fed, PREDICTION_IMAGES, train.shape);
  const images = tf.zeros(shape);
  try {
    return trace(tf, graph, 'predict', (traced) => {
      traced.bind(images, pixels);
      for (const variable of weightVariables(model)) traced.bind(variable, readWeight(variable));
      const output = model.apply(images) as Tensor;
      const name = traced.outputOf(output);
      output.dispose();
      return name;
    });
  } finally {
    images.dispose();
  }
}

/** Cross-entropy of each image, batch; TensorFlow computes it together with its gradient. */
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

function addVariable(graph: Graph, name: string, dtype: number, shape: readonly number[]): GraphVariable {
  const handle = graph.add(
    'VarHandleOp',
    [],
    { dtype: { type: dtype }, shape: { shape }, shared_name: { string: name }, container: { string: '' } },
    name,
  );
  return { handle, dtype, shape };
}

function read(graph: Graph, { handle, dtype }: GraphVariable, earlier: readonly string[] = []): string {
  return graph.add('ReadVariableOp', [handle, ...earlier.map(after)], { dtype: { type: dtype } });
}

function assign(graph: Graph, { handle, dtype }: GraphVariable, value: string, reads: readonly string[] = []): string {
  return graph.add('AssignVariableOp', [handle, value, ...reads.map(after)], { dtype: { type: dtype } });
}

/** Adds an output that is there when all the given ones have run. */
function done(graph: Graph, outputs: readonly string[]): string {
  const one = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(1) });
  return graph.add('Identity', [one, ...outputs.map(after)], FLOAT);
}

/** Adds the parts of a tensor along its first axis that the positions name. */
function gather(graph: Graph, tensor: string, dtype: number, positions: string): string {
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(0) });
  return graph.add('GatherV2', [tensor, positions, axis], {
    Tparams: { type: dtype },
    Tindices: { type: DTYPE.int32 },
    Taxis: { type: DTYPE.int32 },
  });
}

/** Tells how many bytes hold an image in whole words of four. */
export function paddedBytes({ height, width, channels }: ImageShape): number {
  return 4 * Math.ceil((height * width * channels) / 4);
}

/** Adds the bytes of some images: count x `paddedBytes`. CUDA has no operation that takes parts of bytes, but one for words. */
function gatherImages(graph: Graph, images: GraphVariable, positions: string, count: number): string {
  const [uint8, int32] = [{ type: DTYPE.uint8 }, { type: DTYPE.int32 }];
  const words = graph.add('Bitcast', [read(graph, images)], { T: uint8, type: int32 });
  const taken = graph.add('Bitcast', [gather(graph, words, DTYPE.int32, positions)], { T: int32, type: uint8 });
  return addReshape(graph, taken, DTYPE.uint8, [count, images.shape[1]! * 4]);
}

/** Adds the scores of steps that are still to be taken: count x 2. */
function addNoScores(graph: Graph, count: string): Carried {
  const two = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(2) });
  const shape = graph.add('Pack', [count, two], { N: { int: 2 }, T: { type: DTYPE.int32 } });
  const zero = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(0) });
  return { initial: graph.add('Fill', [shape, zero], FLOAT), dtype: DTYPE.float32 };
}

/** Adds scores with those of one more step, `turn`, filled in. */
function addScore(graph: Graph, scores: string, turn: string, score: string): string {
  const INT32 = { type: DTYPE.int32 };
  const at = addReshape(graph, turn, DTYPE.int32, [1, 1]);
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(0) });
  const row = graph.add('ExpandDims', [score, axis], { ...FLOAT, Tdim: INT32 });
  return graph.add('TensorScatterUpdate', [scores, at, row], { ...FLOAT, Tindices: INT32 });
}

/**
 * Turns the bytes of images into pixels exactly as `Images.pixels` has them.
 *
 * @param bytes output of count x `paddedBytes`
 * @returns output of count x height x width x channels
 */
function addPixels(graph: Graph, bytes: string, count: number, { height, width, channels }: ImageShape): string {
  const floats = graph.add('Cast', [bytes], { SrcT: { type: DTYPE.uint8 }, DstT: { type: DTYPE.float32 } });
  const scale = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(255) });
  const padded = graph.add('RealDiv', [floats, scale], FLOAT);
  const size = height * width * channels;
  const pixels =
    size % 4 === 0
      ? padded
      : graph.add('Slice', [padded, addIndexList(graph, [0, 0]), addIndexList(graph, [count, size])], {
          ...FLOAT,
          Index: { type: DTYPE.int32 },
        });
  return addReshape(graph, pixels, DTYPE.float32, [count, height, width, channels]);
}
