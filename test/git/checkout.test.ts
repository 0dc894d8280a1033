import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { describeGit } from '../../src/git/checkout.ts';

function repository() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'git-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args])
      .toString()
      .trim();
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  git('init', '-q', '-b', 'trunk');
  write('src/a.ts', '1');
  git('add', '.');
  git('commit', '-qm', 'first');
  return { folder, git, write };
}

it('names commit, branch and time of a clean checkout', async () => {
  const { folder, git } = repository();
  expect(await describeGit(path.join(folder, 'src'))).toEqual({
    commit: git('rev-parse', 'HEAD'),
    dirty: false,
    branch: 'trunk',
    committedAt: git('show', '-s', '--format=%cI'),
  });
});

it('is dirty if code is changed or new, not if records, reports or documents are', async () => {
  const { folder, write } = repository();
  write('results/m/a.json', '{}');
  write('README.md', 'text');
  expect((await describeGit(folder))?.dirty).toBe(false);
  write('models/new.ts', '1');
  expect((await describeGit(folder))?.dirty).toBe(true);
});

it('is null outside a checkout and before the first commit', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'no-git-'));
  expect(await describeGit(folder)).toBeNull();
  execFileSync('git', ['-C', folder, 'init', '-q']);
  expect(await describeGit(folder)).toBeNull();
});
