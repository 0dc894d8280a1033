import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { EngineDescription } from '../../../src/engine/runtime/describe.ts';
import type { DeviceReport } from './device-child.ts';
import { announceMissing, runOnSwiftShader, swiftShader } from './swiftshader.ts';

const environment = swiftShader();
if (!environment) announceMissing();

describe.skipIf(!environment)('WebGPU on SwiftShader', () => {
  let report: DeviceReport;
  beforeAll(async () => {
    report = await runOnSwiftShader<DeviceReport>('device-child.ts', environment!);
  });

  it('computes the same losses and gradients as the CPU', () => {
    expect(Object.keys(report.gradients)).toHaveLength(13);
    for (const [name, difference] of Object.entries(report.gradients)) expect(difference, name).toBeLessThan(1e-5);
  });

  it('updates weights as tfjs does', () => {
    expect(Object.keys(report.updates)).toHaveLength(8);
    for (const [name, difference] of Object.entries(report.updates)) expect(difference, name).toBeLessThan(1e-5);
  });

  it('draws numbers that depend only on the key', () => {
    expect(report.uniform).toBe(0);
    // 10,000 draws: a standard deviation is 0.0043.
    expect(Math.abs(report.mask[0] - 0.25)).toBeLessThan(0.02);
    expect(report.mask[1]).toBeCloseTo(4 / 3, 5);
  });

  it('gives equal fits for equal seeds, and reads two sums per run', () => {
    const [first, again, other] = report.fits.losses;
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(report.fits.reads).toEqual([2, 2, 2]);
  });

  it('sums long products in a fixed order', () => {
    expect(report.products).toBe(1);
  });

  it('returns the first of equal values, which the neighbour search needs', () => {
    const random = createRandom(1);
    const ones = Array.from({ length: 40 }, (_, i) => [Math.floor(random() * 2), i] as const).filter(
      ([value]) => value,
    );
    expect(report.ties).toEqual(ones.slice(0, 12).map(([, i]) => i));
  });

  it('waits for the device, so that a fit that only submits its work is detected', () => {
    const [, waited, idle] = report.clock;
    expect(waited).toBeGreaterThan(5 * idle);
    expect(report.peakBytes).toBeGreaterThan(192 * 192 * 4);
  });

  it('names the program that emulates a card', async () => {
    const described = await runOnSwiftShader<EngineDescription>(
      '../../../src/engine/trial/engine-trial-child.ts',
      environment!,
    );
    expect(described).toMatchObject({ name: 'tfjs', backend: 'webgpu', device: 'webgpu' });
    expect(described.adapter).toMatchObject({ vendor: 'google', api: 'Vulkan', isSoftware: true });
  });

  it('rejects it by default', async () => {
    const asked = runOnSwiftShader('../../../src/engine/trial/engine-trial-child.ts', {
      ...environment,
      FITTING_ROOM_SOFTWARE_GPU: '',
    });
    await expect(asked).rejects.toThrow('a program that emulates a graphics card');
  });
});
