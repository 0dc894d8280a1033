import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import type { PlannedFit } from '../../src/run/run-fits.ts';
import { balance, type DurationSources, expectedSeconds, parseShard, shardOf } from '../../src/run/shard.ts';
import type { ModelAdapter } from '../../src/types.ts';
import { fakeFit } from '../fixtures/plans.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

const SPLIT = {
  name: 'two-class',
  files: {},
  splitHash: 'a'.repeat(64),
  folder: '/nowhere',
  shape: { height: 2, width: 2, channels: 1 },
  counts: { train: 1000, validation: 100, test: 200 },
  classNames: ['dark', 'bright'],
  normalization: 'pixels / 255',
};
const HERE = { commit: 'a'.repeat(40), dirty: false, branch: 'main', committedAt: '2026-01-01T00:00:00Z' };

const planOf = (...ids: string[]): PlannedFit[] => ids.map((id) => fakeFit(id, SPLIT, `${id}.json`));
const sources = (records: FitRecord[] = [], adapters: ModelAdapter[] = []): DurationSources => ({
  benchmark: 'fashion-mnist',
  git: HERE,
  records,
  adapters,
});

/** A fit of another commit. */
function took(model: string, seconds: number, { train = 1000, ...rest }: Partial<FitRecord> & { train?: number } = {}) {
  const record = makeRecord({ model, commit: 'b'.repeat(40) });
  return {
    ...record,
    timing: { ...record.timing, setupSeconds: 0, totalSeconds: seconds },
    dataset: { ...record.dataset, train },
    ...rest,
  } as FitRecord;
}

describe('parseShard', () => {
  it.each([
    ['1/1', { index: 1, count: 1 }],
    ['2/4', { index: 2, count: 4 }],
    [' 10/12 ', { index: 10, count: 12 }],
  ])('reads %s', (text, shard) => expect(parseShard(text)).toEqual(shard));

  it.each(['0/3', '4/3', 'x', '', '1', '1/', '/3', '1/0', '-1/3', '1.5/3', '1/3/5', '1e0/3', '1 / 3'])(
    'refuses "%s" and names what is allowed',
    (text) => {
      expect(() => parseShard(text)).toThrow(UserError);
      expect(() => parseShard(text)).toThrow(`--shard takes i/n with i from 1 to n, e.g. 2/4`);
      expect(() => parseShard(text)).toThrow(`given: "${text}"`);
    },
  );
});

describe('balance', () => {
  it("divides Graham's worst case as in his paper", () => {
    // Three machines: the best division takes 9, longest first takes 11.
    expect(balance([5, 5, 4, 4, 3, 3, 3], 3)).toEqual([
      [0, 4, 6],
      [1, 5],
      [2, 3],
    ]);
  });

  it('deals equal tasks out to one machine after the other', () => {
    expect(balance([1, 1, 1, 1, 1], 2)).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
    expect(balance([0, 0, 0, 0], 2)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('leaves machines empty when there are fewer tasks', () => {
    expect(balance([3, 4], 4)).toEqual([[1], [0], [], []]);
    expect(balance([], 2)).toEqual([[], []]);
  });

  const durations = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 1e6, noNaN: true })), {
    maxLength: 40,
  });
  const machines = fc.integer({ min: 1, max: 12 });
  const loads = (seconds: readonly number[], parts: readonly number[][]): number[] =>
    parts.map((places) => places.reduce((sum, place) => sum + seconds[place]!, 0));

  test('every task is done by one machine', () => {
    fc.assert(
      fc.property(durations, machines, (seconds, count) => {
        const parts = balance(seconds, count);
        expect(parts).toHaveLength(count);
        expect(parts.flat().sort((a, b) => a - b)).toEqual([...seconds.keys()]);
      }),
    );
  });

  test('no machine waits while another has two tasks', () => {
    fc.assert(
      fc.property(durations, machines, (seconds, count) => {
        const sizes = balance(seconds, count).map(({ length }) => length);
        expect(Math.min(...sizes) === 0 && Math.max(...sizes) > 1).toBe(false);
      }),
    );
  });

  test('the last machine is done within the bound of any list schedule', () => {
    fc.assert(
      fc.property(durations, machines, (seconds, count) => {
        const total = seconds.reduce((sum, one) => sum + one, 0);
        const longest = Math.max(0, ...seconds);
        const bound = total / count + (1 - 1 / count) * longest;
        expect(Math.max(...loads(seconds, balance(seconds, count)))).toBeLessThanOrEqual(
          bound * (1 + 1e-9) + Number.MIN_VALUE,
        );
      }),
    );
  });

  test('the last machine is done within 4/3 - 1/(3 n) of the best division', () => {
    const few = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 7 });
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 4 }), (seconds, count) => {
        const bound = (4 / 3 - 1 / (3 * count)) * bestOf(seconds, count);
        expect(Math.max(...loads(seconds, balance(seconds, count)))).toBeLessThanOrEqual(bound + 1e-9);
      }),
    );
  });

  /** The shortest time in which all can be done, by trying everything. */
  function bestOf(seconds: readonly number[], count: number): number {
    const tried = (place: number, busy: readonly number[]): number =>
      place === seconds.length
        ? Math.max(...busy)
        : Math.min(...busy.map((_, i) => tried(place + 1, busy.with(i, busy[i]! + seconds[place]!))));
    return tried(0, new Array<number>(count).fill(0));
  }
});

