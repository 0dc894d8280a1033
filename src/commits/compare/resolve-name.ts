// Finds the records that a name on the command line stands for: a commit, a folder, a saved baseline or the work tree.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type CodeIndex, withCodeIndex } from '../../fitted/code-index.ts';
import { type Commit, findCommit, resolveCommit, titleOfCommit } from '../../git/commit.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { type ReadRecords, type RecordProblem, readRecords, type StoredRecord } from '../../results/read.ts';
import { selectCommit, selectWorkTree } from './select-code.ts';
import { recordsOf, type Selection } from './select-records.ts';

/** The name that stands for the work tree with its uncommitted changes. */
export const DIRTY = 'dirty';
/** Stands for the checked-out code, with uncommitted changes or without. */
export const CHECKED_OUT = Symbol('the checked-out code');
/** A name on the command line, or the checked-out code, which needs none. */
export type CodeName = string | typeof CHECKED_OUT;
/** Folder of saved baselines. The dot keeps its records out of all others. */
export const BASELINES = '.baselines';
/** What a baseline may be called. */
export const BASELINE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** Commits that the message about an unknown name lists. */
const MAX_LISTED = 20;

/** Where names are looked up. */
export interface Places {
  /** Folder of records. */
  readonly results: string;
  /** Anywhere in the git checkout that knows the commits. */
  readonly checkout: string;
  /** Reads a folder of records; `readRecords` by default. */
  readonly read?: (folder: string) => Promise<ReadRecords>;
}

/** What a name stands for. */
export interface ResolvedName {
  readonly selection: Selection;
  /** The folder that was read. */
  readonly folder: string;
  /** The records of the folder, their code hashes filled in. */
  readonly entries: readonly StoredRecord[];
  readonly problems: readonly RecordProblem[];
  /** Ids of the models of its code; empty where the code is not known. */
  readonly models: readonly string[];
}

/**
 * Creates the function that resolves names. It reads each folder of records once.
 *
 * @param places where names are looked up
 * @returns takes a name, or none for the newest records. It throws a UserError that lists what has records when the name
 *   is unknown, and one when the name is both a commit and a baseline.
 */
export function createResolver({
  results,
  checkout,
  read = readRecords,
}: Places): (name?: CodeName) => Promise<ResolvedName> {
  const filled = new Map<string, Promise<ReadRecords>>();
  const from = async (folder: string, selection: Selection): Promise<ResolvedName> => {
    if (!filled.has(folder)) filled.set(folder, fill(read(folder), checkout));
    const { records, problems } = await filled.get(folder)!;
    return { selection, folder, entries: records, problems, models: [] };
  };
  const byCode = async (name: CodeName): Promise<ResolvedName | null> => {
    const all = await from(results, { kind: 'newest', name: '' });
    const code = await withCodeIndex(checkout, (index) => codeOf(name, checkout, all.entries, index));
    return code && { ...all, ...code };
  };
  return async (name) => {
    if (name === undefined) return from(results, { kind: 'newest', name: 'the newest records' });
    if (name === CHECKED_OUT) return (await byCode(name))!;
    const folder = await folderOf(name, results);
    if (folder) return folder;
    const baseline = await baselineOf(name, results);
    const found = await byCode(name);
    const isMeasured = found !== null && recordsOf(found.entries, found.selection).length > 0;
    if (isMeasured && baseline) throw ambiguousName(name, baseline);
    if (baseline) return from(baseline, { kind: 'all', name: `baseline ${name}` });
    if (found && (isMeasured || found.models.length > 0)) return found;
    const { entries } = await from(results, { kind: 'newest', name });
    const what = found
      ? `no records of ${found.selection.name}`
      : `unknown commit, folder of records or baseline: "${name}"`;
    throw new UserError(`${what}; ${await knownNames(entries, results)}`);
  };

  /** A folder that contains a record. Any other folder may have the name of a branch. */
  async function folderOf(name: string, own: string): Promise<ResolvedName | null> {
    if (!(await isFolder(name))) return null;
    const isOwn = path.resolve(name) === path.resolve(own);
    const found = await from(name, { kind: isOwn ? 'newest' : 'all', name });
    if (!isOwn && found.entries.length === 0) return null;
    await refuseBranch(name, checkout);
    return found;
  }
}

