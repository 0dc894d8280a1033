// Makes the fit of a record again: plans what to run, and runs it.
import { UserError } from '../../base/errors.ts';
import { findCommit, titleOfCommit } from '../../git/commit.ts';
import { shortCommit } from '../../git/short-commit.ts';
import type { Machine } from '../../results/machine-facts.ts';
import { isKnownProcessor, processorText, whyTimesDiffer } from '../../results/machine-identity.ts';
import { readRecords, type StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import { benchArgsOf } from './bench-args.ts';
import { runBenchProcess } from './bench-process.ts';
import { findCodeOf } from './find-code.ts';
import { type AdoptOptions, withProcessor } from './inbox.ts';
import { type MeasureHooks, type Revision, WORK_TREE, withRevision } from './measure-commit.ts';

/** Options of a rerun. */
export interface RerunRequest {
  /** Whether the checked-out code runs instead of the record's commit. */
  readonly here?: boolean;
  /** Seconds after which the fit is stopped. */
  readonly timeout?: number;
  /** The project's root in the checkout that knows the commits. */
  readonly checkout: string;
  /** This machine. */
  readonly machine: Machine;
}

/** What to run. */
export interface RerunPlan {
  readonly code: Revision;
  /** Arguments of bench. */
  readonly args: readonly string[];
  /** How this run differs from the first; sentences without a full stop. */
  readonly notes: readonly string[];
}

/**
 * Plans the rerun of a fit.
 *
 * @param record of the fit
 * @throws UserError if the record is of a reference implementation, its fit was stopped by the user or made by another
 *   command than bench, or its commit is unknown
 */
export async function planRerun(record: FitRecord, options: RerunRequest): Promise<RerunPlan> {
  const args = argsToRepeat(record);
  const { git, machine } = record;
  const isOwnCode = !options.here && git !== null;
  const isLost = isOwnCode && (git.dirty || (await findCommit(git.commit, options.checkout)) === null);
  const same = isLost ? await findCodeOf(record, options.checkout) : null;
  const code = same ?? (isOwnCode ? await commitOf(git.commit, options.checkout) : WORK_TREE);
  const notes = [
    ...(git === null ? ['the record names no commit: the checked-out code runs'] : []),
    ...(same ? [`it was measured at ${placeOf(git!)}; ${same.name} has the same code of the model and runs`] : []),
    ...(isOwnCode && git.dirty && !same
      ? ['it was measured with uncommitted changes, which are lost: the commit without them runs']
      : []),
    ...notesOnMachine(machine, options.machine),
  ];
  // The checked-out code may have another default benchmark.
  const benchmark = isOwnCode || args.includes('--benchmark') ? [] : ['--benchmark', record.benchmark];
  const timeout = options.timeout ?? (record.status === 'timed-out' ? Math.ceil(record.timing.totalSeconds) : null);
  const limit = timeout === null ? [] : ['--timeout', String(timeout)];
  return { code, args: [...args, ...benchmark, ...limit], notes };
}

/**
 * Makes the fit again.
 *
 * @param plan what to run
 * @param record of the first fit
 * @param options listeners, abort signal, the folder for the new record, and this machine
 * @returns the new record
 * @throws UserError if the code cannot be run or leaves no record; the signal's reason if it is stopped before that
 */
export async function runAgain(
  { code, args }: RerunPlan,
  record: FitRecord,
  options: MeasureHooks & AdoptOptions & { readonly checkout: string },
): Promise<StoredRecord> {
  const { out, signal, machine } = options;
  await withRevision(code, options, async (root) => {
    options.running();
    await runBenchProcess({ root, name: code.name, args, out }, options);
  });
  const { records, problems } = await readRecords(out).catch(() => ({ records: [], problems: [] }));
  const own = records.find(({ record: { model, seed } }) => model.id === record.model.id && seed === record.seed);
  if (own) return { ...own, record: withProcessor(own.record, machine) };
  signal.throwIfAborted();
  const reason = problems[0] ? `: ${problems[0].message}` : '; its output is above';
  throw new UserError(`the bench of ${code.name} left no readable record${reason}`);
}

/** Says why times are not compared, if they are not. */
function notesOnMachine(then: Machine, here: Machine): string[] {
  if (whyTimesDiffer([then, here]) === null) return [];
  const name = `${then.id} (${processorText(then)})`;
  const what = isKnownProcessor(then) ? `on another machine, ${name}` : `on ${name}, which may not be this machine`;
  return [`it was measured ${what}: times are not compared`];
}

function placeOf({ commit, dirty }: NonNullable<FitRecord['git']>): string {
  return `${shortCommit(commit)}${dirty ? ' with uncommitted changes' : ', which no branch has any more'}`;
}

/** The arguments of bench that made a record. */
function argsToRepeat({ command, model, status }: FitRecord): string[] {
  if (status === 'aborted') {
    throw new UserError(
      `the user stopped this fit before it ended, so there is nothing to compare; its command: ${command}`,
    );
  }
  const args = benchArgsOf(command);
  if (args !== null && model.role === 'model') return args;
  const what =
    model.role === 'reference' ? `${model.id} is a reference implementation` : 'this fit was not made by npm run bench';
  throw new UserError(`${what}; to repeat it, run: ${command}`);
}

async function commitOf(hash: string, checkout: string): Promise<Revision> {
  if ((await findCommit(hash, checkout)) !== null) return { hash, name: titleOfCommit(hash, hash) };
  throw new UserError(
    `unknown commit in this record: ${hash}; git fetch may get it (with --unshallow in a shallow clone), ` +
      '--here runs the checked-out code instead',
  );
}
