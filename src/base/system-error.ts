// Errors of the operating system, such as that of a file that cannot be read.

/**
 * Tells whether an error is one of the operating system: a file that cannot be read, a full disk, a missing program. It is
 * not a bug, so the user sees its message and no stack.
 *
 * @param error any value that was thrown
 */
export function isSystemError(error: unknown): error is Error & { readonly syscall: string } {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';
}
