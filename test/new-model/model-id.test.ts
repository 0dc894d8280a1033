import { expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkId, identifierOf } from '../../src/new-model/model-id.ts';

it.each(['a', 'my-model', 'cnn2', 'k-3-nn', 'x'.repeat(40)])('accepts %s', (id) => {
  expect(() => checkId(id)).not.toThrow();
});

it.each(['', 'My-model', '2cnn', '-cnn', 'cnn-', 'a--b', 'a_b', 'a b', '../a', 'a.ts', 'é', 'x'.repeat(41)])(
  'refuses "%s" and says what is allowed',
  (id) => {
    expect(() => checkId(id)).toThrow(UserError);
    expect(() => checkId(id)).toThrow('allowed: lower-case letters, digits and single dashes');
  },
);

it.each(['class', 'default', 'index', 'new'])('refuses the reserved name %s', (id) => {
  expect(() => checkId(id)).toThrow(`invalid name: "${id}" is reserved; choose another one, e.g. ${id}-model`);
});

it('makes the name of the constant', () => {
  expect([identifierOf('knn'), identifierOf('my-2nd-model')]).toEqual(['knn', 'my2ndModel']);
});
