// What a restricted process can see and change. Without the right to make namespaces, these tests are skipped.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runChild } from '../../src/base/child-process.ts';
import { RESTRICT_VARIABLE, restrict } from '../../src/run/restrict.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const isPossible = (await restrict(['true']))?.release() !== undefined;

beforeEach(async () => {
  vi.stubEnv('FITTING_ROOM_CACHE', await temporaryFolder());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs a script of the shell, and returns what it prints. */
async function run(script: string, folders: readonly string[] = []) {
  const restricted = (await restrict(['sh', '-c', script], folders))!;
  const { code, output } = await runChild(restricted.command);
  await restricted.release();
  return { code, output };
}

describe.skipIf(!isPossible)('a restricted process', () => {
  it('does not see data sets, splits, fitted models and the folders that are named', async () => {
    const cache = process.env['FITTING_ROOM_CACHE']!;
    const records = await temporaryFolder();
    for (const folder of [path.join(cache, 'splits'), records]) {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'secret'), 'labels');
    }
    await writeFile(path.join(cache, 'seen'), '');
    const { code, output } = await run(`ls ${cache}/splits ${records}; ls ${cache}`, [records, '/no/such/folder']);
    expect(code).toBe(0);
    expect(output).not.toContain('secret');
    expect(output).toContain('seen');
    // Even after an attempt to uncover it, and by the way over the first process.
    const again = await run(`umount ${records}; unshare -m umount ${records}; ls ${records} /proc/1/root${records}`, [
      records,
    ]);
    expect(again.output).not.toContain('secret');
  });

  it('runs where one of the folders is inside a hidden one, as the records of a measurement of another commit are', async () => {
    const inbox = path.join(process.env['FITTING_ROOM_CACHE']!, 'worktrees', 'dirty-records', 'r1');
    await mkdir(inbox, { recursive: true });
    const records = await temporaryFolder();
    await mkdir(path.join(records, 'machine'));
    const { code, output } = await run(`ls ${inbox} || echo gone`, [inbox, records, path.join(records, 'machine')]);
    expect(code).toBe(0);
    expect(output).toContain('gone');
  });

  it('can write temporary files, which are gone afterwards, and nothing else', async () => {
    const folder = await temporaryFolder();
    const { output } = await run(
      `echo kept > ${folder}/file; echo written > $TMPDIR/file && cat $TMPDIR/file; echo $TMPDIR`,
    );
    expect(output).toContain('written');
    expect(output).toContain('Read-only file system');
    expect(await readdir(folder)).toEqual([]);
    await expect(readdir(output.trim().split('\n').at(-1)!)).rejects.toThrow('ENOENT');
  });

  it('has no network', async () => {
    expect((await run('cat /proc/net/route | wc -l')).output.trim()).toMatch(/^[01]$/);
  });

  it('keeps the exit status of the command', async () => {
    expect((await run('exit 7')).code).toBe(7);
  });

  it('is not restricted if the user does not want it', async () => {
    vi.stubEnv(RESTRICT_VARIABLE, '0');
    expect(await restrict(['true'])).toBeNull();
  });
});
