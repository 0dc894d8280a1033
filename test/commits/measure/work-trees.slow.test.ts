import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CACHE_KINDS } from '../../../src/base/cache-policy.ts';
import { useInCache } from '../../../src/base/in-use.ts';
import { processMark } from '../../../src/base/process-mark.ts';
import { readStatus } from '../../../src/base/process-tree.mjs';
import { tryLock } from '../../../src/commits/measure/lock.ts';
import { treeFolder, treesFolder, withTree } from '../../../src/commits/measure/work-trees.ts';
import { commit, git } from '../../fixtures/repository.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeToyProject, stateOf, type ToyProject } from './toy-project.ts';

let toy: ToyProject;
let steps: string[];

beforeEach(async () => {
  toy = makeToyProject(await temporaryFolder());
  steps = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function inTree<T>(
  hash: string,
  work: (root: string) => Promise<T> | T,
  signal = new AbortController().signal,
): Promise<T> {
  const options = { checkout: toy.folder, signal, report: (step: string) => void steps.push(step) };
  return withTree({ hash, name: hash.slice(0, 8) }, options, async (root) => work(root));
}

const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');

describe('a work tree', () => {
  test('has the files of the commit, and the checkout stays unchanged', async () => {
    writeFileSync(path.join(toy.folder, 'models/knn.ts'), 'unsaved work');
    writeFileSync(path.join(toy.folder, 'staged.txt'), 'staged');
    git(toy.folder, 'add', 'staged.txt');
    const before = stateOf(toy.folder);
    const text = await inTree(toy.first, (root) => read(root, 'models/knn.ts'));
    expect(text).toBe("export const name = 'knn';\n");
    expect(stateOf(toy.folder)).toBe(before);
  });

  test('is kept for the next run', async () => {
    const root = await inTree(toy.first, (folder) => folder);
    expect(root).toBe(treeFolder(toy.first));
    writeFileSync(path.join(root, 'mark'), '');
    expect(await inTree(toy.first, (folder) => existsSync(path.join(folder, 'mark')))).toBe(true);
    expect(steps).toEqual([`checking out ${toy.first.slice(0, 8)}`]);
  });

  test.each([
    ['lacks a file', (root: string) => rmSync(path.join(root, 'bench.mjs'))],
    ['has a changed file', (root: string) => writeFileSync(path.join(root, 'bench.mjs'), 'changed')],
    ['has lost its way to the repository', (root: string) => rmSync(path.join(root, '.git'))],
    ['stands at another commit', (root: string) => void git(root, 'checkout', '--quiet', '--detach', toy.second)],
    [
      'is no folder',
      (root: string) => {
        rmSync(root, { recursive: true });
        writeFileSync(root, 'a file');
      },
    ],
    ['is gone', (root: string) => rmSync(root, { recursive: true })],
  ])('that %s is made anew', async (_, damage) => {
    const root = await inTree(toy.first, (folder) => folder);
    const good = read(root, 'bench.mjs');
    damage(root);
    expect(await inTree(toy.first, (folder) => [read(folder, 'bench.mjs'), read(folder, 'models/knn.ts')])).toEqual([
      good,
      "export const name = 'knn';\n",
    ]);
    expect(read(toy.folder, 'node_modules/ours.txt')).toBe('ours');
  });

  test('works for a project in a subfolder of its repository', async () => {
    mkdirSync(path.join(toy.folder, 'sub/node_modules'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) {
      writeFileSync(path.join(toy.folder, 'sub', name), read(toy.folder, name));
    }
    git(toy.folder, 'add', 'sub');
    const hash = commit(toy.folder, 'three');
    const options = { checkout: path.join(toy.folder, 'sub'), signal: new AbortController().signal, report: () => {} };
    const root = await withTree({ hash, name: 'x' }, options, async (folder) => folder);
    expect(root).toBe(path.join(treeFolder(hash), 'sub'));
  });

  test('runs no git hook of the user', async () => {
    const hook = path.join(toy.folder, '.git', 'hooks', 'post-checkout');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\ntouch "$0.ran"\n');
    chmodSync(hook, 0o755);
    await inTree(toy.first, () => null);
    expect(existsSync(`${hook}.ran`)).toBe(false);
  });

  test('of another clone is used too, and made again if that clone is gone', async () => {
    const root = await inTree(toy.first, (folder) => folder);
    writeFileSync(path.join(root, 'mark'), '');
    const [one, cache] = [toy.folder, process.env['FITTING_ROOM_CACHE']!];
    const other = makeToyProject(await temporaryFolder());
    vi.stubEnv('FITTING_ROOM_CACHE', cache);
    git(other.folder, 'fetch', '--quiet', one, 'main');
    toy = { ...other, first: toy.first };
    expect(await inTree(toy.first, (folder) => existsSync(path.join(folder, 'mark')))).toBe(true);
    rmSync(one, { recursive: true });
    expect(await inTree(toy.first, (folder) => existsSync(path.join(folder, 'mark')))).toBe(false);
  });
});

describe('of several work trees', () => {
  /** Commits and the work trees of them, the oldest used first. Four fill the space for trees: their files are sparse. */
  async function makeTrees(count: number): Promise<string[]> {
    const hashes = Array.from({ length: count }, (_, i) => commit(toy.folder, `commit ${i}`));
    for (const [i, hash] of hashes.entries()) {
      const root = await inTree(hash, (folder) => folder);
      writeFileSync(path.join(root, 'large'), '');
      truncateSync(path.join(root, 'large'), CACHE_KINDS.worktrees.limitBytes / 4);
      utimesSync(root, i + 1, i + 1);
    }
    return hashes;
  }
  const kept = () => readdirSync(treesFolder()).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const known = () => git(toy.folder, 'worktree', 'list', '--porcelain').match(/^worktree /gm)?.length;

  test('as many are kept as have space: the least recently used is removed, in git as well', async () => {
    const hashes = await makeTrees(4);
    await inTree(toy.first, () => null);
    expect(kept().sort()).toEqual([...hashes.slice(1), toy.first].map((hash) => hash.slice(0, 12)).sort());
    expect(known()).toBe(1 + 4);
    expect(read(toy.folder, 'node_modules/ours.txt')).toBe('ours');
  });

  test('none that is in use is removed', async () => {
    const hashes = await makeTrees(4);
    await inTree(hashes[0]!, async () => {
      utimesSync(treeFolder(hashes[0]!), 1, 1);
      await inTree(toy.first, () => null);
    });
    expect(kept()).toHaveLength(5);
  });

  test('none that another process uses is removed, even if the clock has jumped and its lock looks old', async () => {
    const hashes = await makeTrees(4);
    const folder = treeFolder(hashes[0]!);
    await useAsOtherProcess(folder);
    mkdirSync(`${folder}.lock`);
    utimesSync(`${folder}.lock`, 1, 1);
    await inTree(toy.first, () => null);
    expect(kept()).toHaveLength(5);
  });

  /** Marks a folder as in use by the process that started this one. */
  async function useAsOtherProcess(folder: string): Promise<void> {
    const end = await useInCache(folder);
    const marks = path.join(process.env['FITTING_ROOM_CACHE']!, 'in-use');
    const [name] = readdirSync(marks);
    await end();
    const mark = processMark().replace(/-\d+-\d+$/, `-${process.ppid}-${readStatus(process.ppid)!.start}`);
    writeFileSync(path.join(marks, name!.replace(processMark(), mark)), '');
  }

  test('removed ones are removed in git as well, but no tree of the user', async () => {
    const own = path.join(path.dirname(toy.folder), 'own-tree');
    git(toy.folder, 'worktree', 'add', '--quiet', '--detach', own);
    await makeTrees(2);
    rmSync(treesFolder(), { recursive: true });
    rmSync(own, { recursive: true });
    await inTree(toy.first, () => null);
    const list = git(toy.folder, 'worktree', 'list', '--porcelain');
    expect(list).toContain('own-tree');
    expect(known()).toBe(1 + 2);
  });
});

describe('two runs', () => {
  test('do not share a tree at the same time: the second waits', async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      order.push(`${name} ends`);
    };
    const one = inTree(toy.first, work('one'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([one, inTree(toy.first, work('two'))]);
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
    expect(steps).toContain(`waiting for another run of ${toy.first.slice(0, 8)}`);
  });

  test('of two commits do not wait for each other', async () => {
    await inTree(toy.first, () => inTree(toy.second, () => null));
    expect(steps.filter((step) => step.startsWith('waiting'))).toEqual([]);
  });

  test('can be stopped by Ctrl-C while waiting', async () => {
    mkdirSync(treesFolder(), { recursive: true });
    const release = await tryLock(treeFolder(toy.first));
    const stop = new AbortController();
    const waiting = inTree(toy.first, () => null, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await release!();
  });
});

describe('packages', () => {
  test('are those of the checkout if the lock files are equal', async () => {
    const root = await inTree(toy.first, (folder) => folder);
    expect(lstatSync(path.join(root, 'node_modules')).isSymbolicLink()).toBe(true);
    expect(read(root, 'node_modules/ours.txt')).toBe('ours');
  });

  test('are installed once if they differ, and those of the checkout stay unchanged', async () => {
    const root = await inTree(toy.first, (folder) => folder);
    writeFileSync(path.join(toy.folder, 'package-lock.json'), `${read(toy.folder, 'package-lock.json')}\n`);
    expect(await inTree(toy.first, (folder) => lstatSync(path.join(folder, 'node_modules')).isSymbolicLink())).toBe(
      false,
    );
    await inTree(toy.first, () => null);
    expect(steps.filter((step) => step.startsWith('installing'))).toHaveLength(1);
    expect(read(toy.folder, 'node_modules/ours.txt')).toBe('ours');
    expect(existsSync(path.join(root, 'node_modules/ours.txt'))).toBe(false);
  });

  test('that are folders of the project are those of the commit', async () => {
    const put = (name: string, text: string) => writeFileSync(path.join(toy.folder, name), text);
    mkdirSync(path.join(toy.folder, 'own'));
    const dependencies = { own: 'file:own' };
    put('package.json', JSON.stringify({ name: 'toy', version: '1.0.0', dependencies }));
    const packages = {
      '': { name: 'toy', version: '1.0.0', dependencies },
      'node_modules/own': { resolved: 'own', link: true },
      own: { version: '1.0.0' },
    };
    put('package-lock.json', JSON.stringify({ name: 'toy', version: '1.0.0', lockfileVersion: 3, packages }));
    put('own/package.json', JSON.stringify({ name: 'own', version: '1.0.0' }));
    put('own/index.js', 'of the commit');
    git(toy.folder, 'add', '.');
    const hash = commit(toy.folder, 'a package');
    put('own/index.js', 'of the work tree');
    expect(await inTree(hash, (root) => read(root, 'node_modules/own/index.js'))).toBe('of the commit');
  });

  test('that were installed incompletely are installed again', async () => {
    writeFileSync(path.join(toy.folder, 'package-lock.json'), `${read(toy.folder, 'package-lock.json')}\n`);
    const root = await inTree(toy.first, (folder) => folder);
    rmSync(path.join(root, 'node_modules'), { recursive: true });
    mkdirSync(path.join(root, 'node_modules/half'), { recursive: true });
    await inTree(toy.first, () => null);
    expect(existsSync(path.join(root, 'node_modules/half'))).toBe(false);
  });

  test('that the lock file lacks are installed too, and it stays unchanged', async () => {
    const manifest = JSON.parse(read(toy.folder, 'package.json')) as object;
    writeFileSync(
      path.join(toy.folder, 'package.json'),
      JSON.stringify({ ...manifest, dependencies: { near: 'file:./near' } }),
    );
    mkdirSync(path.join(toy.folder, 'near'));
    writeFileSync(path.join(toy.folder, 'near/package.json'), JSON.stringify({ name: 'near', version: '1.0.0' }));
    git(toy.folder, 'add', '.');
    const lacking = commit(toy.folder, 'a package more than in the lock file');
    writeFileSync(path.join(toy.folder, 'package-lock.json'), `${read(toy.folder, 'package-lock.json')}\n`);
    const status = await inTree(lacking, (folder) => {
      expect(existsSync(path.join(folder, 'node_modules/near/package.json'))).toBe(true);
      return git(folder, 'status', '--porcelain', '--', 'package.json', 'package-lock.json');
    });
    expect(status).toBe('');
    expect(steps.at(-1)).toMatch(/^installing the packages of .*: the lock file lacks some/);
  });

  test('that cannot be installed are an error with the message of npm, and so is a missing project', async () => {
    writeFileSync(path.join(toy.folder, 'package-lock.json'), '{');
    git(toy.folder, 'add', '.');
    const broken = commit(toy.folder, 'broken');
    writeFileSync(path.join(toy.folder, 'package-lock.json'), '{}');
    await expect(inTree(broken, () => null)).rejects.toThrow(
      /^npm cannot install the packages of that commit: npm err/i,
    );
    git(toy.folder, 'rm', '--quiet', '--force', 'package-lock.json');
    const none = commit(toy.folder, 'no lock file');
    await expect(inTree(none, () => null)).rejects.toThrow(/^that commit has no package-lock.json/);
  });
});

test.skipIf(process.platform === 'win32')('a full disk is told as such', async () => {
  const tools = await temporaryFolder();
  const real = (process.env['PATH'] ?? '').split(':').find((folder) => existsSync(path.join(folder, 'git')));
  const fake = `#!/bin/sh\ncase "$*" in *"worktree add"*) echo "fatal: write error: No space left on device" >&2; exit 128;; esac\nexec ${real}/git "$@"\n`;
  writeFileSync(path.join(tools, 'git'), fake, { mode: 0o755 });
  vi.stubEnv('PATH', `${tools}:${process.env['PATH']}`);
  await expect(inTree(toy.first, () => null)).rejects.toThrow(/the disk is full: make room, or set FITTING_ROOM_CACHE/);
});

test('a cache folder that is a file is an error that says so', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  writeFileSync(file, '');
  vi.stubEnv('FITTING_ROOM_CACHE', file);
  await expect(inTree(toy.first, () => null)).rejects.toThrow(/cannot make a work tree in .*file.*FITTING_ROOM_CACHE/);
});
