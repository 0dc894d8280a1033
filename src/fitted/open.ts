// From records to classifiers that are ready to predict: which fitted models are kept, and how one is opened.

import path from 'node:path';
import { UserError } from '../base/errors.ts';
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { projectRoot } from '../base/root.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { Classifier, ModelAdapter } from '../types.ts';
import { identityOf } from './fit-identity.ts';
import { sourceHash } from './source-hash.ts';
import { fittedFile, isKept, readFitted } from './store.ts';

/** A model of the list, and the fit of it that is kept. */
export interface FittedModel {
  readonly adapter: ModelAdapter;
  readonly record: FinishedRecord;
}

/** What was found of the models asked for. */
export interface FittedModels {
  /** In the order of the adapters. */
  readonly found: readonly FittedModel[];
  /** The others, and why there is none. */
  readonly missing: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Finds the fitted model of each adapter: of those that are kept and were fitted by the present code the one that saw
 * most images, of equal ones that with the adapter's own parameters, then the newest.
 *
 * @param adapters models of the list
 * @param records any
 */
export async function findFitted(
  adapters: readonly ModelAdapter[],
  records: readonly FinishedRecord[],
): Promise<FittedModels> {
  const found: FittedModel[] = [];
  const missing: { id: string; reason: string }[] = [];
  for (const adapter of adapters) {
    const own = records.filter(({ model }) => model.id === adapter.id && model.role === 'model');
    const code = await sourceHash(path.join(projectRoot, 'models', `${adapter.id}.ts`), projectRoot);
    const present = own.filter(({ model }) => model.sourceHash === code);
    const kept = await Promise.all(present.map((record) => isKept(fittedFile(identityOf(record)))));
    const [best] = present.filter((_, i) => kept[i]).sort(byPreference(adapter));
    if (best) found.push({ adapter, record: best });
    else missing.push({ id: adapter.id, reason: reasonOf(own.length, present.length) });
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

function reasonOf(records: number, present: number): string {
  if (records === 0) return 'was never fitted here';
  return present === 0 ? 'has changed since it was fitted' : 'has a record, but its fitted model is not kept here';
}

/**
 * Opens a fitted model. Needs TensorFlow in this process when the adapter does.
 *
 * @param model what `findFitted` found
 * @param options threads it may start, and what stops it
 * @returns ready to predict; to be disposed of
 * @throws UserError when the file is gone or damaged
 */
export async function openFitted(
  { adapter, record }: FittedModel,
  { threads, signal }: { readonly threads: number; readonly signal: AbortSignal },
): Promise<Classifier> {
  const { dataset, model, seed, software } = record;
  const saved = await readFitted(fittedFile(identityOf(record)));
  if (saved === null) throw new UserError(`the fitted model of ${adapter.id} is gone; npm run bench fits it again`);
  const classifier = adapter.create({
    params: model.params,
    seed,
    device: software.engine.device,
    shape: dataset.shape,
    classNames: dataset.classNames,
    threads,
    signal,
    ...quietFitEvents,
  });
  if (!classifier.load) throw new UserError(`${adapter.id} cannot be kept: it has no load`);
  try {
    await classifier.load(saved);
  } catch (error) {
    classifier.dispose?.();
    throw error;
  }
  return classifier;
}
