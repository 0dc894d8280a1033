// Measures a state of the code: runs its bench, and makes the records that it leaves the user's.
import { UserError } from '../../base/errors.ts';
import { runBenchProcess } from './bench-process.ts';
import { type Adopted, adoptAll, inboxOf, repeatFolder } from './inbox.ts';
import { tryLock } from './lock.ts';
import { treeFolder, withTree } from './work-trees.ts';

/** A state of the code. */
export interface Code {
  /** All digits of the commit; null for the work tree as it is. */
  readonly hash: string | null;
  /** How messages name it. */
  readonly name: string;
}

/** What there is without a commit. */
export const WORK_TREE: Code = { hash: null, name: 'the work tree' };

/** What happens meanwhile, and what ends it. */
export interface MeasureHooks {
  /** Stops everything in good order. */
  readonly signal: AbortSignal;
  /** Something that takes its time is under way before the code runs. */
  preparing(step: string): void;
  /** The code runs, and says itself how far it has come. */
  running(): void;
}

/** One run of a bench, and where its records go. */
export interface MeasureOptions extends MeasureHooks {
  /** The project's root in the checkout that knows the commits. */
  readonly checkout: string;
  /** The user's folder of records. */
  readonly out: string;
  /** Which repeat it is, from 1. */
  readonly repeat: number;
}

/**
 * Runs the bench of a state of the code. What it finishes is the user's even when it is stopped or fails.
 *
 * @param code which
 * @param words options of bench but for where records and report go; without `--repeats`, which older code lacks
 * @returns the records that are new among the user's, those that an earlier run left included
 * @throws UserError when the code cannot be run or leaves nothing; the signal's reason when it is stopped before it runs
 */
export async function measure(code: Code, words: readonly string[], options: MeasureOptions): Promise<Adopted> {
  const { out, repeat, signal } = options;
  const inbox = inboxOf(code.hash ?? 'dirty', out);
  return inCode(code, options, async (root) => {
    let adopted: Adopted | undefined;
    let status: number;
    options.running();
    try {
      status = await runBenchProcess({ root, name: code.name, words, out: repeatFolder(inbox, repeat) }, signal);
    } finally {
      adopted = await adoptAll(inbox, out);
    }
    const isEmpty = adopted.records.length === 0 && adopted.problems.length === 0;
    if (isEmpty && status !== 0 && !signal.aborted) {
      throw new UserError(
        `the bench of ${code.name} ended with status ${status} and left no record; its words are above`,
      );
    }
    return adopted;
  });
}

/**
 * Works where a state of the code lies.
 *
 * @param code which
 * @param options where from, what is told, what ends the waiting
 * @param work given the project's root
 * @throws as `withTree`
 */
export function inCode<T>(
  code: Code,
  options: MeasureHooks & { readonly checkout: string },
  work: (root: string) => Promise<T>,
): Promise<T> {
  const { hash, name } = code;
  if (hash === null) return work(options.checkout);
  const { checkout, signal } = options;
  return withTree({ hash, name }, { checkout, signal, report: (step) => options.preparing(step) }, work);
}

/**
 * Makes the user's what a killed run of a commit left; nothing when another run is just at it.
 *
 * @param code which
 * @param out the user's folder of records
 */
export async function adoptLeft(code: Code, out: string): Promise<Adopted> {
  const inbox = inboxOf(code.hash ?? 'dirty', out);
  const none = { records: [], problems: [] };
  if (code.hash === null) return adoptAll(inbox, out);
  const release = await tryLock(treeFolder(code.hash)).catch((error: NodeJS.ErrnoException) => {
    // No tree was ever made here.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return release ? adoptAll(inbox, out).finally(release) : none;
}
