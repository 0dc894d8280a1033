// Random networks: for any combination of layers the compiled step equals the eager one.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seedMathRandom } from '../../../src/base/random.ts';
import { compiledTrainer } from '../../../src/engine/compile/compiled-trainer.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { eagerTrainer } from '../../../src/engine/training/eager-trainer.ts';
import type { TrainingRecipe } from '../../../src/engine/training/step.ts';
import { weightVariables } from '../../../src/engine/training/trainer.ts';
import { stripes } from '../small-images.ts';

const tf = await tensorflow();
const train = stripes(60);
const BATCH = 20;

const padding = fc.constantFrom('same' as const, 'valid' as const);
const activation = fc.constantFrom('linear' as const, 'relu' as const, 'tanh' as const);
const layer = fc.oneof(
  fc.record({
    kind: fc.constant('convolution' as const),
    filters: fc.integer({ min: 1, max: 5 }),
    kernelSize: fc.integer({ min: 1, max: 3 }),
    strides: fc.integer({ min: 1, max: 2 }),
    padding,
    activation,
    useBias: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('depthwise' as const),
    depthMultiplier: fc.integer({ min: 1, max: 2 }),
    padding,
    activation,
  }),
  fc.record({ kind: fc.constantFrom('maximum' as const, 'average' as const), padding }),
  fc.record({ kind: fc.constant('normalisation' as const) }),
  fc.record({ kind: fc.constant('leaky' as const), alpha: fc.constantFrom(0.1, 0.3) }),
  fc.record({ kind: fc.constant('residual' as const), activation }),
);
const network = fc.record({
  layers: fc.array(layer, { minLength: 1, maxLength: 5 }),
  end: fc.constantFrom('flat' as const, 'pooled' as const),
  labelSmoothing: fc.constantFrom(0, 0.1),
  seed: fc.integer({ min: 1, max: 1000 }),
});
type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

function build({ layers, end }: Network): LayersModel {
  const input = tf.input({ shape: [8, 8, 1] });
  let x = input;
  const apply = (made: { apply(x: SymbolicTensor): unknown }): SymbolicTensor => made.apply(x) as SymbolicTensor;
  for (const one of layers) {
    const size = x.shape[1]!;
    switch (one.kind) {
      case 'convolution':
        if (one.padding === 'valid' && size < one.kernelSize) continue;
        x = apply(tf.layers.conv2d(one));
        break;
      case 'depthwise':
        if (one.padding === 'valid' && size < 3) continue;
        x = apply(tf.layers.depthwiseConv2d({ ...one, kernelSize: 3 }));
        break;
      case 'maximum':
      case 'average':
        if (size < 2) continue;
        x = apply(
          one.kind === 'maximum'
            ? tf.layers.maxPooling2d({ poolSize: 2, padding: one.padding })
            : tf.layers.averagePooling2d({ poolSize: 2, padding: one.padding }),
        );
        break;
      case 'normalisation':
        x = apply(tf.layers.batchNormalization({ momentum: 0.9 }));
        break;
      case 'leaky':
        x = apply(tf.layers.leakyReLU({ alpha: one.alpha }));
        break;
      case 'residual': {
        const filters = x.shape[3]!;
        const branch = apply(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: one.activation }));
        x = tf.layers.add().apply([x, branch]) as SymbolicTensor;
      }
    }
  }
  x = apply(end === 'flat' ? tf.layers.flatten() : tf.layers.globalAveragePooling2d({}));
  return tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 3, activation: 'softmax' })) });
}

/** Takes the same steps on two copies of a network, eager and compiled. */
function takeSteps(spec: Network, steps: number, learningRate: number) {
  seedMathRandom(spec.seed);
  const models = [build(spec), build(spec)] as const;
  models[1].setWeights(models[0].getWeights());
  const weightsOf = (model: LayersModel) => weightVariables(model).map((variable) => variable.dataSync<'float32'>());
  const recipe: TrainingRecipe = { optimizer: { kind: 'sgd' }, labelSmoothing: spec.labelSmoothing };
  const trainers = [
    eagerTrainer(tf, models[0], train, recipe, Math.random),
    compiledTrainer({ tf, model: models[1], train, recipe, batchSizes: [BATCH], seed: 1 }),
  ] as const;
  const losses = Array.from({ length: steps }, (_, step) => {
    const batch = Int32Array.from({ length: BATCH }, (_, i) => (step * BATCH + i) % train.count);
    return trainers.map((trainer) => trainer.step(batch, learningRate).lossSum) as [number, number];
  });
  trainers[1].syncModel();
  const weights = models.map(weightsOf);
  for (const one of [...trainers, ...models]) one.dispose();
  return { losses, weights };
}

// The same networks in every run: a rounding error near the kink of a ReLU must not fail one run in a thousand.
const options = { numRuns: 25, seed: 20_260 };

it('agrees on losses over 50 steps, within 1e-4', () => {
  fc.assert(
    fc.property(network, (spec) => {
      for (const [eager, compiled] of takeSteps(spec, 50, 0.01).losses) {
        expect(Math.abs(compiled - eager)).toBeLessThan(1e-4 * eager);
      }
    }),
    options,
  );
});

it('agrees on gradients, within 1e-5', () => {
  fc.assert(
    fc.property(network, (spec) => {
      // After one step with rate 1 from the same weights, the difference is that of the gradients.
      const [eager, compiled] = takeSteps(spec, 1, 1).weights;
      eager!.forEach((values, i) => {
        values.forEach((value, k) => {
          expect(Math.abs(value - compiled![i]![k]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      });
    }),
    options,
  );
});
