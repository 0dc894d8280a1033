import { beforeAll, describe, expect, it } from 'vitest';
import type { SolversReport } from './solvers-child.ts';
import { announceMissing, runOnSwiftShader, swiftShader } from './swiftshader.ts';

const environment = swiftShader();
if (!environment) announceMissing();

describe.skipIf(!environment)('Solvers on WebGPU', () => {
  let report: SolversReport;
  beforeAll(async () => {
    report = await runOnSwiftShader<SolversReport>('solvers-child.ts', environment!);
  });

  it.each([
    'linear SVM',
    'logistic regression',
    'kernel SVM',
    'kernel SVM, probabilities',
    'kernel SVM, poly',
    'nearest neighbours, L2',
    'nearest neighbours, cosine',
  ])('find the same result as on the CPU: %s', (name) => {
    const { cpu, webgpu } = report[name]!;
    expect(webgpu.labels).toEqual(cpu.labels);
    expect(webgpu.numbers).toHaveLength(cpu.numbers.length);
    expect(cpu.numbers.length).toBeGreaterThan(0);
    for (const [i, number] of cpu.numbers.entries()) {
      expect(Math.abs(webgpu.numbers[i]! - number), `number ${i}`).toBeLessThan(2e-3);
    }
  });

  it.each(['linear SVM', 'logistic regression'])('converge in the same number of iterations: %s', (name) => {
    const { cpu, webgpu } = report[name]!;
    expect([cpu.stop, webgpu.stop]).toEqual(['gradient', 'gradient']);
    // The number may differ by one or two if a tolerance is nearly met.
    expect(Math.abs(webgpu.iterations! - cpu.iterations!)).toBeLessThanOrEqual(2);
  });
});
