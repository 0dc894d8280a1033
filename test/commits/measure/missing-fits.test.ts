import { expect, test } from 'vitest';
import { alternateFits } from '../../../src/commits/measure/alternate-fits.ts';
import { argsOfBatch, batchesOf } from '../../../src/commits/measure/batches.ts';
import { estimateFits } from '../../../src/commits/measure/estimate-fits.ts';
import { WORK_TREE } from '../../../src/commits/measure/measure-commit.ts';
import { missingFits } from '../../../src/commits/measure/missing-fits.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';

const wanted = {
  benchmark: 'fashion-mnist',
  machine: makeRecord().machine,
  isOfCode: () => true,
  models: ['knn', 'svm'],
  seeds: [1, 2],
  repeat: 1,
  args: [],
};
const knn = makeRecord({ model: 'knn', seed: 1 });
const without = (records: Parameters<typeof missingFits>[0], change: object = {}) =>
  missingFits(records, { ...wanted, ...change }).map(({ modelId, seed }) => `${modelId} ${seed}`);
const all = ['knn 1', 'svm 1', 'knn 2', 'svm 2'];

test('a fit is missing if it has no finished record', () => {
  expect(without([])).toEqual(all);
  expect(without([knn])).toEqual(all.slice(1));
  expect(without([makeFailedRecord({ model: 'knn', seed: 1 })])).toEqual(all);
});

test('a fit is missing while it has fewer runs than wanted, whatever their numbers', () => {
  const runs = [3, 7].map((repeat) => ({ ...knn, repeat }));
  expect(without(runs, { repeat: 2 })).toEqual(all.slice(1));
  expect(without(runs, { repeat: 3 })).toEqual(all);
  expect(without([knn, { ...knn, startedAt: '2026-02-01T00:00:00Z' }], { repeat: 2 })).toEqual(all);
});

test.each([
  ['benchmark', { benchmark: 'quick' }],
  ['machine', { machine: { ...makeRecord().machine, id: 'other' } }],
  ['processor of that name', { machine: { ...makeRecord().machine, processor: { family: 25, model: 1 } } }],
  ['code', { isOfCode: () => false }],
  ['repeat', { repeat: 2 }],
  ['images', { args: ['--limit', '300'] }],
  ['parameters', { args: ['--set', 'knn.k=7'] }],
])('a record of another %s does not count', (_, change) => {
  expect(without([knn], change)).toEqual(all);
});

test('a record with the same images and parameters counts, one of a reference implementation does not', () => {
  const own = { ...knn, command: 'npm run bench -- --models knn --limit 300 --seed 1 --set knn.k=7' };
  expect(without([own], { args: ['--set', 'knn.k=7', '--limit=300', '--set', 'svm.c=2'] })).toEqual(all.slice(1));
  expect(without([{ ...knn, command: 'npm run references -- --models knn' }])).toEqual(all);
});

test('fits are grouped into runs of the same models with consecutive seeds', () => {
  const fits = [1, 2, 4].flatMap((seed) => [
    { modelId: 'knn', seed },
    ...(seed === 4 ? [] : [{ modelId: 'svm', seed }]),
  ]);
  const batches = batchesOf(fits);
  expect(batches).toEqual([
    { models: ['knn', 'svm'], seed: 1, seeds: 2 },
    { models: ['knn'], seed: 4, seeds: 1 },
  ]);
  expect(batches.map(argsOfBatch)).toEqual([
    ['--models', 'knn,svm', '--seed', '1', '--seeds', '2'],
    ['--models', 'knn', '--seed', '4'],
  ]);
  expect(batchesOf([])).toEqual([]);
});

test('the targets alternate, and existing fits are not measured again', () => {
  const target = (name: string, commit: string) => ({
    code: { ...WORK_TREE, name },
    models: ['knn'],
    isOfCode: ({ git }: { git: { commit: string } | null }) => git?.commit === commit,
  });
  const targets = [target('A', 'a'.repeat(40)), target('B', 'b'.repeat(40))];
  const records = [1, 2].map((repeat) => makeRecord({ model: 'knn', seed: 1, repeat, commit: 'a'.repeat(40) }));
  const plan = (given: typeof records) =>
    alternateFits(targets, given, { ...wanted, models: ['knn'], seeds: [1], repeats: 3 }).map(
      (round) => `${round.target.code.name}${round.repeat}`,
    );
  expect(plan([])).toEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3']);
  expect(plan(records)).toEqual(['B1', 'B2', 'A3', 'B3']);
});

test('the estimate sums medians of earlier fits and names the models that have none', () => {
  const timed = (trainSeconds: number, seed: number) => makeRecord({ model: 'knn', trainSeconds, seed });
  const seconds = (trainSeconds: number) => timed(trainSeconds, 1).timing.totalSeconds;
  const records = [
    timed(1, 1),
    timed(2, 2),
    timed(90, 3),
    makeRecord({ model: 'knn', trainSeconds: 500, machine: 'b' }),
  ];
  const shortened = { ...timed(0, 4), command: 'npm run bench -- --models knn --limit 10 --seed 4' };
  const fits = [
    { modelId: 'knn', seed: 1 },
    { modelId: 'knn', seed: 2 },
    { modelId: 'svm', seed: 1 },
  ];
  expect(estimateFits(fits, [...records, shortened, shortened], wanted)).toEqual({
    seconds: 2 * seconds(2),
    unknown: ['svm'],
  });
});
