import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findCommit, resolveCommit } from '../../src/git/commit.ts';
import { commit, makeRepository } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a commit', () => {
  let folder: string;
  let commits: [first: string, second: string];

  beforeEach(async () => {
    folder = await temporaryFolder();
    commits = makeRepository(folder);
  });

  test('is found by branch, tag, hash and relation, and named as typed', async () => {
    const [first, second] = commits;
    expect(await resolveCommit('v1', folder)).toEqual({ hash: first, name: `v1 (${first.slice(0, 8)})` });
    expect(await resolveCommit('main', folder)).toEqual({ hash: second, name: `main (${second.slice(0, 8)})` });
    expect(await resolveCommit('main~1', folder)).toMatchObject({ hash: first });
    expect(await resolveCommit(first.slice(0, 10), folder)).toEqual({ hash: first, name: first.slice(0, 8) });
  });

  test('that does not exist is an error with similar names', async () => {
    await expect(resolveCommit('mian', folder)).rejects.toThrow(
      /^unknown commit: "mian"; did you mean "main"\? known: HEAD, main, v1 \(use a branch/,
    );
    await expect(resolveCommit('--all', folder)).rejects.toThrow(/^unknown commit: "--all"/);
    expect(await findCommit('mian', folder)).toBeNull();
  });

  test('that a shallow clone lacks is an error that explains it', async () => {
    const clone = path.join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, clone]);
    await expect(resolveCommit(commits[0], clone)).rejects.toThrow(/shallow.*git fetch --unshallow/);
    expect(await resolveCommit(commits[1], clone)).toMatchObject({ hash: commits[1] });
  });

  test('is found inside a hook of another repository', async () => {
    const other = await temporaryFolder();
    makeRepository(other);
    commit(other, 'three');
    vi.stubEnv('GIT_DIR', path.join(other, '.git'));
    expect(await findCommit('main', folder)).toBe(commits[1]);
  });
});

test('without a checkout or without git, the error says so', async () => {
  const folder = await temporaryFolder();
  await expect(resolveCommit('main', folder)).rejects.toThrow(/^unknown commit: "main"; .* is not a git checkout/);
  vi.stubEnv('PATH', folder);
  await expect(resolveCommit('main', folder)).rejects.toThrow(/^git is not installed/);
});
