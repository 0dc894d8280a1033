import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../../src/data/dataset.ts';
import { type Split, splitDataset } from '../../src/data/split.ts';

/** A data set of one-byte images with the given number of train and test images per class, class after class. */
function withCounts(counts: readonly number[]): Dataset {
  const labels = Uint8Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  const part = { bytes: new Uint8Array(labels.length), labels };
  return {
    name: 'counted',
    files: { a: 'a'.repeat(64), b: 'b'.repeat(64) },
    shape: { height: 1, width: 1, channels: 1 },
    classNames: counts.map((_, label) => String(label)),
    train: part,
    test: part,
  };
}

function classCounts(labels: Uint8Array, indices: Uint32Array, classes: number): number[] {
  const counts = Array<number>(classes).fill(0);
  for (const index of indices) counts[labels[index]!]!++;
  return counts;
}

function isAscending(indices: Uint32Array): boolean {
  return indices.every((index, i) => i === 0 || indices[i - 1]! < index);
}

const someCounts = fc.array(fc.integer({ min: 3, max: 40 }), { minLength: 2, maxLength: 6 });

describe('splitDataset', () => {
  it('gives each class its share of the validation images and the rest to train', () => {
    const split = splitDataset(withCounts([60, 30, 10]), { validation: 20 });
    const { labels } = withCounts([60, 30, 10]).train;
    // 20 of 100 images are a fifth: 12 of 60, 6 of 30, 2 of 10.
    expect(classCounts(labels, split.validation, 3)).toEqual([12, 6, 2]);
    expect(classCounts(labels, split.train, 3)).toEqual([48, 24, 8]);
    expect(split.test.length).toBe(100);
  });

  it('puts every train image into exactly one part, in ascending order', () => {
    fc.assert(
      fc.property(someCounts, fc.nat(), fc.integer(), (counts, size, seed) => {
        const dataset = withCounts(counts);
        const images = dataset.train.labels.length;
        const validation = size % (images - counts.length + 1);
        const split = splitDataset(dataset, { validation, seed });
        expect(split.validation.length).toBe(validation);
        expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual(
          Array.from({ length: images }, (_, i) => i),
        );
        expect(Array.from(split.test)).toEqual(Array.from({ length: images }, (_, i) => i));
        expect([split.train, split.validation, split.test].every(isAscending)).toBe(true);
      }),
    );
  });

  it('gives nested samples for increasing limits, on which validation and test do not depend', () => {
    fc.assert(
      fc.property(
        someCounts,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        (counts, one, other) => {
          const dataset = withCounts(counts);
          const [small, large] = [Math.min(one, other), Math.max(one, other)].map((more) =>
            splitDataset(dataset, { validation: 2, limit: counts.length + more, testLimit: 3 }),
          ) as [Split, Split];
          const inLarge = new Set(large.train);
          expect(small.train.every((index) => inLarge.has(index))).toBe(true);
          expect(small.validation).toEqual(large.validation);
          expect(small.test).toEqual(large.test);
        },
      ),
    );
  });

  it('keeps a limited sample of equal classes within one image of equal shares', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 0, max: 70 }), (classes, more) => {
        const dataset = withCounts(Array<number>(classes).fill(30));
        const split = splitDataset(dataset, { validation: 0, limit: classes + more });
        const counts = classCounts(dataset.train.labels, split.train, classes);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('uses all images if the limit is larger than the data set', () => {
    const split = splitDataset(withCounts([10, 10]), { validation: 4, limit: 1000, testLimit: 1000 });
    expect([split.train.length, split.test.length]).toEqual([16, 20]);
  });

  it('uses a twelfth of a small data set for validation', () => {
    expect(splitDataset(withCounts([60, 60])).validation.length).toBe(10);
  });

  it('has a hash that depends only on seed, sizes, class count and files', () => {
    const dataset = withCounts([60, 60]);
    const hash = (changes: object = {}, options = {}): string =>
      splitDataset({ ...dataset, ...changes }, options).splitHash;
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash({ name: 'other' })).toBe(hash());
    const others = [
      hash({}, { seed: 7 }),
      hash({}, { validation: 0 }),
      hash({}, { limit: 50 }),
      hash({}, { testLimit: 50 }),
      hash({ classNames: ['0', '1', '2'] }),
      hash({ files: { a: 'a'.repeat(64), b: 'c'.repeat(64) } }),
    ];
    expect(new Set([...others, hash()]).size).toBe(others.length + 1);
  });

  it.each([
    [{ validation: -1 }, 'invalid size for --validation: -1; expected a whole number from 0 to 118 (counted has 120'],
    [{ validation: 119 }, 'invalid size for --validation: 119'],
    [{ validation: Number.NaN }, 'invalid size for --validation: NaN'],
    [{ validation: 1.5 }, 'invalid size for --validation: 1.5'],
    [{ limit: 1 }, 'invalid size for --limit: 1; expected a whole number of at least 2 (at least one per class)'],
    [{ limit: Number.POSITIVE_INFINITY }, 'invalid size for --limit: Infinity'],
    [{ testLimit: 0 }, 'invalid size for the test limit: 0; expected a whole number of at least 1'],
  ])('rejects %o', (options, message) => {
    expect(() => splitDataset(withCounts([60, 60]), options)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining(message) }),
    );
  });
});

describe('the split of Fashion-MNIST', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await loadDataset('fashion-mnist');
  });

  it('has 5,500, 500 and 1,000 images of each class', () => {
    const split = splitDataset(dataset);
    expect(classCounts(dataset.train.labels, split.train, 10)).toEqual(Array(10).fill(5500));
    expect(classCounts(dataset.train.labels, split.validation, 10)).toEqual(Array(10).fill(500));
    expect(classCounts(dataset.test.labels, split.test, 10)).toEqual(Array(10).fill(1000));
  });

  it('is the same on every machine and in every version', () => {
    // Records of different commits can only be compared while this value does not change.
    expect(splitDataset(dataset).splitHash).toBe('c5274ee5d9efaab0c4d2ea5d78f5b3833af1b07968db6cdfa437f85d859bd58c');
  });

  it('can be all train images, or a small balanced sample', () => {
    expect(splitDataset(dataset, { validation: 0 }).train.length).toBe(60_000);
    const quick = splitDataset(dataset, { validation: 1000, limit: 6000, testLimit: 2000 });
    expect(classCounts(dataset.train.labels, quick.train, 10)).toEqual(Array(10).fill(600));
    expect(classCounts(dataset.train.labels, quick.validation, 10)).toEqual(Array(10).fill(100));
    expect(classCounts(dataset.test.labels, quick.test, 10)).toEqual(Array(10).fill(200));
  });
});
