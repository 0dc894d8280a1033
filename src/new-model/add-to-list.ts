// The list of models as text: a new one gets its import, in its place, and its entry, the last.
import { UserError } from '../base/errors.ts';
import { compareIds, identifierOf } from './name.ts';

const IMPORT = /^import \{ (\w+) \} from '\.\/([a-z0-9-]+)\.ts';$/;
const LIST_START = 'export const models: readonly ModelAdapter[] = [';
const LIST_END = '];';
const ENTRY = /^ {2}(\w+),$/;

/**
 * Adds a model to the text of models/index.ts.
 *
 * @param text the file as it is
 * @param id of the new model
 * @throws UserError when the model, or one called alike in code, is in the list, or when the file has another form than
 *   one sorted import and one entry a line; it says which lines to add by hand
 */
export function addToIndex(text: string, id: string): string {
  const identifier = identifierOf(id);
  const importLine = `import { ${identifier} } from './${id}.ts';`;
  const entryLine = `  ${identifier},`;
  const lines = text.split('\n');
  const imports = lines.flatMap((line, at) => {
    const match = IMPORT.exec(line);
    return match ? [{ at, identifier: match[1]!, id: match[2]! }] : [];
  });
  const taken = imports.find((model) => model.id === id || model.identifier === identifier);
  if (taken) {
    const same = taken.id === id ? '' : `, whose name in code is ${identifier} too`;
    throw new UserError(`name taken: models/index.ts lists "${taken.id}"${same}; take another`);
  }
  const start = lines.indexOf(LIST_START);
  const end = lines.indexOf(LIST_END, start);
  const entries = lines.slice(start + 1, end);
  const isSorted = imports.every((model, i) => i === 0 || compareIds(imports[i - 1]!.id, model.id) < 0);
  const isKnown =
    imports.length > 0 && isSorted && start >= 0 && end > start && entries.every((line) => ENTRY.test(line));
  if (!isKnown) {
    throw new UserError(
      'models/index.ts has another form than expected (one sorted import and one entry a line): nothing was changed. Bring it ' +
        `to that form, or write the model's file by hand and add these lines there:\n  ${importLine}\n${entryLine}`,
    );
  }
  // From the end on, so that positions found stay right.
  lines.splice(end, 0, entryLine);
  const next = imports.find((model) => compareIds(id, model.id) < 0);
  lines.splice(next?.at ?? imports.at(-1)!.at + 1, 0, importLine);
  return lines.join('\n');
}
