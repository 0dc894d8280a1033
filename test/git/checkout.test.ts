import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { describeCheckout } from '../../src/git/checkout.ts';
import { findCommit, resolveCommit } from '../../src/git/commit.ts';
import { readCommits } from '../../src/git/commit-graph.ts';
import { commit, git, makeRepository } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  git(folder, 'init', '-q', '-b', 'trunk');
  write('src/a.ts', '1');
  git(folder, 'add', '.');
  commit(folder, 'first');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const stateOf = async (root = folder) => (await describeCheckout(root)).state;
const head = () => git(folder, 'rev-parse', 'HEAD');

describe('a checkout', () => {
  it('names commit, branch and time', async () => {
    expect(await describeCheckout(folder)).toEqual({
      state: {
        commit: head(),
        dirty: false,
        branch: 'trunk',
        committedAt: git(folder, 'rev-list', '-1', '--format=%cI', 'HEAD').split('\n')[1],
      },
      noCommit: null,
    });
    git(folder, 'checkout', '--quiet', '--detach');
    expect(await stateOf()).toMatchObject({ branch: null });
  });

  it('is dirty if code is changed or new, not if records, reports or documents are', async () => {
    write('results/m/a.json', '{}');
    write('README.md', 'text');
    expect((await stateOf())?.dirty).toBe(false);
    write('models/new.ts', '1');
    expect((await stateOf())?.dirty).toBe(true);
  });

  it('of a project in a folder of a larger repository looks at that folder alone', async () => {
    write('project/models/knn.ts', 'k = 5');
    write('project/src/b.ts', '1');
    git(folder, 'add', '.');
    commit(folder, 'a project');
    const root = path.join(folder, 'project');
    write('models/other.ts', 'not of the project');
    write('src/a.ts', '2');
    expect((await stateOf(root))?.dirty).toBe(false);
    write('project/models/knn.ts', 'k = 9');
    expect((await stateOf(root))?.dirty).toBe(true);
  });

  it('reads names that look like patterns or options of git as names', async () => {
    write('src/[a] "ä" --x.ts', '1');
    expect((await stateOf())?.dirty).toBe(true);
    git(folder, 'add', '.');
    git(folder, 'checkout', '--quiet', '-b', 'heads/trunk');
    commit(folder, 'odd names');
    expect(await stateOf()).toMatchObject({ commit: head(), dirty: false, branch: 'heads/trunk' });
  });
});

