// Reads the arguments of diff: two names, or a range as git writes it.
import { UserError } from '../../base/errors.ts';
import { counted } from '../../document/format.ts';
import { describeCheckout } from '../../git/checkout.ts';
import { findCommit } from '../../git/commit.ts';
import { baseBranch, commitsAhead, isBranch, mergeBase } from '../../git/merge-base.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { CHECKED_OUT, type CodeName } from './resolve-name.ts';

/** `a..b` and `a...b`. A path such as `../results` is no range. */
const RANGE = /^((?:(?!\.\.).)*?)(\.\.\.?)((?:(?!\.\.).)*)$/s;

/** What diff compares. */
export interface ComparedNames {
  readonly before: string;
  readonly after: CodeName;
}

/**
 * Reads the arguments of diff. `a..b` means a and b, `a...b` the merge base of a and b, and b. Without an end, after is the
 * checked-out code. Without any argument, before is the merge base with the upstream or the main branch.
 *
 * @param first the first argument
 * @param second the second argument
 * @param checkout anywhere in the checkout
 * @throws UserError if a range is followed by another name, or there is nothing to compare with by default
 */
export async function parseNames(
  first: string | undefined,
  second: string | undefined,
  checkout: string,
): Promise<ComparedNames> {
  if (first === undefined) return { before: await defaultBefore(checkout), after: CHECKED_OUT };
  const [, start, dots, end] = RANGE.exec(first) ?? [];
  const isRange = dots !== undefined && !start!.endsWith('/') && !end!.startsWith('/');
  if (!isRange) return { before: first, after: second ?? CHECKED_OUT };
  if (second !== undefined) {
    throw new UserError(`${first} names both commits; leave out ${second}, or write ${start || 'HEAD'} ${second}`);
  }
  const after = end === '' ? CHECKED_OUT : end!;
  return { before: dots === '...' ? first : start || 'HEAD', after };
}

async function defaultBefore(checkout: string): Promise<string> {
  const [base, { state }] = await Promise.all([baseBranch(checkout), describeCheckout(checkout)]);
  const name = base === null ? null : `${base}...`;
  const commit = name === null ? null : await findCommit(name, checkout);
  if (name !== null && commit !== null && (state?.dirty || state?.commit !== commit)) return name;
  const why = commit === null ? '' : ` (HEAD has no commit that ${base} lacks, and there are no uncommitted changes)`;
  throw new UserError(
    `nothing to compare with${why}: name a commit, a folder of records or a baseline, such as npm run diff -- main`,
  );
}

/**
 * Says of a branch that has commits which HEAD lacks that its tip is compared, not the merge base.
 *
 * @param names what is compared
 * @param checkout anywhere in the checkout
 * @returns one sentence for each such branch
 */
export async function tipNotes({ before, after }: ComparedNames, checkout: string): Promise<string[]> {
  const notes: string[] = [];
  const head = await findCommit('HEAD', checkout).catch(() => null);
  for (const name of [before, after]) {
    if (head === null || typeof name !== 'string' || !(await isBranch(name, checkout))) continue;
    const tip = await findCommit(name, checkout);
    const base = tip && (await mergeBase(tip, head, checkout));
    if (!base || base === tip || base === head) continue;
    const ahead = counted(await commitsAhead(tip, head, checkout), 'commit');
    notes.push(
      `${name} is the tip of the branch, with ${ahead} that HEAD lacks; ${name}... names the merge base, ` +
        `${shortCommit(base)}`,
    );
  }
  return notes;
}
