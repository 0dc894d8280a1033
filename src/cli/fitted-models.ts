// Chooses the fitted models for `predict`, `explain` and `serve`.
import { UserError } from '../base/errors.ts';
import { type FittedModel, findFitted, savedModels } from '../fitted/open.ts';
import { readRecords } from '../results/read.ts';
import { isFinished } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import type { ModelAdapter } from '../types.ts';
import { ensureCommandEngine } from './command-engine.ts';
import { loadModels, modelIds, modelModule } from './model-list.ts';

/** Options of these commands. */
export interface FittedOptions {
  readonly models?: string[];
  readonly results: string;
}

/**
 * Finds the fitted models that a command uses, and provides their engine.
 *
 * @param options requested models, by default all kept ones
 * @param io prints which requested models are not kept
 * @param suits tells which models a command can use; by default all
 * @returns at least one, all fitted on the same data set
 * @throws UserError when no fitted model is kept
 */
export async function chooseFitted(
  { models: ids, results }: FittedOptions,
  io: Io,
  suits: (model: ModelAdapter) => boolean = () => true,
): Promise<readonly FittedModel[]> {
  // Unknown ids are refused before anything is read.
  ids?.forEach(modelModule);
  const { records, problems } = await readRecords(results).catch(() => ({ records: [], problems: [] }));
  for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
  const finished = records.map(({ record }) => record).filter(isFinished);
  const saved = await savedModels(finished);
  const { models, faults } = await loadModels(ids ?? modelIds.filter((id) => saved.includes(id)), io);
  for (const { message } of faults) io.err(`left out: ${message}`);
  const { found, missing } = await findFitted(ids ? models : models.filter(suits), finished);
  if (ids) for (const { id, reason } of missing) io.err(`left out: ${id} ${reason} (npm run bench -- --models ${id})`);
  if (found.length === 0) {
    throw new UserError(
      `no fitted model found: run npm run bench first (npm run bench -- --quick takes under two minutes)`,
    );
  }
  // Models fitted on another data set have other classes.
  const [first] = [...found].sort((a, b) => b.record.dataset.train - a.record.dataset.train);
  const dataset = first!.record.dataset;
  const alike = found.filter(({ record }) => record.dataset.name === dataset.name);
  for (const { adapter, record } of found.filter((one) => !alike.includes(one))) {
    io.err(`left out: ${adapter.id} was fitted on ${record.dataset.name}, the others on ${dataset.name}`);
  }
  for (const notice of await ensureCommandEngine()) io.err(`engine: ${notice}`);
  return alike;
}
