// Selects a commit or the work tree with the code of its models.
import { UserError } from '../../base/errors.ts';
import type { CodeIndex } from '../../fitted/code-index.ts';
import { type ModelCode, sourceKey } from '../../fitted/model-code.ts';
import { describeCheckout } from '../../git/checkout.ts';
import { titleOfCommit } from '../../git/commit.ts';
import { shortCommit } from '../../git/short-commit.ts';
import type { Device } from '../../types.ts';
import type { CommitSelection } from './select-records.ts';

const DEVICES: readonly Device[] = ['cpu', 'gpu', 'webgpu'];

/** A selection, and the models of its code. */
export interface SelectedCode {
  readonly selection: CommitSelection;
  /** Ids; empty where the code has no list of models. */
  readonly models: readonly string[];
}

/**
 * Selects a commit.
 *
 * @param commit full hash, and how messages name it
 */
export async function selectCommit(
  { hash, name }: { readonly hash: string; readonly name: string },
  index: CodeIndex,
): Promise<SelectedCode> {
  const { models, codes } = await codesAt(hash, index);
  return { selection: { kind: 'commit', commit: hash, dirty: false, name, codes }, models };
}

/**
 * Selects the checked-out code: the work tree, with its uncommitted changes.
 *
 * @param checkout the project's root
 * @param isDirty whether the user asks for uncommitted changes; by default as git says
 * @throws UserError if git refuses to read the checkout
 */
export async function selectWorkTree(checkout: string, index: CodeIndex, isDirty?: boolean): Promise<SelectedCode> {
  const { state, noCommit } = await describeCheckout(checkout);
  const { models, codes } = await codesAt(null, index);
  if (noCommit && codes.size === 0) throw new UserError(`${noCommit.reason}; ${noCommit.cure}`);
  const commit = state?.commit ?? null;
  const dirty = isDirty ?? state?.dirty ?? false;
  return { selection: { kind: 'commit', commit, dirty, name: nameOf(commit, dirty), codes }, models };
}

function nameOf(commit: string | null, dirty: boolean): string {
  if (commit === null) return 'the checked-out code';
  return dirty ? `${shortCommit(commit)} with uncommitted changes` : titleOfCommit('HEAD', commit);
}

/** The code of all models at a commit or in the work tree, on every device. */
async function codesAt(
  commit: string | null,
  index: CodeIndex,
): Promise<{ readonly models: readonly string[]; readonly codes: ReadonlyMap<string, ModelCode> }> {
  const project = await index.at(commit);
  const models = (await project?.models()) ?? [];
  const codes = new Map<string, ModelCode>();
  for (const id of models) {
    for (const device of DEVICES) {
      const code = await project!.of(id, device);
      if (code) codes.set(sourceKey(id, device), code);
    }
  }
  return { models, codes };
}
