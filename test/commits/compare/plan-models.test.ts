import { describe, expect, it } from 'vitest';
import { type ModelsOfCode, planModels } from '../../../src/commits/compare/plan-models.ts';

/** Models and the hashes of their code. */
const code = (codes: Readonly<Record<string, string>>): ModelsOfCode => ({
  models: Object.keys(codes),
  codeOf: (id) => codes[id],
});
const nothing = { compared: [], unchanged: [], onlyBefore: [], onlyAfter: [], unknown: [] };

const before = code({ knn: 'a', svm: 'b', bayes: 'c', old: 'd', stump: 'e' });
const after = code({ knn: 'a', svm: 'b2', bayes: 'c2', stump: 'e', mine: 'f' });

describe('the plan of a comparison', () => {
  it('has the default models and every model whose code differs, is new or is gone', () => {
    expect(planModels(before, after, { defaults: ['knn', 'svm'] })).toEqual({
      compared: ['svm', 'bayes'],
      unchanged: ['knn'],
      onlyBefore: ['old'],
      onlyAfter: ['mine'],
      unknown: [],
    });
  });

  it('has the models that the user names, and those alone', () => {
    const asked = ['stump', 'bayes', 'old', 'never'];
    expect(planModels(before, after, { asked, defaults: ['knn'] })).toEqual({
      ...nothing,
      compared: ['bayes'],
      unchanged: ['stump'],
      onlyBefore: ['old'],
      unknown: ['never'],
    });
  });

  it('has every model for "all"', () => {
    expect(planModels(before, after, { asked: ['all'], defaults: [] })).toMatchObject({
      compared: ['svm', 'bayes'],
      unchanged: ['knn', 'stump'],
    });
  });

  it('compares models whose code is not known', () => {
    const folder: ModelsOfCode = { models: ['knn'], codeOf: () => undefined };
    expect(planModels(folder, after, { asked: ['knn'], defaults: [] })).toEqual({ ...nothing, compared: ['knn'] });
  });
});
