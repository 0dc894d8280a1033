import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { modelIds } from '../../src/cli/model-list.ts';
import { withCodeIndex } from '../../src/fitted/code-index.ts';
import { currentCodes, type ModelCode, openProjectCode, sourceKey } from '../../src/fitted/model-code.ts';
import { openWorkTree } from '../../src/git/file-tree.ts';
import type { Device } from '../../src/types.ts';
import { makeRecord } from '../fixtures/records.ts';
import { commit, git } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });
const LOCKED = {
  'node_modules/used': { version: '1.0.0', integrity: 'sha512-a', dependencies: { inner: '1' } },
  'node_modules/used/node_modules/inner': { version: '1.1.0', integrity: 'sha512-b' },
  'node_modules/inner': { version: '2.0.0', integrity: 'sha512-c' },
  'node_modules/unused': { version: '1.0.0', integrity: 'sha512-d' },
  'node_modules/loaded': { version: '1.0.0', integrity: 'sha512-e' },
};
const FILES: Readonly<Record<string, string>> = {
  'models/index.ts': "export default [import('./a.ts'), import('./two.ts')];\n",
  'models/a.ts':
    "import { b } from '../src/b.ts';\nimport type { T } from '../src/types.ts';\nimport table from './table.json';\n" +
    "import { used } from 'used';\nimport './plain.mjs';\n" +
    "export const a = { id: 'a', weights: new URL('./a.wasm', import.meta.url), b, table, used };\n",
  'models/two.ts': "export const one = { id: 'one' };\nexport const other = { id: 'other' };\n",
  'models/table.json': '[1, 2]\n',
  'models/plain.mjs': "export { c } from './c.js';\n",
  'models/c.js': 'export const c = 1;\n',
  'models/a.wasm': '\0asm 1',
  'src/b.ts':
    "import { createRequire } from 'node:module';\nimport { readFileSync } from 'node:fs';\n" +
    "export const b = () => [createRequire(import.meta.url)('loaded'), readFileSync('src/bytes.bin'), './weights/'];\n",
  'src/bytes.bin': 'bytes',
  'src/weights/layer-1.bin': '\0one',
  'src/weights/layer-2.bin': '\0two',
  'src/types.ts': 'export type T = number;\n',
  'package-lock.json': lock(LOCKED),
  'results/r.json': '{}',
};

let root: string;

beforeEach(async () => {
  root = path.join(await temporaryFolder(), 'project');
  write(FILES);
});

function write(files: Readonly<Record<string, string>>, folder = root): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

async function codeOf(id = 'a', device: Device = 'cpu', folder = root): Promise<ModelCode> {
  return (await openProjectCode(openWorkTree(folder), folder).of(id, device))!;
}
const hashOf = async (id?: string) => (await codeOf(id)).codeHash;

