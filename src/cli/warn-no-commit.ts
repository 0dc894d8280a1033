// Tells the user why git names no commit, and what to do about it.
import { describeCheckout } from '../git/checkout.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Prints why git names no commit; nothing where it names one.
 *
 * @param checkout the project's folder
 * @param consequence what follows for this command, without a full stop
 */
export async function warnNoCommit(checkout: string, consequence: string, io: Io): Promise<void> {
  const { noCommit } = await describeCheckout(checkout);
  if (noCommit) io.err(`${consequence}: ${noCommit.reason}; ${noCommit.cure}`);
}
