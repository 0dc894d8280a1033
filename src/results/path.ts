// Where a record lies: by machine and commit, so that records of different ones never overwrite each other.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { shortCommit } from '../git/short-commit.ts';

/** What decides where a record lies; a record has all of it but the variant. */
export interface RecordIdentity {
  readonly machine: { readonly id: string };
  /** null outside of a git checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly model: { readonly id: string };
  readonly seed: number;
  /** 1 for the first, which needs no mark. */
  readonly repeat: number;
  /** Sets apart what is neither the default benchmark nor a model's defaults; absent for those. */
  readonly variant?: string | undefined;
}

/** Longest part of a name, well below the 255 bytes that file systems allow for all of it. */
const LONGEST_PART = 80;

/**
 * Names the file of a record: `<out>/<machine>/<commit>[-dirty]/<model>-s<seed>[-<variant>][-r<repeat>].json`, with
 * `no-commit` outside of a git checkout. Always inside `out`, whatever the ids hold.
 *
 * @param out the folder of all records
 * @param identity a record, or what will be one
 */
export function recordPath(out: string, { machine, git, model, seed, repeat, variant }: RecordIdentity): string {
  const commit = git ? `${safePart(shortCommit(git.commit))}${git.dirty ? '-dirty' : ''}` : 'no-commit';
  const tail = `${variant === undefined ? '' : `-${safePart(variant)}`}${repeat === 1 ? '' : `-r${repeat}`}`;
  return path.join(out, safePart(machine.id), commit, `${safePart(model.id)}-s${seed}${tail}.json`);
}

/**
 * Keeps letters, digits, dots, dashes and underscores. A text that had to be changed gets a mark of the original, so
 * that two that differ only in what was lost keep apart.
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