describe('the code hash', () => {
  it.each([
    ['the model itself', { 'models/a.ts': `${FILES['models/a.ts']}b();\n` }],
    ['a module', { 'src/b.ts': `${FILES['src/b.ts']}b();\n` }],
    ['a JSON module', { 'models/table.json': '[1, 3]\n' }],
    ['a JavaScript module', { 'models/plain.mjs': "import './c.js';\n" }],
    ['a module of a JavaScript module', { 'models/c.js': 'export const c = 2;\n' }],
    ['a file named by a URL', { 'models/a.wasm': '\0asm 2' }],
    ['a file named from the root', { 'src/bytes.bin': 'garbage' }],
    ['a file in a folder that is named', { 'src/weights/layer-2.bin': '\0garbage' }],
    ['the locked version of a package', withLocked('used', { version: '1.0.1' })],
    ['the checksum of a package', withLocked('used', { integrity: 'sha512-x' })],
    ['a package of a package', withLocked('used/node_modules/inner', { version: '1.1.1' })],
    ['a package that is loaded by require', withLocked('loaded', { version: '1.0.1' })],
  ])('changes with %s', async (_, change) => {
    const before = await hashOf();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    write(change as Record<string, string>);
    expect(await hashOf()).not.toBe(before);
    expect(await hashOf('one')).toBe(await hashOf('other'));
  });

  it.each([
    ['another model', { 'models/two.ts': `${FILES['models/two.ts']}export {};` }],
    ['results and documents', { 'results/r.json': '[]', 'docs/a.md': 'x' }],
    [
      'comments and types',
      { 'src/b.ts': `// x\n${FILES['src/b.ts']}interface T {}\n`, 'src/types.ts': 'export {};\n' },
    ],
    ['line ends', { 'models/table.json': '[1, 2]\r\n', 'models/c.js': 'export const c = 1;\r\n' }],
    ['a package that it does not use', withLocked('unused', { version: '9.0.0' })],
    ['another version of a package elsewhere', withLocked('inner', { version: '9.0.0' })],
  ])('does not change with %s', async (_, change) => {
    const before = await hashOf();
    write(change as Record<string, string>);
    expect(await hashOf()).toBe(before);
  });

  it('counts a pointer of git-lfs as the file that it stands for', async () => {
    // printf '\0asm 1' | sha256sum
    const before = await hashOf();
    const { createHash } = await import('node:crypto');
    const oid = createHash('sha256').update('\0asm 1').digest('hex');
    write({ 'models/a.wasm': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 6\n` });
    expect(await hashOf()).toBe(before);
  });

  it('finds both models of one file by the list, and none for an unknown id', async () => {
    expect(await hashOf('one')).toMatch(/^[0-9a-f]{64}$/);
    const project = openProjectCode(openWorkTree(root), root);
    expect(await project.of('three', 'cpu')).toBeNull();
    expect(await project.models()).toEqual(['a', 'one', 'other']);
    expect((await currentCodes(['a', 'made-by-a-factory'], root)).size).toBe(6);
  });

  it('says what it does not cover: files opened by a computed path', async () => {
    expect((await codeOf()).unhashed).toEqual([]);
    write({
      'models/a.ts':
        "import { readFileSync } from 'node:fs';\nexport const a = (x) => ({ id: 'a', w: readFileSync(x) });\n",
    });
    expect((await codeOf()).unhashed).toEqual(['models/a.ts opens a file whose path it computes']);
    write({ 'models/a.ts': "export const a = async (x) => ({ id: 'a', w: await import(x) });\n" });
    expect((await codeOf()).unhashed).toEqual(['models/a.ts opens a file whose path it computes']);
  });

  it('names the file that is no valid code', async () => {
    write({ 'src/b.ts': 'const = 1;' });
    await expect(codeOf()).rejects.toThrow('src/b.ts');
  });
});

function withLocked(name: string, change: object): Record<string, string> {
  const key = `node_modules/${name}` as keyof typeof LOCKED;
  return { 'package-lock.json': lock({ ...LOCKED, [key]: { ...LOCKED[key], ...change } }) };
}

describe('a linked package counts by content', () => {
  // Links are read once in a process, so each test has another project.
  const link = (target: string, name = 'used') => {
    mkdirSync(path.join(root, 'node_modules'));
    symlinkSync(target, path.join(root, 'node_modules', name));
  };

  it('that npm link put there, and it is said', async () => {
    const outside = await temporaryFolder();
    write({ 'package.json': '{"version":"1.0.0"}', 'index.js': '1', '.git/x': '1', 'node_modules/y': '1' }, outside);
    link(outside);
    const before = await codeOf();
    expect(before.unhashed).toEqual(['the package used is linked to a folder outside of the project']);
    const copy = path.join(await temporaryFolder(), 'copy');
    write(FILES, copy);
    mkdirSync(path.join(copy, 'node_modules'));
    const changed = await temporaryFolder();
    write({ 'package.json': '{"version":"1.0.0"}', 'index.js': '2' }, changed);
    symlinkSync(changed, path.join(copy, 'node_modules', 'used'));
    expect((await codeOf('a', 'cpu', copy)).codeHash).not.toBe(before.codeHash);
  });

  it('inside the project, at a commit with the content of that commit', async () => {
    write({
      'libs/used/index.js': 'export const used = 1;\n',
      'package-lock.json': lock({
        ...LOCKED,
        'node_modules/used': { resolved: 'libs/used', link: true },
        'libs/used': { version: '1.0.0', dependencies: { inner: '2' } },
      }),
    });
    link('../libs/used');
    const [first, before] = [makeCommit(), await codeOf()];
    expect(before.unhashed).toEqual([]);
    write({ 'libs/used/index.js': 'export const used = 2;\n' });
    const after = await codeOf();
    expect(after.codeHash).not.toBe(before.codeHash);
    expect(await codesAt(first, null)).toEqual([before.codeHash, after.codeHash]);
  });

  it('of a package manager that links within node_modules counts by version', async () => {
    const before = await hashOf();
    const other = path.join(await temporaryFolder(), 'project');
    write({ ...FILES, 'node_modules/.store/used/index.js': '1' }, other);
    symlinkSync('.store/used', path.join(other, 'node_modules', 'used'));
    expect((await codeOf('a', 'cpu', other)).codeHash).toBe(before);
  });
});

function makeCommit(message = 'x', folder = root): string {
  git(folder, 'init', '--quiet');
  writeFileSync(path.join(folder, '.gitignore'), 'node_modules\n');
  git(folder, 'add', '.');
  return commit(folder, message);
}

function codesAt(...commits: (string | null)[]): Promise<(string | undefined)[]> {
  return withCodeIndex(root, async (index) =>
    Promise.all(commits.map(async (one) => (await (await index.at(one))?.of('a', 'cpu'))?.codeHash)),
  );
}

describe('the code of a commit', () => {
  it('is read from git’s objects: a clean work tree has the same', async () => {
    const first = makeCommit();
    const before = await hashOf();
    write({ 'models/table.json': '[9]\n', 'models/new.ts': 'export {};\n' });
    const second = makeCommit();
    rmSync(path.join(root, 'models'), { recursive: true });
    expect(await codesAt(first, second, first, 'f'.repeat(40))).toEqual([
      before,
      expect.not.stringMatching(before),
      before,
      undefined,
    ]);
  });

  it('is the same after a commit of results, an amended message, a rebase and a move into a larger repository', async () => {
    const first = makeCommit();
    const before = (await codesAt(first))[0]!;
    write({ 'results/r.json': '[1]' });
    const results = makeCommit('results');
    git(root, 'commit', '--quiet', '--amend', '--allow-empty', '--message', 'amended');
    const amended = git(root, 'rev-parse', 'HEAD');
    expect(await codesAt(results, amended, null)).toEqual([before, before, before]);
    mkdirSync(path.join(root, 'apps', 'project'), { recursive: true });
    for (const name of ['models', 'src', 'package-lock.json', 'results']) git(root, 'mv', name, 'apps/project/');
    const top = root;
    const moved = makeCommit('moved', top);
    root = path.join(top, 'apps', 'project');
    write({ 'models/a.ts': "export const outer = { id: 'a' };\n" }, top);
    expect(await codesAt(moved, first, null)).toEqual([before, before, before]);
  });

  it('is null for a model whose file is no valid code there', async () => {
    const first = makeCommit();
    write({ 'src/b.ts': 'const = 1;' });
    expect(await codesAt(makeCommit())).toEqual([undefined]);
    expect((await codesAt(first))[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('follows links, and reads names with spaces and other letters', async () => {
    write({ 'models/a.ts': "import './sp ace/ä.json';\nexport const a = { id: 'a' };\n", 'models/real/ä.json': '1' });
    symlinkSync('real', path.join(root, 'models', 'sp ace'));
    const before = await hashOf();
    write({ 'models/real/ä.json': '2' });
    expect(await hashOf()).not.toBe(before);
    rmSync(path.join(root, 'models', 'sp ace'));
    mkdirSync(path.join(root, 'models', 'sp ace'));
    symlinkSync('../real/ä.json', path.join(root, 'models', 'sp ace', 'ä.json'));
    const commit = makeCommit();
    expect(await codesAt(commit)).toEqual([await hashOf()]);
  });
});

describe('records', () => {
  const recordAt = (commit: string, dirty = false, codeHash?: string) => {
    const record = makeRecord({ model: 'a', commit });
    return {
      record: { ...record, git: { ...record.git!, dirty }, model: { ...record.model, ...(codeHash && { codeHash }) } },
    };
  };
  const fill = async (...entries: ReturnType<typeof recordAt>[]) =>
    (await withCodeIndex(root, (index) => index.fill(entries))).map(({ record }) => record.model.codeHash);

  it('of older versions have the code of their commit, if they were measured without changes', async () => {
    const first = makeCommit();
    const code = await hashOf();
    expect(await fill(recordAt(first), recordAt(first, true), recordAt('f'.repeat(40)))).toEqual([
      code,
      undefined,
      undefined,
    ]);
  });

  it('keep the code hash that they have, except one that another esbuild made', async () => {
    const first = makeCommit();
    const own = 'a'.repeat(64);
    const old = recordAt(first, false, own);
    const packages = { esbuild: '0.0.1' };
    const ofOther = { record: { ...old.record, software: { ...old.record.software, packages } } };
    expect(await fill(old, ofOther)).toEqual([own, await hashOf()]);
  });
});

it('the models of this project have different code on every device', async () => {
  const ids = modelIds;
  const codes = await currentCodes(ids);
  expect(codes.size).toBe(3 * ids.length);
  const hashAt = (id: string, device: Device) => codes.get(sourceKey(id, device))!.codeHash;
  expect(hashAt('svm', 'cpu')).toBe(hashAt('svm', 'gpu'));
  expect(hashAt('svm', 'cpu')).not.toBe(hashAt('svm', 'webgpu'));
  expect(new Set(ids.map((id) => hashAt(id, 'cpu'))).size).toBe(ids.length);
  expect([...codes.values()].flatMap(({ unhashed }) => unhashed)).toEqual([]);
});
