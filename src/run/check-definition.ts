// Checks the definition of a model when its file is loaded: each field is there, has the right form, and is known.
import { editDistance } from '../base/errors.ts';

/** A field of an adapter. */
interface Field {
  readonly isRequired: boolean;
  /** What is expected, for the message. */
  readonly expected: string;
  accepts(value: unknown): boolean;
}

const KINDS = ['traditional', 'deep', 'baseline'];
/** Records hold shorter texts only. */
const MOST_CHARACTERS = 500;
/** A name that differs from a field in more letters is probably not meant to be it. */
const MOST_EDITS = 2;

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MOST_CHARACTERS && !value.includes('\n');
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const text = { expected: `a text of one line, at most ${MOST_CHARACTERS} characters`, accepts: isText };
const trueOrFalse = { isRequired: false, expected: 'true or false', accepts: isBoolean };
const optionalFunction = { isRequired: false, expected: 'a function', accepts: isFunction };

/** Every field that an adapter can have. `recipe` is added by `defineNetwork`. */
const FIELDS: Readonly<Record<string, Field>> = {
  id: { isRequired: true, ...text },
  family: { isRequired: true, ...text },
  familyTitle: { isRequired: false, ...text },
  kind: {
    isRequired: true,
    expected: KINDS.map((kind) => `"${kind}"`).join(' or '),
    accepts: (value) => KINDS.includes(value as string),
  },
  engine: { isRequired: true, ...text },
  summary: { isRequired: true, ...text },
  source: { isRequired: false, ...text },
  params: {
    isRequired: true,
    expected: 'an object, {} for none',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  needsTensorflow: trueOrFalse,
  needsPixels: trueOrFalse,
  estimateSeconds: optionalFunction,
  recipe: optionalFunction,
  create: { isRequired: true, expected: 'a function that returns a classifier', accepts: isFunction },
};

/**
 * Finds what is wrong with the definition of a model.
 *
 * @param definition what a model's file exports
 * @returns one text for each fault, without a full stop; empty for a correct definition
 */
export function faultsOfDefinition(definition: object): string[] {
  const given = definition as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(FIELDS, name));
  const missing = Object.keys(FIELDS).filter((name) => FIELDS[name]!.isRequired && given[name] === undefined);
  const meant = new Set<string>();
  const faults = unknown.map((name) => {
    const nearest = Object.keys(FIELDS).find((field) => given[field] === undefined && isNear(name, field));
    if (nearest === undefined) return `unknown field "${name}"; known: ${Object.keys(FIELDS).join(', ')}`;
    meant.add(nearest);
    return `unknown field "${name}"; did you mean "${nearest}"?`;
  });
  // A misspelt field is not missing as well.
  for (const name of missing.filter((one) => !meant.has(one))) {
    faults.push(`the field "${name}" is missing; expected ${FIELDS[name]!.expected}`);
  }
  for (const [name, { expected, accepts }] of Object.entries(FIELDS)) {
    const value = given[name];
    if (value !== undefined && !accepts(value)) faults.push(`${name} is ${shown(value)}; expected ${expected}`);
  }
  return [...faults, ...faultsOfParams(given['params'])];
}

function faultsOfParams(params: unknown): string[] {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return [];
  return Object.entries(params).flatMap(([name, value]) => {
    if (/[.=\s]/.test(name) || name === '')
      return `params has the name "${name}"; expected one without dots, "=" and spaces`;
    const isValid = typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);
    return isValid ? [] : `params.${name} is ${shown(value)}; expected a finite number, a text, true or false`;
  });
}

function isNear(name: string, field: string): boolean {
  return editDistance(name.toLowerCase(), field.toLowerCase()) <= MOST_EDITS;
}

/** Writes a value of any kind in few characters. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
