import { describe, expect, it } from 'vitest';
import { majority } from '../../models/majority.ts';
import { faultsOfDefinition } from '../../src/run/check-definition.ts';
import { models } from '../fixtures/all-models.ts';

const { family: _, ...withoutFamily } = majority;

describe('faultsOfDefinition', () => {
  it('finds nothing in any model of the list', () => {
    expect(models.flatMap(faultsOfDefinition)).toEqual([]);
  });

  it.each([
    [{ ...withoutFamily, famly: 'baseline' }, ['unknown field "famly"; did you mean "family"?']],
    [{ ...majority, needsTensorFlow: true }, ['unknown field "needsTensorFlow"; did you mean "needsTensorflow"?']],
    [withoutFamily, ['the field "family" is missing; expected a text of one line, at most 500 characters']],
    [{ ...majority, family: 7 }, ['family is 7; expected a text of one line, at most 500 characters']],
    [{ ...majority, kind: 'deap' }, ['kind is "deap"; expected "traditional" or "deep" or "baseline"']],
    [{ ...majority, needsPixels: 'yes' }, ['needsPixels is "yes"; expected true or false']],
    [{ ...majority, create: null }, ['create is null; expected a function that returns a classifier']],
    [{ ...majority, params: [1] }, ['params is an array; expected an object, {} for none']],
    [
      { ...majority, params: { k: Number.NaN, layers: [1], ok: true } },
      [
        'params.k is NaN; expected a finite number, a text, true or false',
        'params.layers is an array; expected a finite number, a text, true or false',
      ],
    ],
    [{ ...majority, params: { 'a.b': 1 } }, ['params has the name "a.b"; expected one without dots, "=" and spaces']],
    [
      { ...majority, summary: 'a\nb', source: '' },
      [expect.stringMatching(/^summary is "a\\nb"/), expect.stringMatching(/^source is ""/)],
    ],
  ])('names the field, its value and what is expected: %j', (definition, faults) => {
    expect(faultsOfDefinition(definition)).toEqual(faults);
  });

  it('lists all fields for a name that resembles none', () => {
    expect(faultsOfDefinition({ ...majority, colour: 1 })[0]).toMatch(
      /^unknown field "colour"; known: id, family, .*create$/,
    );
  });
});
