import { describe, expect, it } from 'vitest';
import { knn } from '../../models/knn.ts';
import { majority } from '../../models/majority.ts';
import { UserError } from '../../src/base/errors.ts';
import { collectSettings } from '../../src/cli/options.ts';
import { tryParams } from '../../src/cli/try-params.ts';
import { parseSetting } from '../../src/run/settings.ts';

const set = (...texts: string[]) => texts.map(parseSetting);

describe('tryParams', () => {
  it.each([
    ['knn.k=0', 'knn does not accept --set knn.k=0: invalid k: 0; a whole number of at least 1'],
    ['knn.metric=foo', 'knn does not accept --set knn.metric=foo: unknown metric: "foo"; known: l2, l1, cosine'],
    ['knn.k=two', 'knn.k takes a number; given: "two" (default 5)'],
  ])('refuses %s before anything is fitted', (setting, message) => {
    const check = () => tryParams([majority, knn], set(setting));
    expect(check).toThrow(UserError);
    expect(check).toThrow(message);
  });

  it('accepts values that the model accepts, and leaves errors that the defaults have to the fit', () => {
    const fails = (error: Error) => ({
      ...knn,
      create: (): never => {
        throw error;
      },
    });
    expect(() => tryParams([knn], set('knn.k=3', 'knn.metric=cosine'))).not.toThrow();
    expect(() => tryParams([fails(new UserError('only colour images'))], set('knn.k=3'))).not.toThrow();
    expect(() => tryParams([fails(new TypeError('a mistake'))], set('knn.k=3'))).not.toThrow();
  });
});

it('names both values of a parameter that is set twice', () => {
  const earlier = collectSettings('knn.weights=distance', collectSettings('knn.k=1', []));
  expect(() => collectSettings('knn.k=3', earlier)).toThrow('--set gives knn.k two values: 1 and 3; give one');
  expect(collectSettings('svm.k=3', earlier)).toHaveLength(3);
});
