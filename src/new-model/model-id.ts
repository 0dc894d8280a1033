// The name of a new model: which are allowed, and what it is called in code.
import { UserError } from '../base/errors.ts';

/** Longer ones break lines of the files made. */
const MOST_CHARACTERS = 40;
const FORM = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Words of the language, and names that models/index.ts has for itself. */
const TAKEN_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let models new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Checks a model's id.
 *
 * @param id as typed
 * @throws UserError when it has another form than `my-model`, is longer than 40 characters, or is a word of the language
 */
export function checkId(id: string): void {
  const allowed = `lower case letters, digits and single dashes, a letter first, at most ${MOST_CHARACTERS} characters`;
  if (!FORM.test(id) || id.length > MOST_CHARACTERS) {
    throw new UserError(`invalid name: "${id}"; allowed: ${allowed}, e.g. my-model`);
  }
  if (TAKEN_WORDS.has(identifierOf(id)) || id === 'index') {
    throw new UserError(`invalid name: "${id}" has a meaning of its own in code; take a longer one, e.g. ${id}-model`);
  }
}

/**
 * Gives the name of a model's constant: `my-model` becomes `myModel`.
 *
 * @param id a valid one
 */
export function identifierOf(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Compares ids as the formatter orders imports: numbers by their value, all else letter by letter.
 *
 * @returns below 0 when `a` comes first, above 0 when `b` does
 */
export function compareIds(a: string, b: string): number {
  const parts = (id: string): string[] => id.match(/\d+|\D/g) ?? [];
  const [ours, theirs] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
    const [one, other] = [ours[i]!, theirs[i]!];
    if (one === other) continue;
    const difference = Number(one) - Number(other);
    if (Number.isNaN(difference)) return one < other ? -1 : 1;
    // Of equal numbers the one with fewer zeros before it comes first.
    return difference || one.length - other.length;
  }
  return ours.length - theirs.length;
}
