import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { engines, libraryPairs } from '../../benchmarks/engines.ts';
import { full } from '../../benchmarks/full.ts';
import { headline } from '../../benchmarks/headline.ts';
import { benchmarks, stagedBenchmarks } from '../../benchmarks/index.ts';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import { references } from '../../benchmarks/references.ts';
import { scaling, scalingSizes } from '../../benchmarks/scaling.ts';
import { training, trainingPairs } from '../../benchmarks/training.ts';
import { projectRoot } from '../../src/base/root.ts';
import type { BenchmarkStage } from '../../src/base/staged-benchmark.ts';
import { referencesOf } from '../../src/references/recipes.ts';
import { REFERENCES_BENCHMARK } from '../../src/report/model/reference-pairs.ts';
import { SCALING_BENCHMARK } from '../../src/report/model/scaling.ts';
import { models } from '../fixtures/all-models.ts';

const known = models.map(({ id }) => id);
const stages = stagedBenchmarks.flatMap(({ id, stages }) =>
  stages.map((stage) => [`${id}: ${stage.summary}`, stage] as const),
);

function modelsOf({ models: selection }: BenchmarkStage): readonly string[] {
  if (!('kinds' in selection)) return selection;
  return models
    .filter(({ id, kind }) => selection.kinds.includes(kind) && !selection.except.includes(id))
    .map(({ id }) => id);
}

it('holds data: its files import nothing but types, the interface for definitions, and each other', async () => {
  const folder = path.join(projectRoot, 'benchmarks');
  for (const file of await readdir(folder)) {
    const text = await readFile(path.join(folder, file), 'utf8');
    for (const [, imported] of text.matchAll(/from '([^']+)'/g)) {
      expect(imported, file).toMatch(/^(\.\/[\w-]+|\.\.\/src\/types|\.\.\/src\/base\/[\w-]+)\.ts$/);
    }
    expect(text, file).not.toMatch(/\bfunction\b|=>/);
  }
});

it('gives every benchmark a different name', () => {
  const ids = [...benchmarks, ...stagedBenchmarks, references, scaling].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each([...benchmarks, references, scaling].map((benchmark) => [benchmark.id, benchmark] as const))(
  'names models that exist in %s',
  (_, { models: ids, params = {} }) => {
    expect(known).toEqual(expect.arrayContaining([...ids]));
    expect(known).toEqual(expect.arrayContaining(Object.keys(params)));
  },
);

it('measures both models of every pair, with the same number of epochs', () => {
  expect([...engines.models].sort()).toEqual(Object.entries(libraryPairs).flat().sort());
  expect([...training.models].sort()).toEqual(Object.entries(trainingPairs).flat().sort());
  for (const [id, library] of Object.entries(trainingPairs))
    expect(training.params![id]).toEqual(training.params![library]);
});

it('uses the benchmark ids that the report looks for', () => {
  expect(references.id).toBe(REFERENCES_BENCHMARK);
  expect(scaling.id).toBe(SCALING_BENCHMARK);
});

it('measures growing numbers of images', () => {
  expect([...scalingSizes].sort((a, b) => a - b)).toEqual(scalingSizes);
});

describe('stages', () => {
  it.each(stages)('of %s name what exists', (_, stage) => {
    const ids = modelsOf(stage);
    expect(ids.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining([...ids]));
    if (stage.measure === 'fits') expect(benchmarks.map(({ id }) => id)).toContain(stage.benchmark);
    if (stage.measure === 'references') {
      for (const id of ids) expect(referencesOf(referenceRecipes, id, stage.libraries)).not.toEqual([]);
    }
  });

  it('of full measure every model of the list, and every reference but those of PyTorch', () => {
    expect(new Set(full.stages.flatMap(modelsOf))).toEqual(new Set(known));
    const measured = full.stages.flatMap((stage) =>
      stage.measure === 'references'
        ? stage.models.flatMap((id) => referencesOf(referenceRecipes, id, stage.libraries))
        : [],
    );
    expect(measured).toHaveLength(referenceRecipes.filter(({ library }) => library.package !== 'torch').length);
  });

  it('of headline give at most ten rows, one reference per model', () => {
    const rows = headline.stages.flatMap((stage) => {
      if (stage.measure !== 'references') throw new Error(`headline measures references only, not ${stage.measure}`);
      return stage.models.map((id) => referencesOf(referenceRecipes, id, stage.libraries));
    });
    expect(rows.length).toBeLessThanOrEqual(10);
    for (const recipes of rows) expect(recipes).toHaveLength(1);
    expect(new Set(rows.map(([recipe]) => recipe!.modelId)).size).toBe(rows.length);
  });
});
