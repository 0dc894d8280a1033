// Runs npm, the one that started this process if there is one.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { environmentForOtherFolder } from '../../base/child-environment.ts';
import { type ChildEnd, type Command, runChild } from '../../base/child-process.ts';

/** npm removes a half-installed package when it is stopped. */
const GRACE_MILLISECONDS = 5000;

/**
 * Runs npm and waits for its end.
 *
 * @param folder its working directory
 * @param args command and options
 * @param signal stops it
 */
export function runNpm(folder: string, args: readonly string[], signal: AbortSignal): Promise<ChildEnd> {
  const file = npmFile();
  const command: Command = file === null ? ['npm', ...args] : [process.execPath, file, ...args];
  const env = environmentForOtherFolder();
  return runChild(command, { cwd: folder, env, signal, graceMilliseconds: GRACE_MILLISECONDS });
}

/** The file of npm; null if it is only known by its name. */
function npmFile(): string | null {
  const own = process.env['npm_execpath'];
  if (own !== undefined && path.basename(own) === 'npm-cli.js') return own;
  const nextToNode = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(nextToNode) ? nextToNode : null;
}
