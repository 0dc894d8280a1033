// Loads the file of one model. Whatever is wrong with it is a fault of this model alone.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors.ts';
import { faultsOfDefinition } from '../run/check-definition.ts';
import { describeError } from '../run/describe-error.ts';
import { type ErrorPlace, placeOfError, placeText, reasonOfLoadError } from '../run/error-place.ts';
import { guardProcess } from '../terminal/guard-process.ts';
import type { ModelAdapter } from '../types.ts';

/** How long a file may take to load, in seconds: an await at its top level may never end. */
const LOAD_SECONDS = 30;

/** A model file that cannot be used. The message is one line: the file, the place and the reason. */
export class ModelFault extends UserError {
  readonly modelId: string;
  /** `load`: the file could not be loaded; `definition`: what it exports is no valid model. */
  readonly kind: 'load' | 'definition';
  /** The author's line; null if there is none. */
  readonly place: ErrorPlace | null;

  constructor(modelId: string, kind: ModelFault['kind'], message: string, place: ErrorPlace | null = null) {
    super(message);
    this.modelId = modelId;
    this.kind = kind;
    this.place = place;
  }
}

/** A file of the list of models. */
export interface ModelFile {
  /** The name of the file without its extension. */
  readonly id: string;
  /** For messages: `models/mine.ts`. */
  readonly name: string;
  readonly url: string;
}

/** How a file is loaded. */
export interface LoadOptions {
  /** Receives each line that the module prints while it loads. */
  onLine(line: string): void;
  /** Names the file of the model that has an id; undefined if there is none. */
  owner(id: string): string | undefined;
  readonly timeoutSeconds?: number;
}

/**
 * Loads the file of a model and checks its definition. The file cannot end this process by `process.exit`, nor write to
 * standard output, while it loads.
 *
 * @param file from the list of models
 * @throws ModelFault if the file cannot be loaded, does not end to load, or does not export one valid model of its name
 */
export async function loadModel(file: ModelFile, options: LoadOptions): Promise<ModelAdapter> {
  if (!existsSync(fileURLToPath(file.url))) {
    throw new ModelFault(file.id, 'definition', `${file.name}: no such file, but models/index.ts lists it`);
  }
  const adapter = adapterIn(await importGuarded(file, options), file);
  const faults = faultsOfDefinition(adapter);
  const { id } = adapter;
  if (typeof id === 'string' && id !== file.id) {
    const owner = options.owner(id);
    const taken = owner === undefined ? '' : `, the model of ${owner}`;
    faults.unshift(`id is "${id}"${taken}; expected "${file.id}", the name of the file`);
  }
  if (faults.length > 0) throw new ModelFault(file.id, 'definition', `${file.name}: ${faults.join('; ')}`);
  return adapter;
}

function adapterIn(module: Readonly<Record<string, unknown>>, { id, name }: ModelFile): ModelAdapter {
  const exports = Object.values(module);
  const [adapter] = exports;
  if (exports.length !== 1 || typeof adapter !== 'object' || adapter === null) {
    const names = Object.keys(module).join(', ') || 'nothing';
    throw new ModelFault(
      id,
      'definition',
      `${name} exports ${names}; expected one model and nothing else: export const ... = defineModel({ id: '${id}', ... })`,
    );
  }
  return adapter as ModelAdapter;
}

async function importGuarded(
  file: ModelFile,
  { onLine, timeoutSeconds = LOAD_SECONDS }: LoadOptions,
): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `it did not load within ${timeoutSeconds} s; does an await at its top level never end?`;
    timer = setTimeout(() => reject(new Error(message)), timeoutSeconds * 1000);
  });
  try {
    return await guardProcess(() => Promise.race([import(file.url), late]), onLine);
  } catch (error) {
    throw await faultOf(error, file);
  } finally {
    clearTimeout(timer);
  }
}

async function faultOf(error: unknown, { id, name }: ModelFile): Promise<ModelFault> {
  const { message } = describeError(error);
  // Also the stack of a UserError: the author looks for the line.
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : null;
  const place = await placeOfError({ message, stack });
  const reason = error instanceof Error ? reasonOfLoadError(message) : `it threw ${String(error)}`;
  return new ModelFault(id, 'load', `${place ? placeText(place) : name}: ${reason}`, place);
}
