// From a side's name to what can be measured of it, and which models it has.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { sourceHash } from '../../fitted/source-hash.ts';
import { describeGit } from '../../git/checkout.ts';
import { modelsOfCommit } from '../../git/commit.ts';
import { commitToMeasure, createResolver, DIRTY, type Places } from '../compare/resolve-name.ts';
import { WORK_TREE } from './measure-commit.ts';
import type { MeasurableSide } from './side-fits.ts';

/** A side of a comparison that is to be measured as far as it can be. */
export interface Side {
  /** How messages name it. */
  readonly name: string;
  /** Ids of the models that it has, whether they were measured or not. */
  readonly models: readonly string[];
  /** null for a folder of records and a baseline: what lies there is all there is. */
  readonly measurable: MeasurableSide | null;
}

/**
 * Finds a side.
 *
 * @param name as diff takes it
 * @param places where names lead; the checkout is the project's root in it
 * @param benchmark models of a folder or baseline are those that it has of this benchmark
 * @throws UserError when the name leads to nothing, to two things, or to a work tree without changes
 */
export async function findSide(name: string, places: Places, benchmark: string): Promise<Side> {
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

/** Uncommitted changes come and go: just what the models' present code has made counts. */
async function workTree(checkout: string): Promise<Side> {
  const git = await describeGit(checkout);
  if (!git?.dirty) throw new UserError('the work tree has no uncommitted changes to measure; HEAD names its commit');
  const folder = path.join(checkout, 'models');
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const codes = new Map<string, string>();
  for (const file of files) codes.set(path.basename(file, '.ts'), await sourceHash(path.join(folder, file), checkout));
  return {
    name: WORK_TREE.name,
    models: [...codes.keys()],
    measurable: {
      code: WORK_TREE,
      isOfCode: ({ git: of, model }) =>
        of?.commit === git.commit && of.dirty && codes.get(model.id) === model.sourceHash,
    },
  };
}
