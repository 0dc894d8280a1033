// Finds the models of a project and their files by the list in models/index.ts, without running it.
import path from 'node:path';
import { UserError } from '../base/errors.ts';
import type { FileTree, TreeFile } from '../git/file-tree.ts';
import { candidatesOf, isCode, parseSource } from './parse-source.ts';

const FOLDER = 'models';
const LIST = 'models/index.ts';

/** A file of the list, and the ids that it gives as texts. */
interface ListedFile {
  readonly file: string;
  readonly ids: readonly string[];
}

/** The models of a project. */
export interface ModelList {
  /** Ids, in the order of the list. */
  readonly ids: readonly string[];
  /**
   * Finds the files that define a model.
   *
   * @param id the model's
   * @returns paths, usually one; empty for a model that no file names
   */
  filesOf(id: string): readonly string[];
  /** The files of models that give no id as a text; all of the list if there are none. */
  readonly unnamed: readonly string[];
}

/**
 * Reads the list of models.
 *
 * @param tree the project's files
 * @returns no models where there is no list; a file that is no valid code counts as the model of its name
 * @throws UserError when the list itself is no valid code
 */
export async function readModelList(tree: FileTree): Promise<ModelList> {
  const listed: ListedFile[] = [];
  for (const file of await listedFiles(tree)) {
    const found = await tree.file(file);
    if (found) listed.push({ file, ids: await idsIn(found, file) });
  }
  const unnamed = listed.filter(({ ids }) => ids.length === 0).map(({ file }) => file);
  return {
    ids: [...new Set(listed.flatMap(({ file, ids }) => (ids.length > 0 ? ids : [nameOf(file)])))],
    filesOf(id) {
      const withId = listed.filter(({ ids }) => ids.includes(id)).map(({ file }) => file);
      const named = listed.map(({ file }) => file).find((file) => nameOf(file) === id);
      if (named !== undefined && (withId.length === 0 || withId.includes(named))) return [named];
      return withId;
    },
    unnamed: unnamed.length > 0 ? unnamed : listed.map(({ file }) => file),
  };
}

/** The ids that a file gives as texts. */
async function idsIn(file: TreeFile, name: string): Promise<readonly string[]> {
  try {
    return (await parseSource(file, name)).ids;
  } catch (error) {
    // Whoever needs the code of this model is told what is wrong with it.
    if (error instanceof UserError) return [nameOf(name)];
    throw error;
  }
}

function nameOf(file: string): string {
  return path.posix.basename(file).replace(/\.\w+$/, '');
}

/** The code files that the list loads; in projects whose list names none, all of the folder. */
async function listedFiles(tree: FileTree): Promise<string[]> {
  const list = await tree.file(LIST);
  const files: string[] = [];
  for (const reference of list ? (await parseSource(list, LIST)).files : []) {
    for (const candidate of candidatesOf(reference, LIST)) {
      if (!candidate.startsWith(`${FOLDER}/`) || !(await tree.file(candidate))) continue;
      files.push(candidate);
      break;
    }
  }
  if (files.length > 0) return files;
  return (await tree.list(FOLDER)).filter((file) => isCode(file) && file !== LIST);
}
