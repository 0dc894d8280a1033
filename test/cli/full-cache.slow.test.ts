// A cache or records on a full or read-only disk, as the command line meets it. Needs the right to mount a file system.
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished, type TestContext } from 'vitest';
import { moduleCommand, runChild } from '../../src/base/child-process.ts';
import { makeFolder } from '../../src/base/make-folder.ts';
import { smallFiles, writeFiles } from '../fixtures/idx.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let root: string;
let disk: string;

beforeEach(async () => {
  root = await temporaryFolder();
  disk = path.join(root, 'disk');
  await mkdir(disk);
  await writeFiles(path.join(root, 'data'), smallFiles());
});

/** Mounts a small disk. The test is skipped where that is not allowed. */
function mountDisk(context: TestContext): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    context.skip('this user may not mount a file system');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
}

const makeReadOnly = (): Buffer => execFileSync('mount', ['-o', 'remount,ro', disk]);

/** Writes zeros until the disk is full. Returns the file to remove. */
function fillDisk(): string {
  const filler = path.join(disk, 'filler');
  writeFileSync(filler, '');
  try {
    for (;;) appendFileSync(filler, Buffer.alloc(4096));
  } catch {
    return filler;
  }
}

async function bench(...args: string[]) {
  return benchIn({ cache: disk, out: path.join(root, 'out') }, ...args);
}

async function benchIn({ cache, out: folder }: { cache: string; out: string }, ...args: string[]) {
  const main = new URL('../../src/cli/main.ts', import.meta.url);
  const data = ['--dataset', path.join(root, 'data'), '--validation', '3'];
  const out = ['--out', folder, '--no-report'];
  const env = { ...process.env, FITTING_ROOM_CACHE: cache, TMPDIR: root };
  const { code, stdout, stderr } = await runChild(moduleCommand(main, 'bench', ...data, ...out, ...args), {
    cwd: root,
    env,
  });
  return { code, error: stderr.trim(), table: stdout };
}

it('a full cache ends a bench with one clear error, and nothing half-written is used later', async (context) => {
  mountDisk(context);
  const filler = fillDisk();
  expect(await bench('--models', 'majority')).toMatchObject({
    code: 2,
    error: expect.stringMatching(/^error: cannot write to the cache, .*splits: the disk is full \(ENOSPC.*$/),
  });
  expect(readdirSync(path.join(disk, 'splits'))).toEqual([]);
  rmSync(filler);
  expect((await bench('--models', 'majority')).code).toBe(0);
});

it('a read-only cache works where engine and data are there; a missing engine is one clear error', async (context) => {
  mountDisk(context);
  expect((await bench('--models', 'majority')).code).toBe(0);
  makeReadOnly();
  const again = await bench('--models', 'majority');
  expect(again.code).toBe(0);
  expect(again.error).toContain('the fitted model majority is not saved: cannot write to the cache, ');
  // Another split than the one in the cache is made in the temporary folder, and gone afterwards.
  expect((await bench('--models', 'majority', '--limit', '6')).code).toBe(0);
  expect(readdirSync(root).filter((name) => name.startsWith('fitting-room-split-'))).toEqual([]);
  expect(await bench('--models', 'mlp')).toMatchObject({
    code: 2,
    error: expect.stringMatching(
      /^(engine: .*\n)*error: .*engine: the file system is read-only; set FITTING_ROOM_CACHE/,
    ),
  });
});

it('records on a full disk: every fit runs, the table shows it, each lost record is named, and the status is 1', async (context) => {
  mountDisk(context);
  const out = path.join(disk, 'results');
  await mkdir(out);
  const filler = fillDisk();
  const cache = path.join(root, 'cache');
  const full = await benchIn({ cache, out }, '--models', 'majority,nearest-centroid');
  expect(full.code).toBe(1);
  expect(full.table).toMatch(/^majority +\d/m);
  expect(full.table).toMatch(/^nearest-centroid +\d/m);
  expect(full.error).toContain(`\n0 records in ${out}`);
  for (const model of ['majority', 'nearest-centroid']) {
    expect(full.error).toMatch(
      new RegExp(`^not kept: cannot write .*/${model}-s1\\S*: the disk is full: free some space`, 'm'),
    );
  }
  rmSync(filler);
  expect((await benchIn({ cache, out }, '--models', 'majority')).code).toBe(0);
});

it('makeFolder says that a file system is read-only', async (context) => {
  mountDisk(context);
  makeReadOnly();
  await expect(makeFolder(path.join(disk, 'a', 'b'))).rejects.toMatchObject({ code: 'EROFS' });
  await expect(makeFolder(disk)).resolves.toBeUndefined();
});
