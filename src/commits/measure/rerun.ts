// Makes the fit of a record again: what to run, with which code, and what the reader must know.
import { UserError } from '../../base/errors.ts';
import { findCommit, titleOfCommit } from '../../git/commit.ts';
import { readRecords, type StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import { runBenchProcess } from './bench-process.ts';
import { wordsOfBench } from './command.ts';
import { type Code, inCode, type MeasureHooks, WORK_TREE } from './measure-commit.ts';

/** What is known and wished. */
export interface RerunRequest {
  /** Whether the present code is to run in place of the commit's. */
  readonly here?: boolean;
  /** Seconds after which it is stopped. */
  readonly timeout?: number;
  /** The project's root in the checkout that knows the commits. */
  readonly checkout: string;
  /** This machine's. */
  readonly machineId: string;
}

/** What to run. */
export interface RerunPlan {
  readonly code: Code;
  /** Options of bench. */
  readonly words: readonly string[];
  /** What sets this run apart from the first, each a sentence without its full stop. */
  readonly notes: readonly string[];
}

/**
 * Plans to make the fit of a record again.
 *
 * @param record any
 * @throws UserError when it is a reference's, was stopped by its user, was made by another command, or its commit is unknown
 */
export async function planRerun(record: FitRecord, options: RerunRequest): Promise<RerunPlan> {
  const words = wordsToRepeat(record);
  const { git, machine } = record;
  const isOwnCode = !options.here && git !== null;
  const code = isOwnCode ? await commitOf(git.commit, options.checkout) : WORK_TREE;
  const notes = [
    ...(git === null ? ['the record knows no commit: the present code runs'] : []),
    ...(isOwnCode && git.dirty
      ? ['it was measured with uncommitted changes, which are lost: the commit alone runs, which is not the same code']
      : []),
    ...(machine.id === options.machineId
      ? []
      : [`it was measured on another machine, ${machine.id}: times are not put in a ratio`]),
  ];
  // Another code may have another default.
  const benchmark = isOwnCode || words.includes('--benchmark') ? [] : ['--benchmark', record.benchmark];
  const timeout = options.timeout ?? (record.status === 'timed-out' ? Math.ceil(record.timing.totalSeconds) : null);
  const limit = timeout === null ? [] : ['--timeout', String(timeout)];
  return { code, words: [...words, ...benchmark, ...limit], notes };
}

/**
 * Makes the fit.
 *
 * @param plan what to run
 * @param record the first fit's
 * @param options where the record of the second goes
 * @throws UserError when the code cannot be run, or leaves no record; the signal's reason when it is stopped before
 */
export async function runAgain(
  { code, words }: RerunPlan,
  record: FitRecord,
  options: MeasureHooks & { readonly checkout: string; readonly out: string },
): Promise<StoredRecord> {
  const { out, signal } = options;
  await inCode(code, options, async (root) => {
    options.running();
    await runBenchProcess({ root, name: code.name, words, out }, signal);
  });
  const { records, problems } = await readRecords(out).catch(() => ({ records: [], problems: [] }));
  const own = records.find(({ record: { model, seed } }) => model.id === record.model.id && seed === record.seed);
  if (own) return own;
  signal.throwIfAborted();
  const reason = problems[0] ? `: ${problems[0].message}` : '; its words are above';
  throw new UserError(`the bench of ${code.name} left no readable record${reason}`);
}

/** The options of bench that made a record. */
function wordsToRepeat({ command, model, status }: FitRecord): string[] {
  if (status === 'aborted') {
    throw new UserError(`its user stopped this fit before it ended: there is nothing to compare; it was: ${command}`);
  }
  const words = wordsOfBench(command);
  if (words !== null && model.role === 'model') return words;
  const what =
    model.role === 'reference'
      ? `${model.id} is a reference, another project's program`
      : 'bench did not make this fit';
  throw new UserError(`${what}; to make it again, type: ${command}`);
}

async function commitOf(hash: string, checkout: string): Promise<Code> {
  if ((await findCommit(hash, checkout)) !== null) return { hash, name: titleOfCommit(hash, hash) };
  throw new UserError(
    `the commit of this record is not here: ${hash}; git fetch may bring it (--unshallow into a shallow clone), ` +
      '--here runs the present code instead',
  );
}
