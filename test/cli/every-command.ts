// Runs commands in this process as the command line does, for tests of what they print and write.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { expect } from 'vitest';
import { createCommands } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { jsonProblems, markdownProblems, markupProblems, terminalProblems } from '../../tools/fuzz/output-checks.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';

/** What a command printed, and its exit status. */
export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

/** Runs a command line. */
export async function run(...args: string[]): Promise<Printed> {
  const said: Said = { out: [], err: [], code: null };
  await runCommandLine(args, recordingIo(said));
  return { out: said.out.join('\n'), err: said.err.join('\n'), code: said.code };
}

/** Every command of the program that does something, with what is typed for it: `bench`, `export results`. */
export async function everyCommand(): Promise<{ readonly name: string; readonly command: Command }[]> {
  const commands = await createCommands(recordingIo({ out: [], err: [], code: null }));
  return commands.flatMap((command) =>
    command.commands.length === 0
      ? { name: command.name(), command }
      : command.commands.map((sub) => ({ name: `${command.name()} ${sub.name()}`, command: sub })),
  );
}

/** Expects that nothing printed acts on a terminal or a log, and that an error has no stack. */
export function expectSafe({ out, err }: Printed): void {
  expect(terminalProblems(out)).toEqual([]);
  expect(terminalProblems(err)).toEqual([]);
  expect(err).not.toMatch(/^\s+at .*\.ts:\d+/m);
}

/** Expects that every file below a folder is what its name says, and holds no text that acts. Returns the number of files. */
export async function expectSafeFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const checks: Readonly<Record<string, (text: string) => string[]>> = {
    '.md': markdownProblems,
    '.html': markupProblems,
    '.svg': markupProblems,
    '.json': jsonProblems,
    // Lines of a file are no commands to a runner; hidden characters are what matters.
    '.csv': (text) => terminalProblems(text).filter((problem) => !problem.startsWith('command of a runner')),
  };
  for (const file of files) {
    const check = checks[path.extname(file)];
    if (check) expect(check(await readFile(file, 'utf8')), file).toEqual([]);
    else expect(file).toMatch(/\.(?:png|parquet)$/);
  }
  return files.length;
}
