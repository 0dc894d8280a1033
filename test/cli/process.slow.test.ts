// The command line as a process: the bytes that it writes, and its end whatever its outputs and environment are.
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { terminalProblems } from '../../tools/fuzz/output-checks.ts';
import { HOSTILE_NAME } from '../fixtures/hostile-text.ts';

const MAIN = path.join(projectRoot, 'src/cli/main.ts');

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ status: number | string; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: projectRoot,
      maxBuffer: 2 ** 26,
      env: { ...process.env, ...env },
      encoding: 'latin1',
    } as const;
    execFile(process.execPath, ['--import', TYPESCRIPT, MAIN, ...args], options, (error, out, err) =>
      resolve({ status: error ? (error.code ?? error.signal ?? '') : 0, out, err }),
    );
  });
}

/** Runs a command with its outputs connected to files. Returns its exit status and what it printed to the other output. */
async function runInto(stream: 'stdout' | 'stderr', file: string, ...args: string[]): Promise<[number | null, string]> {
  const target = openSync(file, 'w');
  const stdio = stream === 'stdout' ? (['ignore', target, 'pipe'] as const) : (['ignore', 'pipe', target] as const);
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, MAIN, ...args], {
    cwd: projectRoot,
    stdio: [...stdio],
  });
  let text = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  closeSync(target);
  return [status, text];
}

it('writes no byte of a hostile argument that acts on a terminal or a log', async () => {
  const { status, out, err } = await run(['models', HOSTILE_NAME]);
  expect([status, out]).toEqual([2, '']);
  const text = Buffer.from(err, 'latin1').toString();
  expect(terminalProblems(text)).toEqual([]);
  expect(text).toContain('unknown model: "::error::\\u001b[2J\\u009b31m\\u007f\\u202e');
});

describe.skipIf(process.platform !== 'linux')('an output that is full', () => {
  it('is named, and the exit status is 2', async () => {
    const [status, err] = await runInto('stdout', '/dev/full', 'models');
    expect(err).toMatch(/^error: cannot write to standard output: ENOSPC: no space left on device/);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  it('changes nothing when it is standard error', async () => {
    expect(await runInto('stderr', '/dev/full', 'models', 'kn')).toEqual([2, '']);
    const [status, out] = await runInto('stderr', '/dev/full', 'models', 'knn');
    expect([status, out]).toEqual([0, expect.stringContaining('--set knn.k=5')]);
  });
});

it('ends quietly with 141 when the reader of its output closes it', async () => {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, MAIN, 'models', '--json'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.destroy();
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect([status, err]).toEqual([141, '']);
});

// Without an inherited file of this number, it is one that Node has opened for itself. Where it is Node's event queue (often 6,
// 8, 9, 10 or 13) or no number, Node, npm's included, aborts before any script has run: nothing in this project can change that.
it.skipIf(process.platform === 'win32')(
  'ends with its own status when NODE_CHANNEL_FD is meant for another process',
  async () => {
    expect(await run(['models', 'knn'], { NODE_CHANNEL_FD: '3' })).toMatchObject({ status: 0, err: '' });
    expect(await run(['models', 'kn'], { NODE_CHANNEL_FD: '3' })).toMatchObject({ status: 2, out: '' });
  },
);
