// `npm run runs -- prune`: removes records by age, number or branch.
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { BASELINES } from '../commits/compare/resolve-name.ts';
import { relocateRecords } from '../commits/history/relocate-records.ts';
import { counted } from '../document/format.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { resolveCommit } from '../git/commit.ts';
import { readCommits } from '../git/commit-graph.ts';
import { trackedFiles } from '../git/tracked-files.ts';
import { choosePruned } from '../results/prune.ts';
import { readRecords, type StoredRecord } from '../results/read.ts';
import { filesOfRecord, removeFiles } from '../results/remove.ts';
import type { Io } from '../terminal/io.ts';
import { jsonOption, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { runsPruneOutput } from './outputs/runs-output.ts';

interface PruneOptions {
  /** Milliseconds. */
  readonly older?: number;
  readonly perCommit?: number;
  readonly notOn?: string;
  readonly results: string;
  readonly committed?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const DAY_MS = 24 * 3600_000;
const UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS };

/**
 * Builds the command that removes records.
 *
 * @param io where it prints
 * @param checkout the project's root in the checkout that knows the commits
 */
export function pruneCommand(io: Io, checkout: string = projectRoot): Command {
  return new Command('prune')
    .description('remove records that meet every given condition; prints them, and removes them with --yes')
    .option('--older <age>', 'fits that started longer ago: 12h, 90d, 8w', parseAge)
    .option('--per-commit <n>', 'all but the newest n of each fit on each commit and machine', wholeNumber(1))
    .option('--not-on <rev>', 'records of code that no commit of this branch has')
    .option('--results <folder>', 'folder of the records', 'results')
    .option('--committed', 'also records that are committed in git; git restore brings them back')
    .option('--yes', 'remove them')
    .addOption(new Option('--dry-run', 'print what would be removed, which is the default').conflicts('yes'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        '\nA record goes with the files of its name, such as logs, and folders go when they are empty. Baselines stay.',
      ].join('\n'),
    )
    .action((options: PruneOptions) => prune(options, io, checkout));
}

function parseAge(text: string): number {
  const [, number, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('expected a number of hours, days or weeks: 12h, 90d, 8w.');
  return Number(number) * UNITS[unit!]!;
}

async function prune(options: PruneOptions, io: Io, checkout: string): Promise<void> {
  const { older, perCommit, notOn, results, committed = false, yes = false } = options;
  if (older === undefined && perCommit === undefined && notOn === undefined) {
    throw new UserError('no condition: use --older 90d, --per-commit 1, --not-on main, or several of them');
  }
  if (path.resolve(results).split(path.sep).includes(BASELINES)) {
    throw new UserError(`${results} belongs to a baseline; baselines are not pruned: remove the folder to remove one`);
  }
  const { records, problems } = await readRecords(results);
  const onBranch = notOn === undefined ? null : await recordsOn(notOn, records, checkout);
  const chosen = choosePruned(records, {
    olderThanMs: older === undefined ? undefined : Date.now() - older,
    perCommit,
    isOn: onBranch ? (one) => onBranch.has(one) : undefined,
  });
  const tracked = await trackedFiles(results);
  const isTracked = (file: string): boolean => tracked.has(path.resolve(file));
  const removed = committed ? chosen : chosen.filter(({ file }) => !isTracked(file));
  const files = (await Promise.all(removed.map(({ file }) => filesOfRecord(file)))).flat();
  const removable = committed ? files : files.filter((file) => !isTracked(file));
  if (yes) await removeFiles(removable, results);
  const inGit = chosen.filter(({ file }) => isTracked(file)).length;
  if (options.json) {
    const facts = { results, isDryRun: !yes, records: records.length, removed: removable, committed: inGit };
    printJson(io, runsPruneOutput, { ...facts, isCommittedRemoved: committed });
  } else {
    for (const file of removable) io.out(isTracked(file) ? `${file} (committed in git)` : file);
    io.out(
      `${yes ? 'removed' : 'would remove'} ${counted(removed.length, 'record')} of ${records.length} in ${results}`,
    );
    if (inGit > 0) io.err(committedNote(inGit, committed, yes));
    if (!yes && removed.length > 0) io.err('nothing was removed; add --yes to remove them');
  }
  for (const { file, message } of problems) io.err(`not readable, stays: ${file}: ${message}`);
  io.exit(0);
}

function committedNote(records: number, isRemoved: boolean, yes: boolean): string {
  const what = counted(records, 'record');
  if (!isRemoved) return `not removed: ${what} committed in git; --committed adds ${records === 1 ? 'it' : 'them'}`;
  return `${what} of these ${records === 1 ? 'is' : 'are'} committed in git; ${yes ? 'git restore brings them back' : 'git could restore them'}`;
}

/** The records whose code a commit of a branch has: that of their commit, or the same after a rebase or squash. */
async function recordsOn(
  name: string,
  records: readonly StoredRecord[],
  checkout: string,
): Promise<ReadonlySet<StoredRecord>> {
  const { hash } = await resolveCommit(name, checkout);
  // No date is needed: the records are only looked up.
  const commits = [...(await readCommits([hash], checkout)).keys()].map((one) => ({ hash: one, committedAt: '' }));
  const hashes = new Set(commits.map((one) => one.hash));
  return withCodeIndex(checkout, async (index) => {
    const filled = await index.fill(records);
    const placed = (
      await relocateRecords(
        filled.map(({ record }) => record),
        commits,
        index,
      )
    ).records;
    return new Set(
      records.filter((_, i) => placed[i]!.git && !placed[i]!.git.dirty && hashes.has(placed[i]!.git.commit)),
    );
  });
}
