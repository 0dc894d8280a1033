// Adds a model to the text of models/index.ts, the list of models.
import { UserError } from '../base/errors.ts';

/** The line that ends the list. */
const LIST_END = '\n];\n';

/**
 * Adds the line of a model at the end of the list.
 *
 * @param text the content of models/index.ts
 * @param id of the new model
 * @returns the new content
 * @throws UserError when the list contains the model, or when the end of the list cannot be found
 */
export function addToList(text: string, id: string): string {
  const line = `  './${id}.ts',`;
  if (text.includes(`\n${line}\n`)) {
    throw new UserError(`name taken: models/index.ts already lists "${id}"; choose another name`);
  }
  const end = text.indexOf(LIST_END);
  if (end < 0 || end !== text.lastIndexOf(LIST_END)) {
    throw new UserError(
      'models/index.ts has an unknown form: expected one line "];" at the end of the list. Nothing was changed. Restore ' +
        `this form, or write the file of the model yourself and add this line to the list:\n${line}`,
    );
  }
  return `${text.slice(0, end)}\n${line}${text.slice(end)}`;
}
