import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { downloadWheel } from '../../../src/engine/provision/pip.ts';

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

/** Puts a program on the path that answers as pip does: `--version` well, `download` by the lines given. */
async function installFake(program: string, ...lines: string[]): Promise<void> {
  const file = path.join(folder, 'bin', program);
  await writeFile(file, ['#!/bin/sh', 'case "$*" in *--version) exit 0;; esac', ...lines, ''].join('\n'));
  await chmod(file, 0o755);
}
const fetchIt = () => downloadWheel(wheel, work, () => {});

it('fetches into the folder through the first pip there is, with its temporary files there as well', async () => {
  await installFake('pip3', `printf wheel > "$TMPDIR/${wheel.file}"`);
  expect(await fetchIt()).toBe(path.join(work, wheel.file));
});

it('refuses a wheel with another checksum and removes it', async () => {
  await installFake('python3', `printf other > "$TMPDIR/${wheel.file}"`);
  // printf other | sha256sum
  await expect(fetchIt()).rejects.toThrow(
    'fake-1.0-py3-none-any.whl: SHA-256 is d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa, ' +
      `expected ${wheel.sha256}`,
  );
  expect(await readdir(work)).toEqual([]);
});

it('says which file came instead', async () => {
  await installFake('python3', 'printf x > "$TMPDIR/fake-1.1-py3-none-any.whl"');
  await expect(fetchIt()).rejects.toThrow('pip fetched fake-1.1-py3-none-any.whl instead of fake-1.0-py3-none-any.whl');
});

it('passes on what pip says, with what to do', async () => {
  await installFake('python3', 'echo "ERROR: No matching distribution found for fake==1.0" >&2', 'exit 1');
  await expect(fetchIt()).rejects.toThrow(
    'pip could not fetch fake==1.0 (ERROR: No matching distribution found for fake==1.0); check the network and the ' +
      'index (pip config list), or put fake-1.0-py3-none-any.whl into a folder and name it in PIP_FIND_LINKS',
  );
});

it('says how to get pip where there is none', async () => {
  await expect(fetchIt()).rejects.toThrow(
    /^pip: none found \(tried python3 -m pip, python -m pip, pip3, pip\); .*apt-get install python3-pip/,
  );
});
