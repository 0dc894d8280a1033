// Runs commands of the command line, in a separate process or in this one, which costs less.
import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';

/** What a command printed, and its exit status. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as users do, in the project's folder. */
export function runProcess(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ['--import', TYPESCRIPT, path.join(projectRoot, 'src/cli/main.ts'), ...args];
    execFile(process.execPath, command, { cwd: projectRoot, maxBuffer: 2 ** 26, env }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Runs a command in this process, for what does not depend on its start and end. */
export async function runHere(...args: string[]): Promise<Ended> {
  const said: Said = { out: [], err: [], code: null };
  await runCommandLine(args, recordingIo(said));
  const written = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
  return { status: said.code ?? 0, out: written(said.out), err: written(said.err) };
}
