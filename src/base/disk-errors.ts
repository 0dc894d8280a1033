// Errors of a disk that cannot be written to.
import { messageOf, UserError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'not allowed to write',
  EPERM: 'not allowed to write',
  EROFS: 'the file system is read-only',
};

/** What is wrong with a path that a file cannot have. */
const PATH_REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is in the place of a folder',
  EEXIST: 'a file is in the place of a folder',
  EISDIR: 'a folder is in the place of the file',
  ENAMETOOLONG: 'the path is too long',
};

/** A disk with these errors can be written to again when something is removed. */
const FULL_CODES = ['ENOSPC', 'EDQUOT'];
const FORBIDDEN_CODES = ['EACCES', 'EPERM', 'EROFS'];
/** What programs print when the disk is full. */
const FULL = /no space left on device/i;

/**
 * Says why a disk cannot be written to: `the disk is full`.
 *
 * @param error any value that a `catch` may receive, also an error that quotes the output of a program
 * @returns null for all other errors
 */
export function diskReason(error: unknown): string | null {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  const known = FULL.test(messageOf(error)) ? 'ENOSPC' : code;
  return (known !== undefined && REASONS[known]) || null;
}

/**
 * Tells whether this user may not write to a place, however much space it has.
 *
 * @param error what the file system threw
 */
export function isForbidden(error: unknown): boolean {
  return FORBIDDEN_CODES.includes((error as NodeJS.ErrnoException | null)?.code ?? '');
}

/**
 * Creates the error of a place in the cache that cannot be written to.
 *
 * @param place path of the file or folder
 * @param cause what the file system threw
 * @returns null when the cause is another error
 */
export function cacheFault(place: string, cause: unknown): UserError | null {
  const reason = diskReason(cause);
  if (reason === null) return null;
  return new UserError(
    `cannot write to the cache, ${place}: ${reason} (${messageOf(cause)}); free some space there, or set ` +
      'FITTING_ROOM_CACHE to another folder',
    { cause },
  );
}

/**
 * Creates the error of a file that cannot be written where the user wants it: `cannot write a/b.html: the disk is full; free
 * some space there, or choose another folder`.
 *
 * @param file path of the file or folder
 * @param cause what the file system threw
 */
export function cannotWrite(file: string, cause: unknown): UserError {
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  const reason = diskReason(cause) ?? PATH_REASONS[code];
  const cure = FULL_CODES.includes(code) ? 'free some space there, or choose another folder' : 'choose another path';
  return new UserError(`cannot write ${file}: ${reason === undefined ? messageOf(cause) : `${reason}; ${cure}`}`, {
    cause,
  });
}
