import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import {
  argumentsOf,
  pinnedVersions,
  pythonFile,
  referencedModels,
  referenceId,
  referencesOf,
  versionsOf,
} from '../../src/references/recipes.ts';
import { recordPath } from '../../src/results/path.ts';
import { models } from '../fixtures/all-models.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const recipeOf = (id: string) => referenceRecipes.find(({ modelId }) => modelId === id)!;
const run = { threads: 2, seed: 7 };

describe('recipes', () => {
  it.each(referenceRecipes.map((recipe) => [referenceId(recipe), recipe] as const))(
    '%s takes its values from parameters of our model',
    (_, recipe) => {
      const adapter = models.find((model) => model.id === recipe.modelId);
      expect(Object.values(argumentsOf(recipe, adapter!.params, run))).not.toContain(undefined);
    },
  );

  it('pass on the parameters of our model, and threads and seed when the reference takes them', () => {
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

  it('refuse a parameter that our model does not have', () => {
    expect(() => argumentsOf(recipeOf('knn'), { k: 5 }, run)).toThrow('the model has no parameter "weights"');
  });

  it('give references unique names that are safe as file names', () => {
    const ids = referenceRecipes.map(referenceId);
    for (const id of ids) {
      const file = recordPath('/out', { machine: { id: 'box' }, git: null, model: { id }, seed: 1, repeat: 1 });
      expect(file).toBe(`/out/box/no-commit/${id}-s1.json`);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(referenceRecipes.map((recipe) => [referenceId(recipe), recipe] as const))(
    '%s pins the package whose version the record states',
    async (_, { library }) => {
      expect(Object.keys(await pinnedVersions(library))).toContain(library.package);
    },
  );

  it('give LightGBM and XGBoost the same amount of work as our boosting', () => {
    const { params } = models.find(({ id }) => id === 'gradient-boosting')!;
    const [lightgbm, xgboost] = referencesOf(referenceRecipes, 'gradient-boosting').map((recipe) =>
      argumentsOf(recipe, params, run),
    );
    const equal = {
      n_estimators: params['rounds'],
      learning_rate: params['learningRate'],
      min_child_weight: params['minLeafWeight'],
      reg_lambda: params['l2'],
      colsample_bytree: params['featureShare'],
      max_bin: params['bins'],
      n_jobs: 2,
      random_state: 7,
    };
    expect(lightgbm).toMatchObject({ ...equal, num_leaves: params['maxLeaves'] });
    expect(xgboost).toMatchObject({ ...equal, max_leaves: params['maxLeaves'], subsample: params['rowShare'] });
    // The images with large gradients and those drawn from the rest add up to our share.
    expect(Number(lightgbm!['top_rate']) + Number(lightgbm!['other_rate'])).toBeCloseTo(Number(params['rowShare']), 12);
  });
});

describe('referencesOf', () => {
  it('lists every reference of a model', () => {
    expect(referencesOf(referenceRecipes, 'gradient-boosting').map(referenceId)).toEqual([
      'gradient-boosting-lightgbm',
      'gradient-boosting-xgboost',
    ]);
  });

  it('refuses a model without a reference, and names each model that has one once', () => {
    expect(() => referencesOf(referenceRecipes, 'gradient-bosting')).toThrow('did you mean "gradient-boosting"');
    expect(() => referencesOf(referenceRecipes, 'majority')).toThrow(
      `known: ${referencedModels(referenceRecipes).join(', ')} (`,
    );
    expect(referencedModels(referenceRecipes).filter((id) => id === 'gradient-boosting')).toHaveLength(1);
  });
});

describe('referencesOf with libraries', () => {
  it('leaves out libraries that are measured only on request, unless they are named', () => {
    expect(referencesOf(referenceRecipes, 'cnn').map(referenceId)).toEqual(['cnn-pytorch']);
    expect(referencesOf(referenceRecipes, 'mlp').map(referenceId)).toEqual(['mlp-keras', 'mlp-pytorch']);
    expect(referencesOf(referenceRecipes, 'mlp', ['pytorch', 'pytorch-compiled']).map(referenceId)).toEqual([
      'mlp-pytorch',
      'mlp-pytorch-compiled',
    ]);
  });

  it('refuses an unknown library, and one without a reference for the model', () => {
    expect(() => referencesOf(referenceRecipes, 'mlp', ['pytorsh'])).toThrow('did you mean "pytorch"');
    expect(() => referencesOf(referenceRecipes, 'cnn', ['keras'])).toThrow(
      'cnn has no reference in --libraries keras; it has: pytorch',
    );
  });

  it('compiles in pytorch-compiled only', () => {
    const { params } = models.find(({ id }) => id === 'cnn')!;
    const compiled = referencesOf(referenceRecipes, 'cnn', ['pytorch', 'pytorch-compiled']).map((recipe) =>
      argumentsOf(recipe, params, run),
    );
    expect(compiled.map((values) => values['compiled'])).toEqual([false, true]);
  });
});

describe('versionsOf', () => {
  it('refuses a Python that does not exist, and one without the library', async () => {
    const { library } = referencesOf(referenceRecipes, 'cnn')[0]!;
    await expect(versionsOf(library, 'no-such-python')).rejects.toThrow('no-such-python: not found');
    const without = { ...library, package: 'no-such-package' };
    await expect(versionsOf(without, 'python3')).rejects.toThrow('python3 has no no-such-package; install it there');
  });
});

describe('pinnedVersions', () => {
  it('reads every pinned version', async () => {
    const { library } = referenceRecipes[0]!;
    const text = await readFile(pythonFile(library.requirements), 'utf8');
    const pinned = await pinnedVersions(library);
    expect(Object.keys(pinned)).toContain('scikit-learn');
    expect(Object.keys(pinned)).toHaveLength(text.match(/==/g)!.length);
  });

  it('refuses a package without a version', async () => {
    const requirements = path.join(await temporaryFolder(), 'requirements.txt');
    await writeFile(requirements, '# a comment\nnumpy==2.0\nscipy>=1\n');
    await expect(pinnedVersions({ id: 'l', package: 'l', source: '', requirements })).rejects.toThrow(
      '"scipy>=1" pins no version',
    );
  });
});
