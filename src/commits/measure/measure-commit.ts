// Measures a commit, or the work tree: runs its bench and adopts its records.
import { UserError } from '../../base/errors.ts';
import { runBenchProcess } from './bench-process.ts';
import { type Adopted, type AdoptOptions, adoptAll, inboxOf, repeatFolder } from './inbox.ts';
import { tryLock } from './lock.ts';
import { treeFolder, withTree } from './work-trees.ts';

/** A commit, or the work tree with its uncommitted changes. */
export interface Revision {
  /** Full hash of the commit; null for the work tree. */
  readonly hash: string | null;
  /** How messages name it. */
  readonly name: string;
}

/** The checked-out code with its uncommitted changes. */
export const WORK_TREE: Revision = { hash: null, name: 'the work tree' };

/** Listeners and abort signal of a measurement. */
export interface MeasureHooks {
  /** Stops everything in good order. */
  readonly signal: AbortSignal;
  /** Called before each slow step of the preparation. */
  preparing(step: string): void;
  /** Called when the code runs. */
  running(): void;
  /** Called with each line that the code prints about its progress. It may hold control characters. */
  printed(line: string): void;
}

/** Where one run of bench takes place, and where its records go. */
export interface MeasureOptions extends MeasureHooks, AdoptOptions {
  /** The project's root in the checkout that knows the commits. */
  readonly checkout: string;
  /** The number of the repeat, from 1. */
  readonly repeat: number;
}

/**
 * Runs the bench of a commit or of the work tree. Finished records are adopted even if the run is stopped or fails.
 *
 * @param code what to measure
 * @param args arguments of bench, without `--out` and `--no-report`, and without `--repeats`, which older code lacks
 * @returns the adopted records, including those that an earlier run left
 * @throws UserError if the code cannot be run or leaves no record; the signal's reason if it is stopped before it runs
 */
export async function measure(code: Revision, args: readonly string[], options: MeasureOptions): Promise<Adopted> {
  const { out, repeat, signal } = options;
  const inbox = inboxOf(code.hash ?? 'dirty', out);
  return withRevision(code, options, async (root) => {
    let adopted: Adopted | undefined;
    let status: number;
    options.running();
    try {
      status = await runBenchProcess({ root, name: code.name, args, out: repeatFolder(inbox, repeat) }, options);
    } finally {
      adopted = await adoptAll(inbox, options);
    }
    const isEmpty = adopted.records.length === 0 && adopted.problems.length === 0;
    if (isEmpty && status !== 0 && !signal.aborted) {
      throw new UserError(
        `the bench of ${code.name} ended with status ${status} and left no record; its output is above`,
      );
    }
    return adopted;
  });
}

/**
 * Does some work in a checkout of a commit, or in the work tree.
 *
 * @param code where
 * @param options the checkout that knows the commit, listeners, abort signal
 * @param work receives the project's root
 * @throws as `withTree`
 */
export function withRevision<T>(
  code: Revision,
  options: MeasureHooks & { readonly checkout: string },
  work: (root: string) => Promise<T>,
): Promise<T> {
  const { hash, name } = code;
  if (hash === null) return work(options.checkout);
  const { checkout, signal } = options;
  return withTree({ hash, name }, { checkout, signal, report: (step) => options.preparing(step) }, work);
}

/**
 * Adopts the records that a killed run left. Does nothing while another run measures the same commit.
 *
 * @param code what the killed run measured
 */
export async function adoptLeft(code: Revision, options: AdoptOptions): Promise<Adopted> {
  const inbox = inboxOf(code.hash ?? 'dirty', options.out);
  const none = { records: [], problems: [] };
  if (code.hash === null) return adoptAll(inbox, options);
  const release = await tryLock(treeFolder(code.hash)).catch((error: NodeJS.ErrnoException) => {
    // No work tree was ever made here.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return release ? adoptAll(inbox, options).finally(release) : none;
}
