import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISTANCE_METRICS, type DistanceMetric } from '../../src/solvers/distance.ts';
import { nearestNeighbours } from '../../src/solvers/nearest-neighbours.ts';
import type { LabelledImages } from '../../src/types.ts';
import { imagesOf } from '../fixtures/classical.ts';

/** Compares all pairs and sorts. */
function bruteForce(references: LabelledImages, queries: LabelledImages, k: number, metric: DistanceMetric) {
  const size = references.shape.width;
  const rows = (images: LabelledImages) =>
    Array.from({ length: images.count }, (_, i) => Array.from(images.bytes.subarray(i * size, (i + 1) * size)));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const dot = (a: number[], b: number[]) => sum(a.map((value, p) => value * b[p]!));
  const distance = (a: number[], b: number[]): number => {
    const differences = a.map((value, p) => Math.abs(value - b[p]!));
    if (metric === 'l1') return sum(differences);
    if (metric === 'l2') return dot(differences, differences);
    const norms = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
    return norms === 0 ? 1 : 1 - dot(a, b) / norms;
  };
  const all = rows(references);
  const nearest = rows(queries).map((query) =>
    all
      .map((row, index) => ({ index, value: distance(query, row) }))
      .sort((a, b) => a.value - b.value || a.index - b.index)
      .slice(0, k),
  );
  return {
    indices: Int32Array.from(nearest.flat(), ({ index }) => index),
    distances: Float32Array.from(nearest.flat(), ({ value }) => (metric === 'l2' ? Math.sqrt(value) : value)),
  };
}

/** Rows of few different bytes, so that many distances are equal. */
const rowsOf = (width: number, values: fc.Arbitrary<number>, minLength: number, maxLength: number) =>
  fc.array(fc.array(values, { minLength: width, maxLength: width }), { minLength, maxLength });

describe.each(DISTANCE_METRICS)('neighbours by %s', (metric) => {
  it('equal those of brute force, ties by the lower index', async () => {
    await fc.assert(
      fc.asyncProperty(
        rowsOf(3, fc.constantFrom(0, 1, 2), 12, 40),
        rowsOf(3, fc.constantFrom(0, 1, 2), 0, 6),
        fc.integer({ min: 1, max: 4 }),
        async (some, others, k) => {
          const references = imagesOf(some);
          const queries = imagesOf([...others, some[0]!]);
          expect(await nearestNeighbours(references, queries, { k, metric })).toEqual(
            bruteForce(references, queries, k, metric),
          );
        },
      ),
      // L1 starts a worker thread for every search.
      { numRuns: metric === 'l1' ? 3 : 60 },
    );
  });

  it('equal those of brute force if single precision cannot separate them', async () => {
    // 400 bright pixels, a few of them 1 brighter: products of 20 million, where the spacing of single precision is 2, and squared
    // distances of 1 to 3.
    const width = 400;
    const even = Array.from({ length: width }, (_, p) => 200 + ((p * 37) % 53));
    const brighter = fc.uniqueArray(fc.integer({ min: 0, max: width - 1 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(brighter, { minLength: 30, maxLength: 60 }), async (places) => {
        const references = imagesOf(places.map((at) => even.map((byte, p) => byte + Number(at.includes(p)))));
        const queries = imagesOf([even]);
        expect(await nearestNeighbours(references, queries, { k: 3, metric })).toEqual(
          bruteForce(references, queries, 3, metric),
        );
      }),
      { numRuns: metric === 'l1' ? 2 : 15 },
    );
  });

  it('are found across blocks', async () => {
    // 6,000 references are three blocks of products, each with equal images.
    const rows = Array.from({ length: 6000 }, (_, i) => [(i * 37) % 101, (i * 11) % 13]);
    const references = imagesOf(rows);
    const queries = imagesOf(rows.slice(0, 40).map(([a, b]) => [a! + 1, b!]));
    expect(await nearestNeighbours(references, queries, { k: 5, metric, threads: 2 })).toEqual(
      bruteForce(references, queries, 5, metric),
    );
  });
});

describe('nearestNeighbours', () => {
  it('returns distances in bytes and cosines', async () => {
    const references = imagesOf([
      [3, 4],
      [0, 9],
    ]);
    const queries = imagesOf([[0, 0]]);
    // Squares 9 + 16 = 25 and 81; sums 7 and 9.
    expect([...(await nearestNeighbours(references, queries, { k: 2 })).distances]).toEqual([5, 9]);
    expect([...(await nearestNeighbours(references, queries, { k: 2, metric: 'l1' })).distances]).toEqual([7, 9]);
    // (3, 4) and (0, 9): 36 / (5 x 9) = 0.8. A black image has distance 1.
    const cosine = await nearestNeighbours(references, references, { k: 2, metric: 'cosine' });
    expect(cosine.distances[1]).toBeCloseTo(0.2, 6);
    expect([...(await nearestNeighbours(references, queries, { k: 2, metric: 'cosine' })).distances]).toEqual([1, 1]);
  });

  it('returns nothing for no queries', async () => {
    const none = { count: 0, bytes: new Uint8Array(0) };
    for (const metric of DISTANCE_METRICS) {
      expect((await nearestNeighbours(imagesOf([[1]]), none, { k: 1, metric })).indices).toHaveLength(0);
    }
  });

  it.each([0, -1, 1.5, 3])('rejects k = %d among two references', async (k) => {
    const two = imagesOf([[1], [2]]);
    await expect(nearestNeighbours(two, two, { k })).rejects.toThrow(`invalid k: ${k}; 1 to 2`);
  });

  it('rejects an unknown metric and queries of another size', async () => {
    const two = imagesOf([[1], [2]]);
    await expect(nearestNeighbours(two, two, { k: 1, metric: 'l3' as DistanceMetric })).rejects.toThrow(
      'unknown metric: "l3"',
    );
    await expect(nearestNeighbours(two, imagesOf([[1, 2]]), { k: 1 })).rejects.toThrow('invalid queries');
  });

  it.each(['l2', 'l1'] as const)('rejects with the reason of an abort (%s)', async (metric) => {
    const images = imagesOf(
      Array.from({ length: 20_000 }, (_, i) => Array.from({ length: 64 }, (_, p) => (i * p) % 256)),
    );
    const controller = new AbortController();
    let calls = 0;
    const progress = (): void => {
      calls++;
      controller.abort(new Error('enough'));
    };
    await expect(
      nearestNeighbours(images, images, { k: 1, metric, signal: controller.signal, progress }),
    ).rejects.toThrow('enough');
    expect(calls).toBe(1);
  });
});
