// The id of a new model: which ids are valid, and the name of the constant in the model's file.
import { UserError } from '../base/errors.ts';

/** Longer ids would need line breaks in the files that are written. */
const MOST_CHARACTERS = 40;
const FORM = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Names that JavaScript does not allow for a constant. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/**
 * Checks the id of a new model.
 *
 * @param id as typed
 * @throws UserError when it has another form than `my-model`, has more than 40 characters, or is a reserved word
 */
export function checkId(id: string): void {
  const allowed = `lower-case letters, digits and single dashes, a letter first, at most ${MOST_CHARACTERS} characters`;
  if (!FORM.test(id) || id.length > MOST_CHARACTERS) {
    throw new UserError(`invalid name: "${id}"; allowed: ${allowed}, e.g. my-model`);
  }
  if (RESERVED.has(id) || id === 'index') {
    throw new UserError(`invalid name: "${id}" is reserved; choose another one, e.g. ${id}-model`);
  }
}

/**
 * Returns the name of a model's constant: `my-model` becomes `myModel`.
 *
 * @param id a valid id
 */
export function identifierOf(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
