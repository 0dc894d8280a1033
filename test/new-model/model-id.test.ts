import { expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkId, compareIds, identifierOf } from '../../src/new-model/name.ts';

it.each(['a', 'my-model', 'cnn2', 'k-3-nn', 'x'.repeat(40)])('takes %s', (id) => {
  expect(() => checkId(id)).not.toThrow();
});

it.each(['', 'My-model', '2cnn', '-cnn', 'cnn-', 'a--b', 'a_b', 'a b', '../a', 'a.ts', 'é', 'x'.repeat(41)])(
  'refuses "%s" and says what is allowed',
  (id) => {
    expect(() => checkId(id)).toThrow(UserError);
    expect(() => checkId(id)).toThrow('allowed: lower case letters, digits and single dashes');
  },
);

it.each(['class', 'default', 'index', 'models', 'new'])('refuses %s, which has a meaning of its own', (id) => {
  expect(() => checkId(id)).toThrow(`take a longer one, e.g. ${id}-model`);
});

it('names the constant', () => {
  expect([identifierOf('knn'), identifierOf('my-2nd-model')]).toEqual(['knn', 'my2ndModel']);
});

// The formatter's own order of these, as imports.
it('orders ids as the formatter does', () => {
  const ordered = (
    'a a-1 a-b a-bc a1 ab abc cnn cnn-1b cnn-2 cnn-10 cnn-b cnn-b-c cnn-b2 cnn-b10 cnn-bc cnn2 cnn10 cnnb in-dex index2 ' +
    'knn knn-mljs knn0 x1 x1a x01 x01a x001 z-9 z-10 z9 z10'
  ).split(' ');
  expect(ordered.toReversed().sort(compareIds)).toEqual(ordered);
});
