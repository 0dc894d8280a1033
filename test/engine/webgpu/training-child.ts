// Child process of training.test.ts: trains the same network by the same rule on the CPU, operation by operation, and on
// WebGPU, and prints the differences.
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { createRandom, seedMathRandom } from '../../../src/base/random.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { eagerTrainer } from '../../../src/engine/training/eager-trainer.ts';
import type { OptimizerRecipe } from '../../../src/engine/training/optimizer.ts';
import type { TrainingRecipe } from '../../../src/engine/training/step.ts';
import { exportWeights, type Step, type Trainer } from '../../../src/engine/training/trainer.ts';
import { webgpuTrainer } from '../../../src/engine/webgpu/webgpu-trainer.ts';
import { SHAPE, stripes } from '../small-images.ts';

/** What the child prints, by update rule. */
export type TrainingReport = Readonly<Record<string, RuleReport>>;

interface RuleReport {
  /** Sums over all steps: of the CPU, of WebGPU. */
  readonly losses: readonly [cpu: number, webgpu: number];
  readonly correct: readonly [cpu: number, webgpu: number];
  /** Largest difference of a weight after all steps. */
  readonly apart: number;
  /** Largest change of a weight. */
  readonly moved: number;
}

const RULES: Record<string, OptimizerRecipe> = {
  sgd: { kind: 'sgd' },
  momentum: { kind: 'sgd', momentum: 0.9 },
  nesterov: { kind: 'sgd', momentum: 0.9, nesterov: true },
  adam: { kind: 'adam' },
  adamw: { kind: 'adam', weightDecay: 0.1 },
  rmsprop: { kind: 'rmsprop' },
  'rmsprop with momentum': { kind: 'rmsprop', momentum: 0.5 },
};

const tf = await tensorflow();
const images = stripes(12);
const steps = Array.from(
  { length: 6 },
  (_, i): Step => ({
    indices: Int32Array.from({ length: 4 }, (_, k) => (5 * i + k) % 12),
    learningRate: 0.02 / (i + 1),
  }),
);

function build(): LayersModel {
  seedMathRandom(3);
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [SHAPE.height, SHAPE.width, SHAPE.channels],
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
}

async function train(backend: string, recipe: TrainingRecipe) {
  await tf.setBackend(backend);
  const model = build();
  const before = await exportWeights(model);
  const trainer: Trainer =
    backend === 'webgpu'
      ? webgpuTrainer(tf, model, images, recipe, 1)
      : eagerTrainer(tf, model, images, recipe, createRandom(1));
  const score = await trainer.run(steps, () => {});
  trainer.syncModel();
  const weights = await exportWeights(model);
  trainer.dispose();
  model.dispose();
  return { score, before, weights };
}

function largestDifference(ours: readonly Float32Array[], theirs: readonly Float32Array[]): number {
  return Math.max(...theirs.flatMap((values, i) => [...values].map((value, j) => Math.abs(value - ours[i]![j]!))));
}

const report: Record<string, RuleReport> = {};
for (const [name, optimizer] of Object.entries(RULES)) {
  const recipe = { optimizer, labelSmoothing: 0.1, clipNorm: 1, averaging: 0.5 };
  const cpu = await train('cpu', recipe);
  const webgpu = await train('webgpu', recipe);
  report[name] = {
    losses: [cpu.score.lossSum, webgpu.score.lossSum],
    correct: [cpu.score.correct, webgpu.score.correct],
    apart: largestDifference(webgpu.weights, cpu.weights),
    moved: largestDifference(cpu.weights, cpu.before),
  };
}
console.log(JSON.stringify(report satisfies TrainingReport));
