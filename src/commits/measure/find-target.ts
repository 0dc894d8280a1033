// Finds one target of a comparison by its name: its models, and its code if that can be run.
import { UserError } from '../../base/errors.ts';
import { type CodeIndex, withCodeIndex } from '../../fitted/code-index.ts';
import { sourceKey } from '../../fitted/model-code.ts';
import { describeCheckout } from '../../git/checkout.ts';
import { titleOfCommit } from '../../git/commit.ts';
import {
  CHECKED_OUT,
  type CodeName,
  commitToMeasure,
  createResolver,
  DIRTY,
  type Places,
} from '../compare/resolve-name.ts';
import { type SelectedCode, selectCommit, selectWorkTree } from '../compare/select-code.ts';
import { belongsTo, type Selection } from '../compare/select-records.ts';
import type { MeasurableTarget } from './alternate-fits.ts';
import { type Revision, WORK_TREE } from './measure-commit.ts';

/** One of the two things that diff compares: a commit, the work tree, a folder of records or a baseline. */
export interface Target {
  /** How messages name it. */
  readonly name: string;
  /** Which records stand for it. */
  readonly selection: Selection;
  /** Ids of its models, measured or not. */
  readonly models: readonly string[];
  /** null for a folder of records and a baseline: they have records, but no code to run. */
  readonly measurable: MeasurableTarget | null;
  /** The hash of a model's code on the CPU; undefined where it is not known. */
  codeOf(modelId: string): string | undefined;
}

/**
 * Finds a target.
 *
 * @param name an argument of diff, or the checked-out code
 * @param places where names are looked up; the checkout is the project's root
 * @param benchmark the models of a folder or baseline are those with a record of this benchmark
 * @throws UserError if the name is unknown or ambiguous, or names a work tree without changes
 */
export async function findTarget(name: CodeName, places: Places, benchmark: string): Promise<Target> {
  const { checkout } = places;
  if (name === DIRTY || name === CHECKED_OUT) {
    return withCodeIndex(checkout, (index) => checkedOut(name, checkout, index));
  }
  const commit = await commitToMeasure(name, places);
  if (commit === null) {
    const { selection, entries } = await createResolver(places)(name);
    const own = entries.filter(({ record }) => record.benchmark === benchmark);
    const models = [...new Set(own.map(({ record }) => record.model.id))];
    return { name: selection.name, selection, models, measurable: null, codeOf: () => undefined };
  }
  return withCodeIndex(checkout, async (index) => targetOf(commit, await selectCommit(commit, index)));
}

/** The checked-out code: the work tree where it has uncommitted changes, else its commit. */
async function checkedOut(name: CodeName, checkout: string, index: CodeIndex): Promise<Target> {
  const { state } = await describeCheckout(checkout);
  if (state?.dirty === false) {
    if (name === DIRTY)
      throw new UserError('the work tree has no uncommitted changes to measure; HEAD names its commit');
    const head = { hash: state.commit, name: titleOfCommit('HEAD', state.commit) };
    return targetOf(head, await selectCommit(head, index));
  }
  return targetOf(WORK_TREE, await selectWorkTree(checkout, index));
}

function targetOf(code: Revision, { selection, models }: SelectedCode): Target {
  return {
    name: code.name,
    selection,
    models,
    measurable: { code, models, isOfCode: (record) => belongsTo(record, selection) },
    codeOf: (modelId) => selection.codes?.get(sourceKey(modelId, 'cpu'))?.codeHash,
  };
}
