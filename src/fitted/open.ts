// Finds the fitted models that are saved in the cache, and loads them as classifiers.

import { UserError } from '../base/errors.ts';
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { projectRoot } from '../base/root.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { ModelAdapter, UniformClassifier } from '../types.ts';
import { createClassifier } from './create-classifier.ts';
import { identityOf } from './fit-identity.ts';
import { currentCodes, isOfCode, sourceKey } from './model-code.ts';
import { fittedFile, isKept, readFitted } from './store.ts';

/** A model and the fit of it that is saved. */
export interface FittedModel {
  readonly adapter: ModelAdapter;
  readonly record: FinishedRecord;
}

/** Which of the wanted models have a saved fit. */
export interface FittedModels {
  /** In the order of the adapters. */
  readonly found: readonly FittedModel[];
  /** The other models, and why they have no saved fit. */
  readonly missing: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Finds the models of which any fit is saved, of whatever code. No model is loaded for it.
 *
 * @param records of any fits
 * @returns ids, in the order of the records, each once
 */
export async function savedModels(records: readonly FinishedRecord[]): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const record of records) {
    const { id, role } = record.model;
    if (role === 'model' && !ids.has(id) && (await isKept(fittedFile(identityOf(record))))) ids.add(id);
  }
  return [...ids];
}

/**
 * Finds the saved fit of each model. Only fits of the checked-out code count. Of several, the one on the most training
 * images is taken, then the one whose parameters are closest to the defaults, then the lowest seed, then the newest.
 *
 * @param adapters the models to find
 * @param records of any fits
 */
export async function findFitted(
  adapters: readonly ModelAdapter[],
  records: readonly FinishedRecord[],
): Promise<FittedModels> {
  const invalid = new Map<string, string>();
  const codes = await currentCodes(
    adapters.map(({ id }) => id),
    projectRoot,
    (id, { message }) => invalid.set(id, message),
  );
  const found: FittedModel[] = [];
  const missing: { id: string; reason: string }[] = [];
  for (const adapter of adapters) {
    const own = records.filter(({ model }) => model.id === adapter.id && model.role === 'model');
    const current = own.filter((record) => {
      const code = codes.get(sourceKey(adapter.id, record.software.engine.device));
      return code !== undefined && isOfCode(record, code);
    });
    const kept = await Promise.all(current.map((record) => isKept(fittedFile(identityOf(record)))));
    const [best] = current.filter((_, i) => kept[i]).sort(byPreference(adapter));
    if (best) found.push({ adapter, record: best });
    else missing.push({ id: adapter.id, reason: invalid.get(adapter.id) ?? reasonOf(own.length, current.length) });
  }
  return { found, missing };
}

function byPreference(adapter: ModelAdapter): (a: FinishedRecord, b: FinishedRecord) => number {
  const ownParams = ({ model }: FinishedRecord): number =>
    Object.entries(adapter.params).filter(([name, value]) => model.params[name] === value).length;
  return (a, b) =>
    b.dataset.train - a.dataset.train ||
    ownParams(b) - ownParams(a) ||
    a.seed - b.seed ||
    Date.parse(b.startedAt) - Date.parse(a.startedAt);
}

function reasonOf(records: number, current: number): string {
  if (records === 0) return 'was never fitted here';
  return current === 0 ? 'has changed since it was fitted' : 'has a record, but its fitted model is not kept here';
}

/**
 * Loads a fitted model. Needs TensorFlow in this process if the adapter does.
 *
 * @param model from `findFitted`
 * @param options number of threads it may start, and the signal that stops it
 * @returns ready to predict; the caller disposes of it
 * @throws UserError if the file is missing or damaged, or the model cannot load
 */
export async function openFitted(
  { adapter, record }: FittedModel,
  { threads, signal }: { readonly threads: number; readonly signal: AbortSignal },
): Promise<UniformClassifier> {
  const { dataset, model, seed, software } = record;
  const saved = await readFitted(fittedFile(identityOf(record)));
  if (saved === null) throw new UserError(`the fitted model of ${adapter.id} is gone; npm run bench fits it again`);
  const classifier = createClassifier(adapter, {
    params: model.params,
    seed,
    device: software.engine.device,
    shape: dataset.shape,
    classNames: dataset.classNames,
    threads,
    signal,
    ...quietFitEvents,
  });
  if (!classifier.load) throw new UserError(`${adapter.id} cannot be loaded: its classifier has no load method`);
  try {
    await classifier.load(saved);
  } catch (error) {
    classifier.dispose?.();
    throw error;
  }
  return classifier;
}
