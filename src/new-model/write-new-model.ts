// Writes the file of a new model from a template, and adds the model to the list.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannotWrite } from '../base/disk-errors.ts';
import { UserError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { addToList } from './add-to-list.ts';
import { checkId, identifierOf } from './model-id.ts';

/** `plain` is a short classifier, `network` a network of layers. */
export const TEMPLATES = ['plain', 'network'] as const;
/** `full` is a classifier with parameters, progress, abort, probabilities and saving. */
export type Template = (typeof TEMPLATES)[number] | 'full';

/** Paths of the written files, relative to the project's root, with forward slashes. */
export interface NewModelFiles {
  readonly model: string;
  readonly list: string;
}

/**
 * Writes a model's file and adds the model to the list. If one of the two files cannot be written, nothing is changed.
 *
 * @param root the project's folder
 * @param id of the new model
 * @param template what the model starts as
 * @throws UserError when the id is invalid or taken, models/index.ts has an unknown form, or a file cannot be written
 */
export async function writeNewModel(root: string, id: string, template: Template): Promise<NewModelFiles> {
  checkId(id);
  const files = { model: `models/${id}.ts`, list: 'models/index.ts' };
  const list = addToList(await readFile(path.join(root, files.list), 'utf8'), id);
  const file = path.join(root, files.model);
  await writeNew(file, files.model, await modelText(id, template));
  try {
    await writeFileAtomic(path.join(root, files.list), list);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return files;
}

/**
 * Returns a template with the name of the new model, and with imports that are right in models/.
 *
 * @param id a valid id
 */
export async function modelText(id: string, template: Template): Promise<string> {
  const source = fileURLToPath(new URL(`./templates/${template}.ts`, import.meta.url));
  return (await readFile(source, 'utf8'))
    .replaceAll("from '../../", "from '../src/")
    .replaceAll('my-model', id)
    .replaceAll('myModel', identifierOf(id));
}

async function writeNew(file: string, name: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') {
      throw new UserError(`name taken: the file ${name} exists; choose another name, or remove the file`);
    }
    // A full disk may leave a part of the file.
    await rm(file, { force: true }).catch(() => undefined);
    throw cannotWrite(file, error);
  });
}
