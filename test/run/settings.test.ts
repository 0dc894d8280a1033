import { describe, expect, it } from 'vitest';
import { applyParams, parseSetting } from '../../src/run/settings.ts';
import type { ModelAdapter } from '../../src/types.ts';

const adapter = { id: 'svm', params: { C: 1, gamma: 'scale', shrinking: false } } as unknown as ModelAdapter;
const apply = (...settings: string[]) => applyParams(adapter, {}, settings.map(parseSetting));

describe('parseSetting', () => {
  it('splits model, parameter and value at the first dot and equals sign', () => {
    expect(parseSetting('svm.gamma=0.5=x')).toEqual({ modelId: 'svm', param: 'gamma', text: '0.5=x' });
  });

  it.each(['svm', 'svm.C', 'C=1', '.C=1', 'svm.=1'])('refuses %s', (text) => {
    expect(() => parseSetting(text)).toThrow(`--set takes model.param=value, e.g. knn.k=7; given: "${text}"`);
  });
});

describe('applyParams', () => {
  it('gives every value the type of its default', () => {
    expect(apply('svm.C=10', 'svm.shrinking=true')).toEqual({ C: 10, gamma: 'scale', shrinking: true });
  });

  it('accepts a number where the default is a text', () => {
    expect(apply('svm.gamma=0.02')['gamma']).toBe(0.02);
    expect(apply('svm.gamma=auto')['gamma']).toBe('auto');
  });

  it("prefers the user's value to the benchmark's", () => {
    expect(applyParams(adapter, { C: 3 }, [parseSetting('svm.C=5')])['C']).toBe(5);
    expect(applyParams(adapter, { C: 3 }, [])['C']).toBe(3);
  });

  it('ignores settings of other models', () => {
    expect(apply('knn.k=3')).toEqual(adapter.params);
  });

  it.each([
    ['svm.C=many', 'svm.C takes a number; given: "many" (default 1)'],
    ['svm.C=', 'svm.C takes a number; given: "" (default 1)'],
    ['svm.C=Infinity', 'svm.C takes a number; given: "Infinity" (default 1)'],
    ['svm.shrinking=1', 'svm.shrinking takes true or false; given: "1" (default false)'],
    ['svm.gama=1', 'unknown parameter of svm: "gama"; did you mean "gamma"? known: C, gamma, shrinking'],
  ])('refuses %s', (text, message) => {
    expect(() => apply(text)).toThrow(message);
  });
});
