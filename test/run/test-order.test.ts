import { describe, expect, it } from 'vitest';
import { inOriginalOrder, testOrder } from '../../src/run/test-order.ts';

const labels = Uint8Array.from({ length: 1000 }, (_, i) => i % 10);

describe('testOrder', () => {
  it('holds every position once, in an order that depends on the seed and on the labels', () => {
    const order = testOrder(labels, 1);
    expect([...order].sort((a, b) => a - b)).toEqual([...labels.keys()]);
    expect(testOrder(labels, 1)).toEqual(order);
    expect(testOrder(labels, 2)).not.toEqual(order);
    expect(testOrder(labels.with(0, 1), 1)).not.toEqual(order);
  });

  it('leaves about one image in its place', () => {
    const fixed = [1, 2, 3, 4, 5].map((seed) => testOrder(labels, seed).filter((position, i) => position === i).length);
    expect(Math.max(...fixed)).toBeLessThan(10);
  });
});

describe('inOriginalOrder', () => {
  it('moves labels and probabilities back', () => {
    const shuffled = { labels: Uint8Array.of(2, 0, 1), probabilities: Float32Array.of(0.25, 0.75, 1, 0, 0.5, 0.5) };
    expect(inOriginalOrder(shuffled, Uint32Array.of(1, 2, 0), 2)).toEqual({
      labels: Uint8Array.of(1, 2, 0),
      probabilities: Float32Array.of(0.5, 0.5, 0.25, 0.75, 1, 0),
    });
    expect(inOriginalOrder({ labels: Uint8Array.of(2, 0) }, Uint32Array.of(1, 0), 3)).toEqual({
      labels: Uint8Array.of(0, 2),
    });
  });
});
