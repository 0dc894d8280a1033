import { beforeAll, describe, expect, it } from 'vitest';
import { announceMissing, runOnSwiftShader, swiftShader } from './swiftshader.ts';
import type { TrainingReport } from './training-child.ts';

const environment = swiftShader();
if (!environment) announceMissing();

describe.skipIf(!environment)('Training on WebGPU', () => {
  let report: TrainingReport;
  beforeAll(async () => {
    report = await runOnSwiftShader<TrainingReport>('training-child.ts', environment!);
  });

  it.each(['sgd', 'momentum', 'nesterov', 'adam', 'adamw', 'rmsprop', 'rmsprop with momentum'])(
    'takes the steps that the CPU takes: %s',
    (rule) => {
      const { losses, correct, apart, moved } = report[rule]!;
      expect(losses[1]).toBeCloseTo(losses[0], 4);
      expect(correct[1]).toBe(correct[0]);
      expect(moved).toBeGreaterThan(1e-3);
      // Adam and RMSprop divide by the size of the gradient, which increases rounding errors if it is small.
      expect(apart).toBeLessThan(1e-3 * moved);
    },
  );
});
