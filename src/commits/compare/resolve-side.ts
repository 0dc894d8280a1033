// From what the user typed to records: a commit, a folder, a saved baseline, the work tree, the newest there are.
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type Commit, findCommit, resolveCommit, titleOfCommit } from '../../git/commit.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { type RecordProblem, readRecords, type StoredRecord } from '../../results/read.ts';
import { latestRecords } from '../../results/select.ts';
import { ofSide, type Wanted } from './sides.ts';

/** The name that stands for the work tree. */
export const DIRTY = 'dirty';
/** Folder of saved baselines; the dot keeps its records out of all others. */
const BASELINES = '.baselines';
const BASELINE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** Commits that the message about an unknown name lists. */
const LISTED = 20;

/** Where names lead. */
export interface Places {
  /** Folder of records. */
  readonly results: string;
  /** Anywhere in the git checkout that knows the commits. */
  readonly checkout: string;
}

/** A side's name, resolved. */
export interface Resolved {
  readonly wanted: Wanted;
  /** The folder that was read. */
  readonly folder: string;
  readonly entries: readonly StoredRecord[];
  readonly problems: readonly RecordProblem[];
}

type Records = Awaited<ReturnType<typeof readRecords>>;

/**
 * Makes what turns names into records; records are read once.
 *
 * @param places where names lead
 * @returns takes a name, or none for the newest records; it throws a UserError that lists what has records when the name
 *   leads to none, and when it leads to two things
 */
export function createResolver({ results, checkout }: Places): (name?: string) => Promise<Resolved> {
  const read = new Map<string, Promise<Records>>();
  const from = async (folder: string, wanted: Wanted): Promise<Resolved> => {
    if (!read.has(folder)) read.set(folder, readRecords(folder));
    const { records, problems } = await read.get(folder)!;
    return { wanted, folder, entries: records, problems };
  };
  return async (name) => {
    if (name === undefined) return from(results, { kind: 'newest', name: 'the newest records' });
    const folder = await folderOf(name, results);
    if (folder) return folder;
    const all = await from(results, { kind: 'newest', name });
    const baseline = await baselineOf(name, results);
    const wanted = await commitOf(name, checkout, all.entries);
    const own = wanted ? ofSide(all.entries, wanted) : [];
    if (wanted && own.length > 0) {
      if (!baseline) return { ...all, wanted };
      throw twoThings(name, baseline);
    }
    if (baseline) return from(baseline, { kind: 'all', name: `baseline ${name}` });
    const what = wanted ? `no records of ${wanted.name}` : `unknown commit, folder of records or baseline: "${name}"`;
    throw new UserError(`${what}; ${await knownNames(all.entries, results)}`);
  };

  /** A folder in which there is a record; any other could be the library counterpart of a branch. */
  async function folderOf(name: string, own: string): Promise<Resolved | null> {
    if (!(await isFolder(name))) return null;
    if (path.resolve(name) === path.resolve(own)) return from(own, { kind: 'newest', name });
    const found = await from(name, { kind: 'all', name });
    return found.entries.length > 0 ? found : null;
  }
}

/**
 * Finds the commit that a side is to be measured at.
 *
 * @param name as for the resolver
 * @param places where names lead
 * @returns null for a folder of records and a saved baseline: what lies there is all there is
 * @throws UserError when the name leads to nothing, or to two things
 */
export async function commitToMeasure(name: string, { results, checkout }: Places): Promise<Commit | null> {
  if ((await isFolder(name)) && (await readRecords(name)).records.length > 0) return null;
  const baseline = await baselineOf(name, results);
  if (baseline === null) return resolveCommit(name, checkout);
  if ((await findCommit(name, checkout)) !== null) throw twoThings(name, baseline);
  return null;
}

function twoThings(name: string, baseline: string): UserError {
  return new UserError(
    `two things are called "${name}": a commit and a saved baseline; name the commit by its hash, or the folder ${baseline}`,
  );
}

async function isFolder(name: string): Promise<boolean> {
  return (await stat(name).catch(() => null))?.isDirectory() ?? false;
}

