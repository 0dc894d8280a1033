// The files of a new model: made of a template, written all or not at all.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors.ts';
import { writeWhole } from '../base/files.ts';
import { addToIndex } from './model-list.ts';
import { checkId, identifierOf } from './name.ts';
import { testFile } from './templates/test-file.ts';

/** What a new model starts as: a classifier written by hand, or a network of layers. */
export const TEMPLATES = ['plain', 'network'] as const;
export type Template = (typeof TEMPLATES)[number];

/** Paths of a new model's files, from the project's root, with forward slashes. */
export interface NewFiles {
  readonly model: string;
  readonly test: string;
  readonly index: string;
}

/**
 * Writes a model's file and its test, and adds it to the list. Where one of the three cannot be written, none is.
 *
 * @param root the project's folder
 * @param id of the new model
 * @param template what it starts as
 * @throws UserError when the id is invalid or taken, or models/index.ts has an unknown form
 */
export async function writeNewModel(root: string, id: string, template: Template): Promise<NewFiles> {
  checkId(id);
  const files = { model: `models/${id}.ts`, test: `test/models/${id}.test.ts`, index: 'models/index.ts' };
  const source = fileURLToPath(new URL(`./templates/${template}.ts`, import.meta.url));
  const model = renamed(await readFile(source, 'utf8'), id).replaceAll("from '../../", "from '../src/");
  const index = path.join(root, files.index);
  const list = addToIndex(await readFile(index, 'utf8'), id);
  const written: string[] = [];
  try {
    for (const [name, text] of [
      [files.model, model],
      [files.test, renamed(testFile, id)],
    ] as const) {
      const file = path.join(root, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeNew(file, name, text);
      written.push(file);
    }
    // Last: until now nothing knows of the other two.
    await writeWhole(index, list);
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    throw error;
  }
  return files;
}

function renamed(text: string, id: string): string {
  return text.replaceAll('my-model', id).replaceAll('myModel', identifierOf(id));
}

async function writeNew(file: string, name: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new UserError(`name taken: there is a file ${name}; take another name, or remove it`);
    // A full disk may leave a part.
    await rm(file, { force: true });
    throw error;
  });
}
