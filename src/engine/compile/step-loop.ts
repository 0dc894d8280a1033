// A loop of training steps inside a graph: one call of the session takes several steps.
import type { Variable } from '@tensorflow/tfjs-node-gpu';
import type { CompleteOptimizer } from '../training/optimizer.ts';
import { trainableVariables } from '../training/trainer.ts';
import { addGather } from './batch-ops.ts';
import type { CompileRequest } from './compile-request.ts';
import { addReshape, type Graph } from './graph.ts';
import { addLoop, type Carried } from './loop.ts';
import { DTYPE } from './native.ts';
import { inBfloat16 } from './precision.ts';
import { addStep, type Resident } from './traced-step.ts';
import { addAverage, addUpdate } from './updates.ts';
import { assignVariable, type GraphVariable, readVariable } from './variables.ts';

/** Number of values that are fed for each step: those of `stepRates` and that of `averagingRate`. */
export const RATES = 4;

const FLOAT = { T: { type: DTYPE.float32 } };
/** A length that is known only when a tensor is fed. */
const ANY = -1;

/** Inputs of a run of steps. */
export interface FedSteps {
  /** Number of the first step, counted from 1 over the whole training. */
  readonly first: string;
  /** Number of steps. */
  readonly count: string;
  /** Seed of random numbers. */
  readonly seed: string;
  /** count x `RATES`. */
  readonly rates: string;
}

/** The variables that training changes, by variable of the model. */
export interface TrainedVariables {
  readonly weights: ReadonlyMap<Variable, GraphVariable>;
  /** Running means of the trainable weights; empty if the recipe has no averaging. */
  readonly means: ReadonlyMap<Variable, GraphVariable>;
  /** The optimiser's running values. */
  readonly slots: ReadonlyMap<Variable, readonly GraphVariable[]>;
}

/** Returns the name of the input with the positions of batches of one size: steps x size. */
export const indicesName = (size: number): string => `indices-${size}:0`;

/** Adds the inputs of a run of steps. */
export function addFedSteps(graph: Graph): FedSteps {
  return {
    first: graph.placeholder('first', DTYPE.int32, []),
    count: graph.placeholder('count', DTYPE.int32, []),
    seed: graph.placeholder('seed', DTYPE.int32, []),
    rates: graph.placeholder('rates', DTYPE.float32, [ANY, RATES]),
  };
}

/**
 * Adds a loop of training steps of one batch size.
 *
 * @param rule the optimiser of the recipe, complete
 * @param none result of `addNoScores`
 * @returns output of the scores: steps x 2
 */
export function addStepLoop(
  request: CompileRequest,
  graph: Graph,
  rule: CompleteOptimizer,
  size: number,
  steps: FedSteps,
  none: Carried,
  resident: Resident,
  { weights, means, slots }: TrainedVariables,
): string {
  const fed = graph.placeholder(indicesName(size).replace(/:0$/, ''), DTYPE.int32, [ANY, size]);
  return addLoop(graph, `steps-${size}`, steps.count, none, (body, turn, scored) => {
    const row = addGather(body, steps.rates, DTYPE.float32, turn);
    const unpacked = body.add('Unpack', [row], { num: { int: RATES }, T: { type: DTYPE.float32 } });
    const rateAt = (position: number): string => unpacked.replace(/:0$/, `:${position}`);
    const rates = { rate: rateAt(0), epsilon: rateAt(1), decay: rateAt(2) };
    const indices = addGather(body, fed, DTYPE.int32, turn);
    const step = body.add('AddV2', [steps.first, turn], { T: { type: DTYPE.int32 } });
    const exact = request.precision === 'bfloat16' ? inBfloat16(body) : body;
    const taken = addStep(request, exact, { size, indices, step, seed: steps.seed }, resident, weights);
    const updates = trainableVariables(request.model).flatMap((variable) => {
      const gradient = taken.gradients.get(variable);
      if (!gradient) return [];
      return addUpdate(body, rule, weights.get(variable)!, slots.get(variable)!, gradient, rates, taken.reads);
    });
    const moved = taken.moved.map(({ variable, value }) => assignVariable(body, variable, value, taken.reads));
    const averaged = [...means].map(([variable, mean]) =>
      addAverage(body, mean, readVariable(body, weights.get(variable)!, updates), rateAt(3)),
    );
    return { next: addScore(body, scored, turn, taken.score), done: [...updates, ...moved, ...averaged] };
  });
}

/** Adds empty scores for all steps: count x 2. */
export function addNoScores(graph: Graph, count: string): Carried {
  const two = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(2) });
  const shape = graph.add('Pack', [count, two], { N: { int: 2 }, T: { type: DTYPE.int32 } });
  const zero = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(0) });
  return { initial: graph.add('Fill', [shape, zero], FLOAT), dtype: DTYPE.float32 };
}

/** Adds the scores with those of step `turn` filled in. */
function addScore(graph: Graph, scores: string, turn: string, score: string): string {
  const INT32 = { type: DTYPE.int32 };
  const at = addReshape(graph, turn, DTYPE.int32, [1, 1]);
  const axis = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(0) });
  const row = graph.add('ExpandDims', [score, axis], { ...FLOAT, Tdim: INT32 });
  return graph.add('TensorScatterUpdate', [scores, at, row], { ...FLOAT, Tindices: INT32 });
}