async function baselineOf(name: string, results: string): Promise<string | null> {
  if (!BASELINE_NAME.test(name)) return null;
  const folder = path.join(results, BASELINES, name);
  return (await isFolder(folder)) ? folder : null;
}

async function commitOf(name: string, checkout: string, entries: readonly StoredRecord[]): Promise<Wanted | null> {
  const isDirty = name === DIRTY;
  const commit = (await findCommit(isDirty ? 'HEAD' : name, checkout)) ?? commitOfRecords(name, entries);
  if (commit === null) return null;
  const dirtyName = `${shortCommit(commit)} with uncommitted changes`;
  return { kind: 'commit', commit, dirty: isDirty, name: isDirty ? dirtyName : titleOfCommit(name, commit) };
}

/** Records outlive commits: in a shallow clone, or after a rebase, git knows some of them no more. */
function commitOfRecords(name: string, entries: readonly StoredRecord[]): string | null {
  if (!/^[0-9a-f]{4,40}$/.test(name)) return null;
  const commits = new Set(entries.flatMap(({ record }) => record.git?.commit ?? []));
  const matching = [...commits].filter((commit) => commit.startsWith(name));
  return matching.length === 1 ? matching[0]! : null;
}

/** What could have been asked for, the newest commits first. */
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
  const more = lines.length > LISTED ? [`and ${lines.length - LISTED} older`] : [];
  const baselines = (await readdir(path.join(results, BASELINES)).catch(() => [])).filter((name) =>
    BASELINE_NAME.test(name),
  );
  return [
    lines.length > 0 ? 'these have records:' : 'no commit has records',
    ...[...lines.slice(0, LISTED), ...more].map((line) => `  ${line}`),
    baselines.length > 0 ? `saved baselines: ${baselines.sort().join(', ')}` : 'no baseline is saved',
  ].join('\n');
}

/**
 * Copies a side's records, of each fit on each machine the newest, to where its name finds them. All of them or none.
 *
 * @param name letters, digits, dots, dashes and underscores
 * @param side what to copy
 * @param options the folder of records, and whether a baseline of that name may be replaced
 * @returns the folder and how many records it holds
 * @throws UserError when the name is not allowed or taken, or the side has no records
 */
export async function saveBaseline(
  name: string,
  { wanted, folder: source, entries }: Resolved,
  { results, force }: { readonly results: string; readonly force: boolean },
): Promise<{ readonly folder: string; readonly records: number }> {
  if (!BASELINE_NAME.test(name) || name === DIRTY) {
    throw new UserError(
      `invalid name of a baseline: "${name}"; allowed: up to 80 letters, digits, dots, dashes and underscores, a letter or digit first, not "${DIRTY}"`,
    );
  }
  const own = ofSide(entries, wanted);
  const machines = [...new Set(own.map(({ record }) => record.machine.id))];
  const chosen = machines.flatMap((id) => latestRecords(own.filter(({ record }) => record.machine.id === id)));
  if (chosen.length === 0) throw new UserError(`nothing to save: no record in ${source} (npm run bench makes records)`);
  const folder = path.join(results, BASELINES, name);
  const isTaken = await isFolder(folder);
  if (isTaken && !force) throw new UserError(`there is a baseline "${name}" already; --force replaces it`);
  const temporary = path.join(results, BASELINES, `.${randomUUID()}.tmp`);
  try {
    for (const { file } of chosen) {
      const copy = path.join(temporary, path.relative(source, file));
      await mkdir(path.dirname(copy), { recursive: true });
      await copyFile(file, copy);
    }
    await replaceFolder(temporary, folder, isTaken);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { folder, records: chosen.length };
}

async function replaceFolder(temporary: string, folder: string, isTaken: boolean): Promise<void> {
  if (!isTaken) return rename(temporary, folder);
  const old = `${temporary}.old`;
  await rename(folder, old);
  try {
    await rename(temporary, folder);
  } catch (error) {
    await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
