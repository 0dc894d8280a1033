// Weight updates inside a graph: one fused TensorFlow operation per weight.
import { type CompleteOptimizer, isDecayed } from '../training/optimizer.ts';
import { after, type Graph } from './graph.ts';
import { DTYPE } from './native.ts';
import type { GraphVariable } from './variables.ts';

/** Outputs of the scalars that are fed for a step; `stepRates` computes them. */
export interface Rates {
  readonly rate: string;
  readonly epsilon: string;
  /** Share of a weight that decay removes. */
  readonly decay: string;
}

/** Returns the number of running values that an update rule keeps for every weight. */
export function slotCount(rule: CompleteOptimizer): number {
  if (rule.kind !== 'sgd') return 2;
  return rule.momentum > 0 ? 1 : 0;
}

/**
 * Computes learning rate, epsilon and decay of a step. For Adam they include the bias corrections:
 * `rate x m / (sqrt(v) + epsilon)` is then `learningRate x m^ / (sqrt(v^) + epsilon)` of the paper, m^ and v^ corrected.
 *
 * @param rule the update rule
 * @param learningRate learning rate of this step
 * @param step number of the step, from 1
 */
export function stepRates(rule: CompleteOptimizer, learningRate: number, step: number): [number, number, number] {
  const decay = learningRate * rule.weightDecay;
  if (rule.kind === 'sgd') return [learningRate, 0, decay];
  if (rule.kind === 'rmsprop') return [learningRate, rule.epsilon, decay];
  const correction = Math.sqrt(1 - rule.beta2 ** step);
  return [(learningRate * correction) / (1 - rule.beta1 ** step), rule.epsilon * correction, decay];
}

/**
 * Adds the update of one weight.
 *
 * @param graph the graph
 * @param rule the update rule
 * @param weight the weight to update
 * @param slots its running values, `slotCount` of them
 * @param gradient output of the weight's shape
 * @param rates fed scalars
 * @param reads outputs that must be computed before the weight changes
 * @returns an output to run after
 */
export function addUpdate(
  graph: Graph,
  rule: CompleteOptimizer,
  weight: GraphVariable,
  slots: readonly GraphVariable[],
  gradient: string,
  { rate, epsilon, decay }: Rates,
  reads: readonly string[],
): string {
  const scalar = (value: number): string =>
    graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(value) });
  const T = { type: DTYPE.float32 };
  const before = reads.map(after);
  if (isDecayed(rule, weight.shape)) {
    const dtype = { type: DTYPE.float32 };
    const value = graph.add('ReadVariableOp', [weight.handle, ...before], { dtype });
    const lost = graph.add('Mul', [value, decay], { T });
    before.push(after(graph.add('AssignSubVariableOp', [weight.handle, lost], { dtype })));
  }
  const [first, second] = slots.map(({ handle }) => handle);
  if (rule.kind === 'adam') {
    // The powers of the betas are 0: `stepRates` has already corrected the bias, in double precision.
    const inputs = [first!, second!, scalar(0), scalar(0), rate, scalar(rule.beta1), scalar(rule.beta2), epsilon];
    return graph.add('ResourceApplyAdam', [weight.handle, ...inputs, gradient, ...before], { T });
  }
  if (rule.kind === 'rmsprop') {
    const inputs = [first!, second!, rate, scalar(rule.rho), scalar(rule.momentum), epsilon];
    return graph.add('ResourceApplyRMSProp', [weight.handle, ...inputs, gradient, ...before], { T });
  }
  if (rule.momentum > 0) {
    const inputs = [weight.handle, first!, rate, gradient, scalar(rule.momentum), ...before];
    return graph.add('ResourceApplyMomentum', inputs, { T, use_nesterov: { bool: rule.nesterov } });
  }
  return graph.add('ResourceApplyGradientDescent', [weight.handle, rate, gradient, ...before], { T });
}

/**
 * Adds the update of a running mean: `mean -= rate x (mean - value)`.
 *
 * @param mean the running mean
 * @param value output of the mean's shape
 * @param rate output of a scalar
 * @returns an output to run after
 */
export function addAverage(graph: Graph, mean: GraphVariable, value: string, rate: string): string {
  const T = { type: DTYPE.float32 };
  const dtype = { type: DTYPE.float32 };
  const gap = graph.add('Sub', [graph.add('ReadVariableOp', [mean.handle], { dtype }), value], { T });
  return graph.add('AssignSubVariableOp', [mean.handle, graph.add('Mul', [gap, rate], { T })], { dtype });
}