describe('expectedSeconds', () => {
  const adapter = (id: string, seconds: number): ModelAdapter =>
    ({ id, estimateSeconds: ({ train }: { train: number }) => seconds * (train / 1000) }) as unknown as ModelAdapter;

  it('uses the median of the records', () => {
    expect(expectedSeconds(planOf('svm'), sources([took('svm', 10), took('svm', 90), took('svm', 20)]))).toEqual([20]);
  });

  it('prefers the same benchmark, then the most similar number of images, and scales to the planned number', () => {
    const full = took('svm', 500, { train: 50_000, benchmark: 'other' });
    const half = took('svm', 8, { train: 500, benchmark: 'other' });
    const own = took('svm', 30, { train: 3000 });
    expect(expectedSeconds(planOf('svm'), sources([full]))).toEqual([10]);
    expect(expectedSeconds(planOf('svm'), sources([full, half]))).toEqual([16]);
    expect(expectedSeconds(planOf('svm'), sources([full, half, own]))).toEqual([10]);
  });

  it('does not scale the setup time', () => {
    const full = took('svm', 0, { train: 50_000 });
    const record = { ...full, timing: { ...full.timing, setupSeconds: 4, totalSeconds: 504 } } as FitRecord;
    expect(expectedSeconds(planOf('svm'), sources([record]))).toEqual([14]);
  });

  it("falls back on the model's estimate, then on a constant; failed fits do not count", () => {
    const failed = makeFailedRecord({ model: 'svm', commit: 'b'.repeat(40) });
    expect(expectedSeconds(planOf('svm', 'knn'), sources([failed], [adapter('svm', 7)]))).toEqual([7, 60]);
    expect(expectedSeconds(planOf('svm'), sources([], [adapter('svm', Number.NaN)]))).toEqual([60]);
  });

  it('ignores records of the commit that is measured', () => {
    const here = took('svm', 10, { git: HERE });
    const changed = took('svm', 20, { git: { ...HERE, dirty: true } });
    expect(expectedSeconds(planOf('svm'), sources([here]))).toEqual([60]);
    expect(expectedSeconds(planOf('svm'), sources([here, changed]))).toEqual([20]);
    const unversioned = { ...sources([took('svm', 30, { git: null }), changed]), git: null };
    expect(expectedSeconds(planOf('svm'), unversioned)).toEqual([20]);
  });
});

describe('shardOf', () => {
  const plan = planOf('svm', 'knn', 'cnn', 'mlp', 'majority');
  const known = [took('svm', 40), took('knn', 10), took('cnn', 100), took('mlp', 50), took('majority', 1)];

  it('gives every fit to one shard, in the order of the plan, with similar sums', () => {
    const parts = [1, 2].map((index) => shardOf(plan, { index, count: 2 }, sources(known)));
    expect(parts.map(({ fits }) => fits.map(({ job }) => job.modelId))).toEqual([
      ['cnn', 'majority'],
      ['svm', 'knn', 'mlp'],
    ]);
    expect(parts.map(({ seconds, totalSeconds }) => [seconds, totalSeconds])).toEqual([
      [101, 201],
      [100, 201],
    ]);
  });

  it('does not depend on what other shards have written, nor on the order of the records', () => {
    const record = fc.record({
      model: fc.constantFrom('svm', 'knn', 'cnn', 'mlp', 'majority'),
      seconds: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
      isOwn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), fc.nat(), (all, count, turn) => {
        const made = all.map(({ model, seconds, isOwn }) => took(model, seconds, isOwn ? { git: HERE } : {}));
        const before = made.filter(({ git }) => git?.commit !== HERE.commit);
        const turned = [...made.slice(turn % (made.length + 1)), ...made.slice(0, turn % (made.length + 1))];
        const shards = Array.from({ length: count }, (_, i) => ({ index: i + 1, count }));
        const first = shards.map((shard) => shardOf(plan, shard, sources(before)));
        const later = shards.map((shard) => shardOf(plan, shard, sources(turned)));
        expect(later).toEqual(first);
        expect(new Set(first.map(({ fingerprint }) => fingerprint)).size).toBe(1);
        expect(first.flatMap(({ fits }) => fits.map(({ file }) => file)).sort()).toEqual(
          plan.map(({ file }) => file).sort(),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('has another fingerprint for another division', () => {
    const other = [...known, took('majority', 1000), took('majority', 1000)];
    expect(shardOf(plan, { index: 1, count: 2 }, sources(other)).fingerprint).not.toBe(
      shardOf(plan, { index: 2, count: 2 }, sources(known)).fingerprint,
    );
  });
});
