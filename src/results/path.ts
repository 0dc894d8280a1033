// Names the file of a record, by machine and commit, so that records of different ones never overwrite each other.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { shortCommit } from '../git/short-commit.ts';

/** The facts that determine the file of a record. A record has all of them except the variant. */
export interface RecordIdentity {
  readonly machine: { readonly id: string };
  /** null outside a git checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** Without a code hash, as in older records, records of uncommitted changes share one folder. */
  readonly model: { readonly id: string; readonly codeHash?: string | undefined };
  readonly seed: number;
  /** 1 for the first, which is not part of the name. */
  readonly repeat: number;
  /** Names a benchmark or parameters that are not the default; absent for the defaults. */
  readonly variant?: string | undefined;
}

/** The longest part of a name, well below the 255 bytes that file systems allow for the whole name. */
const LONGEST_PART = 80;
/** As many digits of the code hash as of a commit. */
const CODE_DIGITS = 8;

/**
 * Names the file of a record: `<out>/<machine>/<commit>/<model>-s<seed>[-<variant>][-r<repeat>].json`. Instead of
 * `<commit>` it is `<commit>-dirty-<code>` with uncommitted changes, so that records of one edit stay when the next is
 * measured, and `no-commit` outside a git checkout. The file is always inside `out`, whatever the ids contain.
 *
 * @param out the folder of all records
 * @param identity a record, or the facts of a future one
 */
export function recordPath(out: string, { machine, git, model, seed, repeat, variant }: RecordIdentity): string {
  const tail = `${variant === undefined ? '' : `-${safePart(variant)}`}${repeat === 1 ? '' : `-r${repeat}`}`;
  return path.join(out, safePart(machine.id), commitFolder(git, model), `${safePart(model.id)}-s${seed}${tail}.json`);
}

function commitFolder(git: RecordIdentity['git'], { codeHash }: RecordIdentity['model']): string {
  if (git === null) return 'no-commit';
  const commit = safePart(shortCommit(git.commit));
  if (!git.dirty) return commit;
  return codeHash === undefined ? `${commit}-dirty` : `${commit}-dirty-${codeHash.slice(0, CODE_DIGITS)}`;
}

/**
 * Names the file of what the process of a fit printed, which is next to its record.
 *
 * @param recordFile ending in `.json`
 */
export function logPath(recordFile: string): string {
  return recordFile.replace(/\.json$/, '.log');
}

/**
 * Keeps letters, digits, dots, dashes and underscores. A changed text ends with a hash of the original, so that texts that
 * differ only in the removed characters stay different.
 */
function safePart(text: string): string {
  const safe = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, LONGEST_PART);
  if (safe === text && safe !== '') return safe;
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 6);
  return safe === '' ? mark : `${safe}-${mark}`;
}
