// Finds one target of a comparison by its name: its models, and its code if that can be run.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { currentCodes, sourceKey } from '../../fitted/model-code.ts';
import { describeCheckout } from '../../git/checkout.ts';
import { modelsOfCommit } from '../../git/commit.ts';
import { commitToMeasure, createResolver, DIRTY, type Places } from '../compare/resolve-name.ts';
import type { MeasurableTarget } from './alternate-fits.ts';
import { WORK_TREE } from './measure-commit.ts';

/** One of the two things that diff compares: a commit, the work tree, a folder of records or a baseline. */
export interface Target {
  /** How messages name it. */
  readonly name: string;
  /** Ids of its models, measured or not. */
  readonly models: readonly string[];
  /** null for a folder of records and a baseline: they have records, but no code to run. */
  readonly measurable: MeasurableTarget | null;
}

/**
 * Finds a target.
 *
 * @param name an argument of diff
 * @param places where names are looked up; the checkout is the project's root
 * @param benchmark the models of a folder or baseline are those with a record of this benchmark
 * @throws UserError if the name is unknown or ambiguous, or names a work tree without changes
 */
export async function findTarget(name: string, places: Places, benchmark: string): Promise<Target> {
  const { checkout } = places;
  if (name === DIRTY) return workTree(checkout);
  const commit = await commitToMeasure(name, places);
  if (commit === null) {
    const { selection, entries } = await createResolver(places)(name);
    const own = entries.filter(({ record }) => record.benchmark === benchmark);
    return { name: selection.name, models: [...new Set(own.map(({ record }) => record.model.id))], measurable: null };
  }
  return {
    name: commit.name,
    models: await modelsOfCommit(commit, checkout),
    measurable: { code: commit, isOfCode: ({ git }) => git?.commit === commit.hash && !git.dirty },
  };
}

/** The work tree with its uncommitted changes. Only records of the models' current code count as its own. */
async function workTree(checkout: string): Promise<Target> {
  const { state: git, noCommit } = await describeCheckout(checkout);
  if (noCommit) throw new UserError(`${noCommit.reason}; ${noCommit.cure}`);
  if (!git.dirty) throw new UserError('the work tree has no uncommitted changes to measure; HEAD names its commit');
  const files = await readdir(path.join(checkout, 'models')).catch(() => []);
  const models = files
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => path.basename(file, '.ts'));
  const sources = await currentCodes(models, checkout);
  return {
    name: WORK_TREE.name,
    models,
    measurable: {
      code: WORK_TREE,
      isOfCode: ({ git: of, model, software }) =>
        of?.commit === git.commit &&
        of.dirty &&
        sources.get(sourceKey(model.id, software.engine.device))?.sourceHash === model.sourceHash,
    },
  };
}