/** Refuses a name that is a folder of records as well as a commit. */
async function refuseBranch(name: string, checkout: string): Promise<void> {
  if ((await findCommit(name, checkout)) === null) return;
  throw new UserError(
    `ambiguous name: "${name}" is a folder of records and a commit; write .${path.sep}${name} for the folder, ` +
      `heads/${name} for the branch or tags/${name} for the tag`,
  );
}

async function fill(read: Promise<ReadRecords>, checkout: string): Promise<ReadRecords> {
  const { records, problems } = await read;
  return { records: await withCodeIndex(checkout, (index) => index.fill(records)), problems };
}

/**
 * Finds the commit that a name stands for, to measure it.
 *
 * @param name as for the resolver
 * @param places where names are looked up
 * @returns null for a folder of records or a saved baseline: nothing can be measured there
 * @throws UserError when the name is unknown, or both a commit and a baseline
 */
export async function commitToMeasure(
  name: string,
  { results, checkout }: Pick<Places, 'results' | 'checkout'>,
): Promise<Commit | null> {
  if ((await isFolder(name)) && (await readRecords(name)).records.length > 0) {
    await refuseBranch(name, checkout);
    return null;
  }
  const baseline = await baselineOf(name, results);
  if (baseline === null) return resolveCommit(name, checkout);
  if ((await findCommit(name, checkout)) !== null) throw ambiguousName(name, baseline);
  return null;
}

function ambiguousName(name: string, baseline: string): UserError {
  return new UserError(
    `ambiguous name: "${name}" is a commit and a saved baseline; use the hash of the commit, or the folder ${baseline}`,
  );
}

/** Tells whether a path is a folder. */
export async function isFolder(name: string): Promise<boolean> {
  return (await stat(name).catch(() => null))?.isDirectory() ?? false;
}

async function baselineOf(name: string, results: string): Promise<string | null> {
  if (!BASELINE_NAME.test(name)) return null;
  const folder = path.join(results, BASELINES, name);
  return (await isFolder(folder)) ? folder : null;
}

async function codeOf(
  name: CodeName,
  checkout: string,
  entries: readonly StoredRecord[],
  index: CodeIndex,
): Promise<Pick<ResolvedName, 'selection' | 'models'> | null> {
  if (name === CHECKED_OUT) return selectWorkTree(checkout, index);
  if (name === DIRTY) return selectWorkTree(checkout, index, true);
  const hash = (await findCommit(name, checkout)) ?? commitOfRecords(name, entries);
  return hash === null ? null : selectCommit({ hash, name: titleOfCommit(name, hash) }, index);
}

/** Finds a commit by the records: in a shallow clone or after a rebase git does not know all commits that have records. */
function commitOfRecords(name: string, entries: readonly StoredRecord[]): string | null {
  if (!/^[0-9a-f]{4,40}$/.test(name)) return null;
  const commits = new Set(entries.flatMap(({ record }) => record.git?.commit ?? []));
  const matching = [...commits].filter((commit) => commit.startsWith(name));
  return matching.length === 1 ? matching[0]! : null;
}

/** Lists the names that have records, the newest commits first. */
async function knownNames(entries: readonly StoredRecord[], results: string): Promise<string> {
  const commits = new Map<string, { date: string; models: Set<string> }>();
  for (const { record } of entries) {
    if (!record.git || record.model.role !== 'model') continue;
    const { commit, dirty, committedAt } = record.git;
    const key = `${shortCommit(commit)}${dirty ? ' with uncommitted changes' : ''}`;
    const known = commits.get(key) ?? { date: committedAt, models: new Set() };
    known.models.add(record.model.id);
    commits.set(key, known);
  }
  const lines = [...commits]
    .sort(([, a], [, b]) => Date.parse(b.date) - Date.parse(a.date))
    .map(
      ([key, { date, models }]) => `${key}, ${date.slice(0, 10)}, ${models.size} model${models.size > 1 ? 's' : ''}`,
    );
  const more = lines.length > MAX_LISTED ? [`and ${lines.length - MAX_LISTED} older`] : [];
  const baselines = (await readdir(path.join(results, BASELINES)).catch(() => [])).filter((name) =>
    BASELINE_NAME.test(name),
  );
  return [
    lines.length > 0 ? 'these have records:' : 'no commit has records',
    ...[...lines.slice(0, MAX_LISTED), ...more].map((line) => `  ${line}`),
    baselines.length > 0 ? `saved baselines: ${baselines.sort().join(', ')}` : 'no baseline is saved',
  ].join('\n');
}
