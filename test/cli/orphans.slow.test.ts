// What runs on after a command was killed: nothing, whatever its child processes compute.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { type FoundProcess, processesWith } from '../fixtures/processes.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** All processes of a command have it in their environment. */
const marks: string[] = [];

interface Running {
  readonly command: ChildProcess;
  processes(): FoundProcess[];
}

function start(...args: string[]): Running {
  const mark = `${process.pid}-${marks.length}`;
  marks.push(mark);
  const command = spawn(
    process.execPath,
    ['--import', TYPESCRIPT, path.join(projectRoot, 'src/cli/main.ts'), ...args],
    {
      cwd: projectRoot,
      env: { ...process.env, TEST_MARK: mark },
      stdio: 'ignore',
    },
  );
  const processes = (): FoundProcess[] => processesWith(`TEST_MARK=${mark}`);
  onTestFinished(() => {
    for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
  });
  return { command, processes };
}

/** Waits until a child program has computed for some seconds: these models then hold its thread for long. */
async function untilItComputes({ processes, command }: Running, program: string, seconds: number): Promise<void> {
  await expect
    .poll(
      () => {
        if (command.exitCode !== null) throw new Error(`it ended with ${command.exitCode}`);
        return processes().find((one) => one.command.includes(program))?.seconds ?? 0;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(seconds);
}

it.each([
  ['svm-libsvm', 'SIGKILL'],
  ['random-forest-mljs', 'SIGKILL'],
  ['svm-libsvm', 'SIGHUP'],
  ['svm-libsvm', 'SIGINT'],
] as const)('no fit of %s after %s to the bench', async (model, signal) => {
  const out = path.join(await temporaryFolder(), 'results');
  const bench = start('bench', '--models', model, '--limit', '20000', '--out', out, '--no-report');
  await untilItComputes(bench, 'fit-child', 3);
  bench.command.kill(signal);
  // The fit would take most of a minute more.
  await expect.poll(() => bench.processes(), { timeout: 5000 }).toEqual([]);
});

it('no conformance check after doctor was killed', async () => {
  const doctor = start('doctor', 'random-forest-mljs');
  await untilItComputes(doctor, 'check-child', 2);
  doctor.command.kill('SIGKILL');
  await expect.poll(() => doctor.processes(), { timeout: 5000 }).toEqual([]);
});
