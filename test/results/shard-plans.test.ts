import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { missingOfShards, readShardPlans, type ShardPlan, writeShardPlan } from '../../src/results/shard-plans.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const plan = (index: number, models: readonly string[]): ShardPlan => ({
  division: '38e3da48',
  index,
  count: 3,
  benchmark: 'fashion-mnist',
  fits: models.map((model) => ({ model, seed: 1 })),
});
const record = (model: string) => makeRecord({ model, seed: 1 });

it('the plan of a shard is read as it was written', async () => {
  const folder = await temporaryFolder();
  expect(await readShardPlans(folder)).toEqual([]);
  await writeShardPlan(folder, plan(1, ['knn']));
  await writeShardPlan(folder, plan(2, []));
  expect(await readShardPlans(folder)).toEqual([plan(1, ['knn']), plan(2, [])]);
});

it('a damaged plan is named', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, '.shards'));
  await writeFile(path.join(folder, '.shards', 'a-1-of-2.json'), '{"index": 0}');
  await expect(readShardPlans(folder)).rejects.toThrow(
    /a-1-of-2\.json is not the plan of a shard; run that shard again/,
  );
});

it('nothing is missing where every shard is there with every fit, or where no run was divided', () => {
  const plans = [plan(1, ['knn']), plan(2, ['svm', 'mlp']), plan(3, [])];
  expect(missingOfShards(plans, ['knn', 'svm', 'mlp'].map(record))).toEqual([]);
  expect(missingOfShards([], [record('knn')])).toEqual([]);
});

it('missing shards and fits without a record are named', () => {
  expect(missingOfShards([plan(1, ['knn']), plan(3, ['svm', 'mlp'])], [record('knn'), record('mlp')])).toEqual([
    'division 38e3da48: shard 2 of 3 is missing',
    'division 38e3da48: no record of svm (seed 1)',
  ]);
  expect(missingOfShards([plan(2, [])], [])).toEqual(['division 38e3da48: shards 1 and 3 of 3 are missing']);
});
