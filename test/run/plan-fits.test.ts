import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { majority } from '../../models/majority.ts';
import { type PlanInput, planFits } from '../../src/run/plan-fits.ts';
import { parseSetting } from '../../src/run/settings.ts';
import { defineBenchmark, type ModelAdapter, type Params } from '../../src/types.ts';

/** The file of `majority` stands for that of every model here: a plan hashes it. */
const adapter: ModelAdapter<Params> = { ...majority, params: { k: 5 } };

function input(options: Partial<PlanInput['options']> = {}, changes: Partial<PlanInput> = {}): PlanInput {
  return {
    benchmark: defineBenchmark({
      id: 'whole',
      summary: 'a benchmark of the test',
      dataset: 'fashion-mnist',
      models: ['majority'],
      latencyBatches: [1],
    }),
    isDefault: true,
    adapters: [adapter],
    modelModule: () => 'file:///models.ts',
    split: {
      name: 'd',
      files: {},
      splitHash: 'b'.repeat(64),
      shape: { height: 1, width: 1, channels: 1 },
      classNames: ['a', 'b'],
      counts: { train: 1, validation: 1, test: 1 },
      normalization: 'none',
      folder: '/nowhere',
    },
    device: 'cpu',
    threads: 2,
    out: '/out',
    machine: { id: 'box', os: '', cpu: '', cores: 1, memoryBytes: 1, gpu: null },
    git: { commit: '0123456789abcdef', dirty: false, branch: null, committedAt: '' },
    ...changes,
    options: { settings: [], seeds: [1], repeats: 1, device: 'auto', ...options },
  };
}

const only = async (plan: PlanInput) => (await planFits(plan))[0]!;
const name = async (plan: PlanInput) => path.basename((await only(plan)).file);

describe('planFits', () => {
  it('puts the record of a default fit under machine and commit', async () => {
    expect((await only(input())).file).toBe('/out/box/01234567/majority-s1.json');
  });

  it('makes all seeds of all models before the next repeat, and saves only the model of the first fit', async () => {
    const fits = await planFits(input({ seeds: [1, 2], repeats: 2, keep: true }));
    expect(fits.map(({ facts, file }) => [facts.seed, facts.repeat, path.basename(file)])).toEqual([
      [1, 1, 'majority-s1.json'],
      [2, 1, 'majority-s2.json'],
      [1, 2, 'majority-s1-r2.json'],
      [2, 2, 'majority-s2-r2.json'],
    ]);
    expect(fits.map(({ job }) => job.keep !== undefined)).toEqual([true, true, false, false]);
    expect(new Set(fits.map(({ facts }) => facts.command)).size).toBe(2);
  });

  it('writes the command that repeats the fit of one model', async () => {
    const settings = ['majority.k=7', 'svm.C=1'].map(parseSetting);
    const plan = input({ settings, limit: 1000, validation: 0, dataset: './my data', device: 'cpu', seeds: [3] });
    expect((await only(plan)).facts.command).toBe(
      "npm run bench -- --models majority --dataset './my data' --validation 0 --limit 1000 --device cpu --seed 3 --set majority.k=7",
    );
    expect((await only(input({}, { isDefault: false }))).facts.command).toBe(
      'npm run bench -- --benchmark whole --models majority --seed 1',
    );
  });

  it('runs all models of a seed before the next seed', async () => {
    const fits = await planFits(input({ seeds: [4, 5] }, { adapters: [adapter, { ...adapter, summary: 'again' }] }));
    expect(fits.map(({ facts }) => facts.seed)).toEqual([4, 4, 5, 5]);
  });

  it('names records of other settings, data or benchmarks differently from a default record', async () => {
    const names = await Promise.all([
      name(input()),
      name(input({ settings: [parseSetting('majority.k=7')] })),
      name(input({ settings: [parseSetting('majority.k=9')] })),
      name(input({ limit: 10 })),
      name(input({}, { isDefault: false })),
      name(input({ seeds: [2] })),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('treats a setting that equals the default as the default', async () => {
    expect(await name(input({ settings: [parseSetting('majority.k=5')] }))).toBe('majority-s1.json');
  });

  it("applies the benchmark's parameters without changing the name of the record", async () => {
    const benchmark = { ...input().benchmark, params: { majority: { k: 1 } } };
    const fit = await only(input({}, { benchmark }));
    expect(fit.job.params).toEqual({ k: 1 });
    expect(path.basename(fit.file)).toBe('majority-s1.json');
  });
});
