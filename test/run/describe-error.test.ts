import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { describeError } from '../../src/run/describe-error.ts';

/** An error whose properties are replaced. */
const changed = (changes: PropertyDescriptorMap): Error => Object.defineProperties(new Error('text'), changes);
const throws = {
  get() {
    throw new Error('no');
  },
};

describe('describeError', () => {
  it('gives name, message and stack of an error, and no stack of an error that the user can fix', () => {
    const error = new RangeError('too large');
    expect(describeError(error)).toEqual({ kind: 'RangeError', message: 'too large', stack: error.stack });
    expect(describeError(new UserError('no such k'))).toEqual({ kind: 'UserError', message: 'no such k', stack: null });
  });

  it.each([
    ['a text', 'text', 'text'],
    ['nothing', undefined, 'the error that was thrown has no readable message'],
    ['null', null, 'the error that was thrown has no readable message'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object without a prototype', Object.create(null), 'the error that was thrown has no readable message'],
    ['an error whose message is an object', changed({ message: { value: { a: 1 } } }), '[object Object]'],
    ['an error whose message is a number', changed({ message: { value: 7 } }), '7'],
    [
      'an error whose message throws',
      changed({ message: throws }),
      'the error that was thrown has no readable message',
    ],
    ['an error whose name throws', changed({ name: throws }), 'text'],
    ['an error whose name is no text', changed({ name: { value: Symbol('n') } }), 'text'],
    ['an error whose stack throws', changed({ stack: throws }), 'text'],
    [
      'a proxy that throws',
      new Proxy({}, { getPrototypeOf: throws.get, get: throws.get }),
      'the error that was thrown has no readable message',
    ],
  ])('gives texts for %s', (_what, thrown, message) => {
    const described = describeError(thrown);
    expect(described.message).toBe(message);
    expect(typeof described.kind).toBe('string');
    expect(described.stack === null || typeof described.stack === 'string').toBe(true);
  });

  it('cuts texts that are too long for a record', () => {
    expect(describeError(new Error('x'.repeat(1e6))).message).toHaveLength(4000);
  });
});
