// npm as a program, as this process's own npm where it was started by one.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { environmentElsewhere } from '../../base/child-environment.ts';

/**
 * Starts npm. No shell stands in between: arguments arrive as they are.
 *
 * @param folder that it works in
 * @param args command and options
 * @param stdio where its words go
 */
export function startNpm(folder: string, args: readonly string[], stdio: SpawnOptions['stdio']): ChildProcess {
  const program = npmProgram();
  const [command, ...before] = program === null ? ['npm'] : [process.execPath, program];
  return spawn(command!, [...before, ...args], { cwd: folder, env: environmentElsewhere(), stdio: stdio! });
}

/** npm's own file, null where just its name is known. */
function npmProgram(): string | null {
  const own = process.env['npm_execpath'];
  if (own !== undefined && path.basename(own) === 'npm-cli.js') return own;
  // On Windows npm's name is that of a batch file, which cannot be started without a shell.
  const besideNode = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(besideNode) ? besideNode : null;
}
