import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { planEngine } from '../../../src/engine/provision/engine-plan.ts';
import { downloadWheel, pipArguments } from '../../../src/engine/provision/pip.ts';

let folder: string;
let work: string;
const wheel = {
  name: 'fake',
  version: '1.0',
  file: 'fake-1.0-py3-none-any.whl',
  sha256: createHash('sha256').update('wheel').digest('hex'),
  bytes: 5,
  unpackedBytes: 5,
  rules: [],
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pip-'));
  work = path.join(folder, 'work');
  await mkdir(work);
  await mkdir(path.join(folder, 'bin'));
  vi.stubEnv('PATH', path.join(folder, 'bin'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Installs a fake pip: `--version` succeeds, `download` runs the given lines. */
async function installFake(program: string, ...lines: string[]): Promise<void> {
  const file = path.join(folder, 'bin', program);
  await writeFile(file, ['#!/bin/sh', 'case "$*" in *--version) exit 0;; esac', ...lines, ''].join('\n'));
  await chmod(file, 0o755);
}
const fetchIt = () => downloadWheel(wheel, work, () => {});

it('downloads into the folder with the first pip that is installed, and keeps its temporary files there', async () => {
  await installFake('pip3', `printf wheel > "$TMPDIR/${wheel.file}"`);
  expect(await fetchIt()).toBe(path.join(work, wheel.file));
});

it('rejects a wheel with another checksum and removes it', async () => {
  await installFake('python3', `printf other > "$TMPDIR/${wheel.file}"`);
  // printf other | sha256sum
  await expect(fetchIt()).rejects.toThrow(
    'fake-1.0-py3-none-any.whl: SHA-256 is d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa, ' +
      `expected ${wheel.sha256}`,
  );
  expect(await readdir(work)).toEqual([]);
});

it('names the file that was downloaded instead', async () => {
  await installFake('python3', 'printf x > "$TMPDIR/fake-1.1-py3-none-any.whl"');
  await expect(fetchIt()).rejects.toThrow(
    'pip downloaded fake-1.1-py3-none-any.whl instead of fake-1.0-py3-none-any.whl',
  );
});

it('reports the error of pip and what to do', async () => {
  await installFake('python3', 'echo "ERROR: No matching distribution found for fake==1.0" >&2', 'exit 1');
  await expect(fetchIt()).rejects.toThrow(
    'pip cannot download fake==1.0 (ERROR: No matching distribution found for fake==1.0); check the network and the ' +
      'index (pip config list), or put fake-1.0-py3-none-any.whl into a folder and set PIP_FIND_LINKS to it',
  );
});

it('explains how to install pip if there is none', async () => {
  await expect(fetchIt()).rejects.toThrow(
    /^pip is not installed \(tried python3 -m pip, python -m pip, pip3, pip\); .*apt-get install python3-pip/,
  );
});

it('passes the tags of the file name to pip', () => {
  const { wheels } = planEngine({ platform: 'linux', arch: 'x64', variant: 'cuda' });
  const runtime = wheels.find(({ name }) => name === 'nvidia-cuda-runtime-cu12')!;
  const args = pipArguments(runtime, '/tmp/x');
  expect(args).toContain('nvidia-cuda-runtime-cu12==12.9.79');
  expect(args.filter((arg) => arg.startsWith('--platform'))).toEqual([
    '--platform=manylinux2014_x86_64',
    '--platform=manylinux_2_17_x86_64',
  ]);
  expect(args).toContain('--retries=1');
  expect(args).toContain('--dest=/tmp/x');
});
