import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { argumentsOf, peerId, pinnedVersions, recipes } from '../../../benchmarks/peers/recipes.ts';
import { models } from '../../../models/index.ts';
import { recordPath } from '../../../src/results/path.ts';
import { temporaryFolder } from './temporary-folder.ts';

const recipeOf = (id: string) => recipes.find(({ modelId }) => modelId === id)!;
const run = { threads: 2, seed: 7 };

describe('recipes', () => {
  it.each(recipes.map((recipe) => [recipe.modelId, recipe] as const))(
    '%s takes its values from parameters that our model has',
    (id, recipe) => {
      const adapter = models.find((model) => model.id === id);
      expect(Object.values(argumentsOf(recipe, adapter!.params, run))).not.toContain(undefined);
    },
  );

  it('give a peer the very parameters of our model, and threads and seed where it takes them', () => {
    const params = { trees: 30, criterion: 'gini', maxFeatures: 'sqrt', minSamplesLeaf: 2, bootstrap: true };
    expect(argumentsOf(recipeOf('random-forest'), params, run)).toEqual({
      n_estimators: 30,
      criterion: 'gini',
      max_features: 'sqrt',
      min_samples_leaf: 2,
      bootstrap: true,
      n_jobs: 2,
      random_state: 7,
    });
  });

  it('refuse a parameter that our model has lost', () => {
    expect(() => argumentsOf(recipeOf('knn'), { k: 5 }, run)).toThrow('it has no parameter "weights"');
  });

  it('give peers names that stay as they are in the name of a file', () => {
    for (const recipe of recipes) {
      const model = { id: peerId(recipe) };
      expect(recordPath('/out', { machine: { id: 'box' }, git: null, model, seed: 1 })).toBe(
        `/out/box/no-commit/${recipe.modelId}-scikit-learn-s1.json`,
      );
    }
  });
});

describe('pinnedVersions', () => {
  it('reads every version that the requirements pin', async () => {
    const { library } = recipes[0]!;
    const text = await readFile(library.requirements, 'utf8');
    const pinned = await pinnedVersions(library);
    expect(Object.keys(pinned)).toContain('scikit-learn');
    expect(Object.keys(pinned)).toHaveLength(text.match(/==/g)!.length);
  });

  it('refuses a package without a version', async () => {
    const requirements = path.join(await temporaryFolder(), 'requirements.txt');
    await writeFile(requirements, '# a comment\nnumpy==2.0\nscipy>=1\n');
    await expect(pinnedVersions({ id: 'l', source: '', requirements })).rejects.toThrow('"scipy>=1" pins no version');
  });
});
