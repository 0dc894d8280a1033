// Errors of a disk that cannot be written to.
import { messageOf, UserError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'not allowed to write',
  EPERM: 'not allowed to write',
  EROFS: 'the file system is read-only',
};

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
