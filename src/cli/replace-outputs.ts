// Outputs that the user named are replaced or removed whatever happens: none is left over from an earlier run.
import { lstat, rm } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { codeBlock } from '../document/escape.ts';

/** Files that a command writes; absent for those that it does not write. */
export interface Outputs {
  readonly markdown?: string | undefined;
  readonly html?: string | undefined;
}

/**
 * Removes the outputs and runs. If the run fails, the Markdown says why, so that a comment made of it does too.
 *
 * @param title of the Markdown of a failed run
 * @param run writes the outputs
 * @throws UserError when an output cannot be removed; whatever the run throws
 */
export async function replaceOutputs(title: string, outputs: Outputs, run: () => Promise<void>): Promise<void> {
  const { markdown, html } = outputs;
  for (const file of [markdown, html]) if (file !== undefined) await removeFile(file);
  try {
    await run();
  } catch (error) {
    if (markdown !== undefined) {
      const text = `## ${title}\n\nThe command failed:\n\n${codeBlock(messageOf(error))}\n`;
      // The error of the run matters more than one of writing it down.
      await writeFileAtomic(markdown, text).catch(() => undefined);
    }
    throw error;
  }
}

/**
 * Removes the outputs that arguments name, for a command that never ran because another argument is wrong.
 *
 * @param args as typed; a file follows `--markdown` or `--html`, after a space or an equals sign
 */
export async function removeOutputs(args: readonly string[]): Promise<void> {
  for (const [i, arg] of args.entries()) {
    const [, joined] = /^--(?:markdown|html)=(.+)$/.exec(arg) ?? [];
    const next = arg === '--markdown' || arg === '--html' ? args[i + 1] : undefined;
    const file = joined ?? (next?.startsWith('-') ? undefined : next);
    // The mistake in the arguments is what the user must hear of.
    if (file !== undefined) await removeFile(file).catch(() => undefined);
  }
}

/** Removes a file. A device, such as `/dev/stdout`, and a link stay. */
async function removeFile(file: string): Promise<void> {
  const isFile = (await lstat(file).catch(() => null))?.isFile() ?? false;
  if (isFile) await rm(file);
}
