// The list of models, and loading the models of it that a command needs.
import path from 'node:path';
import { modelFiles } from '../../models/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import { markedSource } from '../run/error-place.ts';
import type { Io } from '../terminal/io.ts';
import type { ModelAdapter } from '../types.ts';
import { loadModel, ModelFault, type ModelFile } from './load-model.ts';

const LIST = new URL('../../models/index.ts', import.meta.url);

/** The ids of all models, in the order of the list. No model is loaded for them. */
export const modelIds: readonly string[] = [...new Set(modelFiles.map(idOf))];

/** The models that could be loaded, and what is wrong with the others. Both are in the order of the ids. */
export interface LoadedList {
  readonly models: readonly ModelAdapter[];
  readonly faults: readonly ModelFault[];
}

/**
 * Loads models by id, each only with its own file.
 *
 * @param ids as typed
 * @param io prints what their files print while they load
 * @param edit a number that no call had before loads the files of models/ again, as they are now; 0 only once
 * @throws UserError when an id is unknown
 */
export async function loadModels(ids: readonly string[], io: Pick<Io, 'err'>, edit = 0): Promise<LoadedList> {
  const models: ModelAdapter[] = [];
  const faults: ModelFault[] = [];
  for (const id of ids) {
    try {
      const { url, ...file } = fileOf(id);
      const edited = edit === 0 ? url : `${url}?edit=${edit}`;
      models.push(
        await loadModel({ ...file, url: edited }, { onLine: (line) => io.err(`${id}: ${line}`), owner: nameOf }),
      );
    } catch (error) {
      if (!(error instanceof ModelFault)) throw error;
      faults.push(error);
    }
  }
  return { models, faults };
}

/**
 * Loads models that a command cannot do without.
 *
 * @param ids as typed
 * @param io prints what their files print while they load
 * @returns the models in the order of the ids
 * @throws UserError when an id is unknown, or a model cannot be loaded or has a wrong definition
 */
export async function findModels(ids: readonly string[], io: Io): Promise<readonly ModelAdapter[]> {
  const { models, faults } = await loadModels(ids, io);
  if (faults.length > 0) throw new UserError(faults.map(faultText).join('\n'));
  return models;
}

/**
 * Loads models for a comparison. A file that cannot be loaded does not keep the others from being fitted; a wrong
 * definition is mended before anything is fitted.
 *
 * @param ids as typed, or those of a benchmark
 * @param io prints what their files print while they load
 * @returns at least one model, and the faults of the files that cannot be loaded
 * @throws UserError when an id is unknown, a definition is wrong, or no file can be loaded
 */
export async function loadToFit(ids: readonly string[], io: Io): Promise<LoadedList> {
  const loaded = await loadModels(ids, io);
  if (loaded.models.length === 0) throw new UserError(loaded.faults.map(faultText).join('\n'));
  refuseWrongDefinitions(loaded.faults);
  return loaded;
}

/**
 * Stops a command before anything is fitted if a definition is wrong.
 *
 * @param faults of the models that would be fitted
 * @throws UserError that lists all wrong definitions
 */
export function refuseWrongDefinitions(faults: readonly ModelFault[]): void {
  const wrong = faults.filter(({ kind }) => kind === 'definition');
  if (wrong.length > 0) throw new UserError(wrong.map(faultText).join('\n'));
}

/**
 * Says what is wrong with a model, with the line of its file if there is one.
 *
 * @param fault of a model
 */
export function faultText({ message, place }: ModelFault): string {
  return place ? `${message}\n${markedSource(place)}` : message;
}

/**
 * Returns the URL of the file of a model.
 *
 * @param id from the list
 * @throws UserError when the id is unknown
 */
export function modelModule(id: string): string {
  return fileOf(id).url;
}

function fileOf(id: string): ModelFile {
  const [file, another] = modelFiles.filter((one) => idOf(one) === id);
  if (file === undefined) throw unknownName('model', id, modelIds, 'npm run models lists all');
  if (another !== undefined) {
    throw new ModelFault(
      id,
      'definition',
      `models/index.ts lists "${id}" twice: ${file} and ${another}; remove a line`,
    );
  }
  return { id, name: path.posix.join('models', file), url: new URL(file, LIST).href };
}

function nameOf(id: string): string | undefined {
  const file = modelFiles.find((one) => idOf(one) === id);
  return file && path.posix.join('models', file);
}

function idOf(file: string): string {
  return path.posix.parse(file).name;
}
