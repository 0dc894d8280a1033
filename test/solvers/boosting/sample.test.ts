import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { createSample, drawSample } from '../../../src/solvers/boosting/sample.ts';

describe('drawSample', () => {
  it('takes every image with its slope and curvature if the share is 1', () => {
    const sample = createSample(3);
    drawSample(Float32Array.of(0.25, 0.25, 1), Uint8Array.of(4, 5, 4), 4, 1, createRandom(1), sample);
    expect(sample.count).toBe(3);
    expect([...sample.rows]).toEqual([0, 1, 2]);
    // p - y: 0.25 - 1, 0.25 - 0, 1 - 1; p (1 - p): 3/16, 3/16, 0.
    expect([...sample.slopes]).toEqual([-0.75, 0.25, 0]);
    expect([...sample.curvatures]).toEqual([0.1875, 0.1875, 0]);
  });

  it('draws about the given share, always the worst images, and preserves the sums', () => {
    const count = 40_000;
    const random = createRandom(3);
    // Most images are nearly right, as in a model that has learned.
    const probabilities = Float32Array.from({ length: count }, () => random() ** 6);
    const labels = new Uint8Array(count);
    const sample = createSample(count);
    drawSample(probabilities, labels, 1, 0.2, createRandom(4), sample);
    expect(sample.count / count).toBeGreaterThan(0.19);
    expect(sample.count / count).toBeLessThan(0.21);
    const drawn = new Set(sample.rows.subarray(0, sample.count));
    for (let i = 0; i < count; i++) if (probabilities[i]! > 0.9) expect(drawn.has(i)).toBe(true);
    const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
    const slopes = sum(sample.slopes.subarray(0, sample.count));
    const curvatures = sum(sample.curvatures.subarray(0, sample.count));
    // 8,000 draws: the standard error of either ratio is below 1 %.
    expect(Math.abs(slopes / sum(probabilities) - 1)).toBeLessThan(0.02);
    expect(Math.abs(curvatures / sum(probabilities.map((p) => p * (1 - p))) - 1)).toBeLessThan(0.02);
  });
});
