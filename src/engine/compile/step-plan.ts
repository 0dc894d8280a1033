// The graph of compiled training: variables, training steps for each batch size, prediction, import and export of weights.
import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { CompleteOptimizer } from '../training/optimizer.ts';
import { PREDICTION_IMAGES, trainableVariables, weightVariables } from '../training/trainer.ts';
import { addPixels, paddedBytes } from './batch-ops.ts';
import type { CompileRequest } from './compile-request.ts';
import { createGraph, type Graph } from './graph.ts';
import { DTYPE } from './native.ts';
import { addFedSteps, addNoScores, addStepLoop } from './step-loop.ts';
import { trace } from './trace.ts';
import type { Resident } from './traced-step.ts';
import { slotCount } from './updates.ts';
import { addGroup, addVariable, assignVariable, type GraphVariable, readVariable } from './variables.ts';

/** A graph and its outputs. */
export interface Plan {
  readonly graph: Graph;
  /** Stores the fed images and labels, and resets the optimiser's running values. */
  readonly loaded: string;
  /** Stores the fed weights. */
  readonly imported: string;
  /** All variables that steps change: weights, running means, the optimiser's values. */
  readonly stored: readonly GraphVariable[];
  /** Their values, in the same order. */
  readonly saved: readonly string[];
  /** Stores fed values in `stored`. */
  readonly restored: string;
  /** The weights, or their running means if the recipe has them, in the order of the model. */
  readonly exports: readonly string[];
  /**
   * By batch size: takes the fed steps and returns the sum of losses and the number of correct images of each, steps x 2.
   */
  readonly scores: ReadonlyMap<number, string>;
  /** Probabilities of `PREDICTION_IMAGES` images, fed as bytes to `PREDICTED`, by the exported weights. */
  readonly probabilities: string;
}

/** Name of the input with images to predict. */
export const PREDICTED = 'predicted:0';

/**
 * Builds the graph for all that a trainer asks of its session. It takes one step of every batch size with tfjs, without
 * effect on the model, and records it.
 *
 * @param rule the optimiser of the recipe, complete
 * @throws CannotCompile if the model's step cannot be a graph that does the same at every step
 */
export function planGraph(request: CompileRequest, rule: CompleteOptimizer): Plan {
  const { model, train, recipe } = request;
  const graph = createGraph();
  const resident: Resident = {
    images: addVariable(graph, 'resident-images', DTYPE.uint8, [train.count, paddedBytes(train.shape) / 4, 4]),
    labels: addVariable(graph, 'resident-labels', DTYPE.float32, [train.count]),
  };
  const assigned = (Object.entries(resident) as [string, GraphVariable][]).map(([name, variable]) =>
    assignVariable(graph, variable, graph.placeholder(name, variable.dtype, variable.shape)),
  );
  const weights = addVariables(graph, 'weight', weightVariables(model));
  // The running means of batch normalisation are not trainable: they are means already.
  const means = addVariables(graph, 'mean', recipe.averaging === undefined ? [] : trainableVariables(model));
  const imports = [...weights].flatMap(([variable, weight], i) => {
    const fed = graph.placeholder(`import-${i}`, weight.dtype, weight.shape);
    const mean = means.get(variable);
    return [weight, ...(mean ? [mean] : [])].map((target) => assignVariable(graph, target, fed));
  });
  const exports = [...weights].map(([variable, weight]) => readVariable(graph, means.get(variable) ?? weight));
  const { slots, cleared } = addSlots(graph, rule, model);

  const steps = addFedSteps(graph);
  const none = addNoScores(graph, steps.count);
  const scores = new Map<number, string>();
  for (const size of new Set(request.batchSizes)) {
    scores.set(size, addStepLoop(request, graph, rule, size, steps, none, resident, { weights, means, slots }));
  }
  const stored = [...weights.values(), ...means.values(), ...[...slots.values()].flat()];
  const restores = stored.map((variable, i) =>
    assignVariable(graph, variable, graph.placeholder(`stored-${i}`, variable.dtype, variable.shape)),
  );
  return {
    graph,
    loaded: addGroup(graph, [...assigned, ...cleared]),
    imported: addGroup(graph, imports),
    exports,
    stored,
    saved: stored.map((variable) => readVariable(graph, variable)),
    restored: addGroup(graph, restores),
    scores,
    probabilities: addPrediction(request, graph, (variable) =>
      readVariable(graph, means.get(variable) ?? weights.get(variable)!),
    ),
  };
}

/** Adds a variable of the graph for each variable of the model. */
function addVariables(graph: Graph, name: string, variables: readonly Variable[]): Map<Variable, GraphVariable> {
  return new Map(
    variables.map((variable, i) => [variable, addVariable(graph, `${name}-${i}`, DTYPE.float32, variable.shape)]),
  );
}

/** Adds the optimiser's running values of each trainable variable, and outputs that set them to 0. */
function addSlots(
  graph: Graph,
  rule: CompleteOptimizer,
  model: LayersModel,
): { slots: Map<Variable, GraphVariable[]>; cleared: string[] } {
  const slots = new Map<Variable, GraphVariable[]>();
  const cleared: string[] = [];
  for (const [i, variable] of trainableVariables(model).entries()) {
    const added = Array.from({ length: slotCount(rule) }, (_, k) =>
      addVariable(graph, `slot-${i}-${k}`, DTYPE.float32, variable.shape),
    );
    slots.set(variable, added);
    for (const slot of added) {
      cleared.push(assignVariable(graph, slot, graph.constant({ ...slot, values: Float32Array.of(0) })));
    }
  }
  return { slots, cleared };
}

/** Traces the prediction of `PREDICTION_IMAGES` images into a graph. */
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
