// Weight updates on the device: one program for each value that changes. tfjs's optimisers take a dozen operations and send
// as many numbers from JavaScript.
import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { slotCount, stepRates } from '../compile/updates.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Elementwise, runElementwise } from '../runtime/webgpu-device.ts';
import { type CompleteOptimizer, isDecayed } from '../training/optimizer.ts';

/** Updates weights and keeps the running values of the update rule. */
export interface DeviceOptimizer {
  /**
   * Updates the weights by their gradients.
   *
   * @param gradients of the weights' shapes; weights without a gradient do not change
   * @param learningRate above 0
   */
  apply(gradients: ReadonlyMap<Variable, Tensor>, learningRate: number): void;
  dispose(): void;
}

const RATES = { rate: 'f32', decay: 'f32' } as const;

const BLEND: Elementwise = {
  name: 'blend',
  inputs: ['mean', 'value'],
  uniforms: { rate: 'f32' },
  value: 'mean[index] + uniforms.rate * (value[index] - mean[index])',
};
const BLEND_SQUARE: Elementwise = {
  ...BLEND,
  name: 'blend-square',
  value: 'mean[index] + uniforms.rate * (value[index] * value[index] - mean[index])',
};
const ADAM: Elementwise = {
  name: 'adam',
  inputs: ['weight', 'first', 'second'],
  uniforms: { ...RATES, epsilon: 'f32' },
  value: `let kept = weight[index] - uniforms.decay * weight[index];
    kept - uniforms.rate * first[index] / (sqrt(second[index]) + uniforms.epsilon)`,
};
const RMSPROP: Elementwise = {
  name: 'rmsprop-step',
  inputs: ['last', 'square', 'gradient'],
  uniforms: { rate: 'f32', momentum: 'f32', epsilon: 'f32' },
  value: `let step = uniforms.rate * gradient[index] / sqrt(square[index] + uniforms.epsilon);
    uniforms.momentum * last[index] + step`,
};
const ACCUMULATE: Elementwise = {
  name: 'accumulate',
  inputs: ['sum', 'gradient'],
  uniforms: { momentum: 'f32' },
  value: 'uniforms.momentum * sum[index] + gradient[index]',
};
const DESCEND: Elementwise = {
  name: 'descend',
  inputs: ['weight', 'direction'],
  uniforms: RATES,
  value: 'weight[index] - uniforms.decay * weight[index] - uniforms.rate * direction[index]',
};

/**
 * Moves a running mean towards a value by a share of the difference.
 *
 * @param mean any shape
 * @param value of the same shape
 * @param rate 0 to 1
 */
export function blend(tf: Tensorflow, mean: Tensor, value: Tensor, rate: number): Tensor {
  return runElementwise(tf, BLEND, [mean, value], mean.shape, { rate });
}

/**
 * Creates an optimiser that computes TensorFlow's update rules, as compiled training does.
 *
 * @param rule complete
 */
export function deviceOptimizer(tf: Tensorflow, rule: CompleteOptimizer): DeviceOptimizer {
  const slots = new Map<Variable, Tensor[]>();
  let steps = 0;

  const updated = (weight: Variable, gradient: Tensor, learningRate: number): [Tensor, ...Tensor[]] => {
    const [rate, epsilon, decayed] = stepRates(rule, learningRate, steps);
    const decay = isDecayed(rule, weight.shape) ? decayed : 0;
    const [first, second] = slots.get(weight)!;
    const run = (program: Elementwise, inputs: Tensor[], values: Record<string, number>): Tensor =>
      runElementwise(tf, program, inputs, weight.shape, values);
    if (rule.kind === 'adam') {
      const mean = run(BLEND, [first!, gradient], { rate: 1 - rule.beta1 });
      const square = run(BLEND_SQUARE, [second!, gradient], { rate: 1 - rule.beta2 });
      return [run(ADAM, [weight, mean, square], { rate, decay, epsilon }), mean, square];
    }
    if (rule.kind === 'rmsprop') {
      const square = run(BLEND_SQUARE, [first!, gradient], { rate: 1 - rule.rho });
      const step = run(RMSPROP, [second!, square, gradient], { rate, momentum: rule.momentum, epsilon });
      return [run(DESCEND, [weight, step], { rate: 1, decay }), square, step];
    }
    if (rule.momentum === 0) return [run(DESCEND, [weight, gradient], { rate, decay })];
    const sum = run(ACCUMULATE, [first!, gradient], { momentum: rule.momentum });
    const direction = rule.nesterov ? run(ACCUMULATE, [sum, gradient], { momentum: rule.momentum }) : sum;
    return [run(DESCEND, [weight, direction], { rate, decay }), sum];
  };
  return {
    apply(gradients, learningRate) {
      steps++;
      for (const [weight, gradient] of gradients) {
        if (!slots.has(weight)) {
          const made = Array.from({ length: slotCount(rule) }, () => tf.keep(tf.zeros(weight.shape)));
          slots.set(weight, made);
        }
        const old = slots.get(weight)!;
        tf.tidy(() => {
          const [value, ...remembered] = updated(weight, gradient, learningRate);
          weight.assign(value);
          slots.set(
            weight,
            remembered.map((tensor) => tf.keep(tensor)),
          );
        });
        tf.dispose(old);
      }
    },
    dispose: () => tf.dispose([...slots.values()].flat()),
  };
}
