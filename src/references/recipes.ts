// Looks up reference implementations: those of a model, their arguments, their packages.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, unknownName } from '../base/errors.ts';
import type { ReferenceLibrary, ReferenceRecipe } from '../base/reference-recipe.ts';
import { projectRoot } from '../base/root.ts';
import type { Params, ParamValue } from '../types.ts';
import { installedVersions } from './python-environment.ts';

/** Folder of the Python programs and the pinned requirements. */
const PYTHON_FOLDER = path.join(projectRoot, 'tools/references');

/**
 * Gives the path of a Python program or requirements file of the reference implementations.
 *
 * @param file a name in `tools/references`; an absolute path stays as it is
 */
export function pythonFile(file: string): string {
  return path.resolve(PYTHON_FOLDER, file);
}

/** Lists our models that have a reference, each once, in the order of the recipes. */
export function referencedModels(recipes: readonly ReferenceRecipe[]): string[] {
  return [...new Set(recipes.map(({ modelId }) => modelId))];
}

/** Lists the ids of the libraries, each once, in the order of the recipes. */
export function referenceLibraries(recipes: readonly ReferenceRecipe[]): string[] {
  return [...new Set(recipes.map(({ library }) => library.id))];
}

/**
 * Lists the references of one of our models.
 *
 * @param recipes all references
 * @param libraries ids of the libraries to choose from; by default all but those that are measured only on request
 * @returns at least one
 * @throws UserError when the model has none, or a library is unknown
 */
export function referencesOf(
  recipes: readonly ReferenceRecipe[],
  modelId: string,
  libraries?: readonly string[],
): ReferenceRecipe[] {
  const known = referenceLibraries(recipes);
  const unknown = libraries?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownName('library in --libraries', unknown, known);
  const all = recipes.filter((recipe) => recipe.modelId === modelId);
  if (all.length === 0) {
    throw unknownName('model with a reference', modelId, referencedModels(recipes), 'npm run references -- --help');
  }
  const found = all.filter(({ library }) => (libraries ? libraries.includes(library.id) : !library.isOnRequest));
  if (found.length === 0) {
    const own = all.map(({ library }) => library.id).join(', ');
    throw new UserError(`${modelId} has no reference in --libraries ${libraries?.join(',')}; it has: ${own}`);
  }
  return found;
}

/**
 * Gives the arguments of a reference: values of our model's parameters, fixed values, threads and seed.
 *
 * @param params of our model
 * @throws Error when our model lacks a parameter that the recipe names
 */
export function argumentsOf(
  { modelId, shared, fixed, threads, seed }: ReferenceRecipe,
  params: Params,
  run: { threads: number; seed: number },
): Record<string, ParamValue> {
  const given: Record<string, ParamValue> = { ...fixed };
  for (const [argument, param] of Object.entries(shared)) {
    const value = params[param];
    if (value === undefined) throw new Error(`recipe of ${modelId}: the model has no parameter "${param}"`);
    given[argument] = value;
  }
  if (threads) given[threads] = run.threads;
  if (seed) given[seed] = run.seed;
  return given;
}

/** Names a reference as records do: `svm-scikit-learn`. The name is safe as a file name. */
export function referenceId({ modelId, library }: ReferenceRecipe): string {
  return `${modelId}-${library.id}`;
}

/**
 * Reads which versions of a library's pinned packages a Python has installed.
 *
 * @param python the user's program
 * @returns version by name of the packages that are installed
 * @throws UserError when the program does not run, or lacks the library
 */
export async function versionsOf(library: ReferenceLibrary, python: string): Promise<Record<string, string>> {
  const found = await installedVersions(python, Object.keys(await pinnedVersions(library)));
  if (!found[library.package]) {
    throw new UserError(`${python} has no ${library.package}; install it there, or leave --python out`);
  }
  return found;
}

/**
 * Reads the versions that a library's requirements pin.
 *
 * @returns version by package name, in the order of the file
 * @throws Error when a line is not `name==version`
 */
export async function pinnedVersions({ requirements }: ReferenceLibrary): Promise<Record<string, string>> {
  const text = await readFile(pythonFile(requirements), 'utf8');
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return Object.fromEntries(
    lines.filter(Boolean).map((line) => {
      const [, name, version] = /^([\w.-]+)==([\w.]+)$/.exec(line) ?? [];
      if (!name || !version) throw new Error(`${requirements}: "${line}" pins no version; expected name==version`);
      return [name, version];
    }),
  );
}
