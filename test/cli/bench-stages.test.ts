import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { StagedBenchmark } from '../../src/base/staged-benchmark.ts';
import { benchStages, type StageRunners, type StagesOptions } from '../../src/cli/bench-stages.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';
import { readOutput } from './read-output.ts';

const benchmark: StagedBenchmark = {
  id: 'staged',
  summary: 'three stages',
  stages: [
    {
      measure: 'fits',
      summary: 'a fit',
      benchmark: 'fashion-mnist',
      models: ['knn', 'svm'],
      seeds: 3,
      settings: ['knn.k=3'],
    },
    { measure: 'references', summary: 'references', models: ['svm', 'mlp'], libraries: ['keras'], rounds: 2 },
    { measure: 'scaling', summary: 'scaling', models: ['knn'], stopSeconds: 7 },
  ],
};
const options: StagesOptions = { set: [], out: 'results', report: false };

let said: Said;
let calls: [string, object][];
let record: FitRecord;
let stageStatus: 0 | 1 = 0;
let beforeEnd: () => void;

beforeEach(() => {
  said = { out: [], err: [], code: null };
  calls = [];
  record = makeRecord();
  beforeEnd = () => {};
  stageStatus = 0;
});

function run(more: Partial<StagesOptions> = {}, overrides: Partial<StageRunners> = {}): Promise<void> {
  const noted =
    (name: string) =>
    async (
      given: object,
      io: { out(text: string): void; exit(code: 0 | 1 | 2): void },
    ): Promise<readonly FitRecord[]> => {
      calls.push([name, given]);
      io.out(`table of ${name}`);
      io.exit(stageStatus);
      beforeEnd();
      return [record];
    };
  const runners = { fits: noted('fits'), references: noted('references'), scaling: noted('scaling'), ...overrides };
  return benchStages(benchmark, { ...options, ...more }, recordingIo(said), runners);
}

describe('benchStages', () => {
  it('runs every stage with its models, seeds, settings and rounds, and numbers it', async () => {
    await run();
    expect(calls).toEqual([
      [
        'fits',
        {
          benchmark: 'fashion-mnist',
          models: ['knn', 'svm'],
          seeds: 3,
          set: [{ modelId: 'knn', param: 'k', text: '3' }],
          report: false,
          json: false,
        },
      ],
      [
        'references',
        expect.objectContaining({ models: ['svm', 'mlp'], libraries: ['keras'], rounds: 2, device: 'cpu' }),
      ],
      ['scaling', expect.objectContaining({ models: ['knn'], stopSeconds: 7 })],
    ]);
    expect(said.err.filter((line) => line.includes(']'))).toEqual([
      '\n[1/3] a fit, 3 seeds: knn, svm',
      '\n[2/3] references, 2 rounds: svm, mlp',
      '\n[3/3] scaling: knn',
    ]);
    expect(said.out).toEqual(['table of fits', 'table of references', 'table of scaling']);
    expect(said.code).toBe(0);
  });

  it('narrows every stage to the chosen models, settings, images and seeds, and drops stages without a model', async () => {
    const set = [
      { modelId: 'svm', param: 'C', text: '1' },
      { modelId: 'mlp', param: 'epochs', text: '2' },
    ];
    await run({ models: ['svm', 'mlp'], set, limit: 500, seeds: 1, skipExisting: true });
    expect(calls).toEqual([
      ['fits', expect.objectContaining({ models: ['svm'], seeds: 1, set: [expect.anything(), set[0]] })],
      ['references', expect.objectContaining({ models: ['svm', 'mlp'], set, limit: 500, skipExisting: true })],
    ]);
    expect(said.err[0]).toBe('\n[1/2] a fit: svm');
  });

  it('prints all records as one JSON text and no table', async () => {
    await run({ json: true });
    expect(said.out).toHaveLength(1);
    expect(readOutput(said.out[0]!).records).toHaveLength(3);
  });

  it('exits with 1 when a stage did, as where a record could not be written', async () => {
    stageStatus = 1;
    await run();
    expect(said.code).toBe(1);
  });

  it('exits with 1 when a fit failed', async () => {
    record = makeFailedRecord({ model: 'svm' });
    await run();
    expect(said.code).toBe(1);
    expect(said.err).toContain('failed: svm');
  });

  it('goes on when a stage cannot run, and exits with 1', async () => {
    await run({}, { references: () => Promise.reject(new UserError('python3: not found')) });
    expect(calls.map(([name]) => name)).toEqual(['fits', 'scaling']);
    expect(said.err.filter((line) => line.includes('[2/3] references failed: python3: not found'))).toHaveLength(2);
    expect(said.code).toBe(1);
  });

  it('passes on an error that is not the user’s', async () => {
    await expect(run({}, { fits: () => Promise.reject(new TypeError('broken')) })).rejects.toThrow('broken');
  });

  it('starts no further stage after Ctrl-C, and exits with 130', async () => {
    beforeEnd = () => void process.emit('SIGINT');
    await run();
    expect(calls.map(([name]) => name)).toEqual(['fits']);
    expect(said.err.at(-1)).toMatch(/^stopped; .*--skip-existing/);
    expect(said.err.some((line) => line.includes('1 of 3 stages'))).toBe(true);
    expect(said.code).toBe(130);
  });

  it.each([
    [{ models: ['svn'] }, 'unknown model of --benchmark staged: "svn"; did you mean "svm"?'],
    [{ set: [{ modelId: 'cnn', param: 'epochs', text: '1' }] }, 'unknown model in --set: "cnn"'],
    [{ models: ['knn'], set: [{ modelId: 'svm', param: 'C', text: '1' }] }, 'unknown model in --set: "svm"'],
  ])('refuses %j before anything is measured', async (more, message) => {
    await expect(run(more)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });
});
