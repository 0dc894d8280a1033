// Rounded products in compiled training.
import { describe, expect, it, vi } from 'vitest';
import { seedMathRandom } from '../../../src/base/random.ts';
import { compiledTrainer } from '../../../src/engine/compile/compiled-trainer.ts';
import { askedPrecision, type Precision } from '../../../src/engine/compile/precision.ts';
import { layersClassifier } from '../../../src/engine/network/layers-classifier.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { weightVariables } from '../../../src/engine/training/trainer.ts';
import { fitContext, stripes } from '../small-images.ts';

const tf = await tensorflow();
const train = stripes(40);
const build = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 6, kernelSize: 3, activation: 'relu' }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, activation: 'relu' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 12, activation: 'relu' }),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });

/** The weights before and after a gradient descent step with rate 1. Their differences are the gradients. */
function step(precision: Precision): { gradients: number[]; loss: number } {
  seedMathRandom(1);
  const model = build();
  const weights = () => weightVariables(model).flatMap((variable) => [...variable.dataSync<'float32'>()]);
  const before = weights();
  const recipe = { optimizer: { kind: 'sgd' } as const };
  const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes: [40], seed: 1, precision });
  const { lossSum } = trainer.step(
    Int32Array.from({ length: 40 }, (_, i) => i),
    1,
  );
  trainer.syncModel();
  const gradients = weights().map((after, i) => before[i]! - after);
  trainer.dispose();
  model.dispose();
  return { gradients, loss: lossSum };
}

describe('precision', () => {
  it('bfloat16 gives the gradients of float32 up to rounding errors', () => {
    const [exact, rounded] = [step('float32'), step('bfloat16')];
    const length = (values: number[]) => Math.hypot(...values);
    const error = length(exact.gradients.map((value, i) => value - rounded.gradients[i]!)) / length(exact.gradients);
    // The relative error of a factor is up to 2^-9; without rounding it would be 0.
    expect(error).toBeGreaterThan(1e-4);
    expect(error).toBeLessThan(0.05);
    expect(Math.abs(rounded.loss / exact.loss - 1)).toBeLessThan(0.01);
    expect(rounded.loss).not.toBe(exact.loss);
  });

  it('is float32 by default, and rejects unknown values', () => {
    expect(askedPrecision({})).toBe('float32');
    expect(askedPrecision({ FITTING_ROOM_PRECISION: 'bfloat16' })).toBe('bfloat16');
    expect(() => askedPrecision({ FITTING_ROOM_PRECISION: 'half' })).toThrow(
      'invalid FITTING_ROOM_PRECISION: half; float32 or bfloat16',
    );
  });

  it('is in the notes of a fit, and is rejected where it would have no effect', async () => {
    vi.stubEnv('FITTING_ROOM_PRECISION', 'bfloat16');
    const params = { epochs: 1, batchSize: 20, learningRate: 0.01, compiled: true };
    const recipe = { build, optimizer: { kind: 'sgd' } as const };
    const compiled = layersClassifier(fitContext(params), recipe);
    const report = await compiled.fit(train, stripes(10));
    expect(report?.notes).toMatchObject({ compiled: true, precision: 'bfloat16' });
    compiled.dispose?.();
    const eager = layersClassifier(fitContext({ ...params, compiled: false }), recipe);
    await expect(eager.fit(train, stripes(10))).rejects.toThrow('needs compiled training');
    vi.unstubAllEnvs();
  });
});