describe('the user’s configuration', () => {
  it('that shows signatures does not change the commit', async () => {
    const gpg = path.join(folder, '.git', 'gpg.sh');
    writeFileSync(
      gpg,
      '#!/bin/sh\ncase "$*" in\n*--verify*) echo \'Good "git" signature\' >&2; echo "[GNUPG:] GOODSIG 1 t";;\n' +
        '*) cat >/dev/null; echo "[GNUPG:] SIG_CREATED " >&2; ' +
        "printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n';;\nesac\n",
    );
    chmodSync(gpg, 0o755);
    for (const setting of ['log.showSignature=true', `gpg.program=${gpg}`, 'log.decorate=full', 'log.date=relative']) {
      git(folder, 'config', ...setting.split('='));
    }
    git(folder, 'commit', '--quiet', '--allow-empty', '-S', '--message', 'signed');
    expect(execFileSync('git', ['-C', folder, 'show', '-s', '--format=%H', 'HEAD'], { encoding: 'utf8' })).toContain(
      'Good "git" signature',
    );
    expect(await stateOf()).toMatchObject({ commit: head(), committedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    expect([...(await readCommits([head()], folder)).values()].at(-1)).toMatchObject({ subject: 'signed' });
    expect(await resolveCommit('trunk', folder)).toMatchObject({ hash: head() });
  });

  it('that hides untracked files does not hide an untracked helper', async () => {
    git(folder, 'config', 'status.showUntrackedFiles', 'no');
    expect((await stateOf())?.dirty).toBe(false);
    write('src/helper/new.ts', '1');
    expect((await stateOf())?.dirty).toBe(true);
  });

  it('of colours, pagers, aliases and formats changes nothing', async () => {
    const before = await describeCheckout(folder);
    const graph = await readCommits([head()], folder);
    const settings = [
      ['color.ui', 'always'],
      ['core.pager', 'false'],
      ['pager.status', 'true'],
      ['alias.status', '!false'],
      ['alias.rev-list', '!false'],
      ['format.pretty', 'oneline'],
      ['status.short', 'true'],
      ['status.branch', 'true'],
      ['core.quotePath', 'true'],
      ['core.fsmonitor', 'false'],
      ['i18n.logOutputEncoding', 'latin1'],
    ] as const;
    for (const [name, value] of settings) git(folder, 'config', name, value);
    expect(await describeCheckout(folder)).toEqual(before);
    expect(await readCommits([head()], folder)).toEqual(graph);
    write('src/ü.ts', '1');
    expect((await stateOf())?.dirty).toBe(true);
  });

  it('in variables of the environment, as hooks and aliases set them, changes nothing', async () => {
    const before = await describeCheckout(folder);
    const other = await temporaryFolder();
    makeRepository(other);
    const variables = {
      GIT_DIR: path.join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: path.join(other, '.git', 'index'),
      GIT_OBJECT_DIRECTORY: path.join(other, '.git', 'objects'),
      GIT_NAMESPACE: 'x',
      GIT_PREFIX: 'src/',
      GIT_LITERAL_PATHSPECS: '0',
      GIT_ICASE_PATHSPECS: '1',
      GIT_CONFIG_PARAMETERS: "'status.showuntrackedfiles'='no'",
      GIT_EXTERNAL_DIFF: 'false',
      GIT_TRACE: '2',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(await describeCheckout(folder)).toEqual(before);
    expect((await readCommits([before.state!.commit], folder)).size).toBe(1);
    expect(await findCommit('trunk', folder)).toBe(before.state!.commit);
    write('src/new.ts', '1');
    expect((await stateOf())?.dirty).toBe(true);
  });
});

describe('where git names no commit, the reason and the cure are said:', () => {
  const noCommit = async (root = folder) => (await describeCheckout(root)).noCommit;

  it('no checkout', async () => {
    const none = await temporaryFolder();
    expect(await noCommit(none)).toEqual({
      reason: `${none} is not a git checkout`,
      cure: 'clone the project with git clone',
    });
    expect(await findCommit('trunk', none)).toBeNull();
  });

  it('no commit yet', async () => {
    const empty = await temporaryFolder();
    git(empty, 'init', '-q');
    expect(await noCommit(empty)).toEqual({ reason: 'the repository has no commit yet', cure: 'git commit makes one' });
  });

  it('a checkout of another owner', async () => {
    // What git itself tests with: as in a container with a mounted volume.
    const bin = await temporaryFolder();
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const wrapper = path.join(bin, 'git');
    writeFileSync(wrapper, `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${real}' "$@"\n`);
    chmodSync(wrapper, 0o755);
    vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env['PATH']}`);
    vi.stubEnv('HOME', bin);
    expect(await noCommit(path.join(folder, 'src'))).toEqual({
      reason: `git refuses to read ${folder}: another user owns it`,
      cure: `if you trust it: git config --global --add safe.directory '${folder}'`,
    });
    await expect(findCommit('trunk', folder)).rejects.toThrow(UserError);
    await expect(resolveCommit('trunk', folder)).rejects.toThrow(/another user owns it; if you trust it: git config/);
    git(folder, 'config', '--global', '--add', 'safe.directory', folder);
    expect(await stateOf()).toMatchObject({ commit: head() });
  });

  it('a damaged repository', async () => {
    const objects = path.join(folder, '.git', 'objects');
    for (const name of readdirSync(objects)) {
      if (/^[0-9a-f]{2}$/.test(name)) rmSync(path.join(objects, name), { recursive: true });
    }
    const found = await noCommit();
    expect(found!.reason).toMatch(/^git cannot read .*\.git: .*bad object HEAD/);
    expect(found!.cure).toBe('git fsck shows what is damaged');
    renameSync(path.join(folder, '.git', 'HEAD'), path.join(folder, '.git', 'HEAD-gone'));
    expect((await noCommit())!.reason).toMatch(/^git cannot read .*\.git: /);
  });

  it('no git', async () => {
    vi.stubEnv('PATH', folder);
    expect(await noCommit()).toEqual({
      reason: 'git is not installed, or not in the PATH; it is needed to find commits',
      cure: 'install git',
    });
  });
});
