import { expect, it } from 'vitest';
import type { CompileRequest } from '../../../src/engine/compile/compile-request.ts';
import { nativeBackend } from '../../../src/engine/compile/native.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { compareCalls } from '../../../tools/profile/compare-calls.ts';
import { stripes } from '../../engine/small-images.ts';

const tf = await tensorflow();

it('takes the same steps with one and with several per call, and measures the time outside TensorFlow', async () => {
  const output = tf.layers.dense({ units: 3, activation: 'softmax' });
  const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] }), output] });
  const { binding } = nativeBackend(tf);
  const request: CompileRequest = {
    tf,
    model,
    train: stripes(40),
    recipe: { optimizer: { kind: 'sgd' } },
    batchSizes: [8],
    seed: 1,
  };
  const { oneStep, several } = await compareCalls(request, 8, 60);
  expect(oneStep.stepsPerCall).toBe(1);
  expect(several.stepsPerCall).toBeGreaterThan(2);
  for (const { stepSeconds, outsideShare } of [oneStep, several]) {
    expect(stepSeconds).toBeGreaterThan(0);
    expect(outsideShare).toBeGreaterThan(0);
    expect(outsideShare).toBeLessThan(1);
  }
  expect(nativeBackend(tf).binding).toBe(binding);
});
