// What people do with commits and records, with real git and real fits.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { readRecords } from '../../src/results/read.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeScratchProject, runCommand, type ScratchProject } from './scratch-project.ts';

const MODEL = 'models/nearest-centroid.ts';
/** Code that changes no result. */
const EDIT = '\nglobalThis.name = "edited";\n';
const BENCH = ['bench', '--quick', '--no-report', '--models'];

// Each command is a separate process.
vi.setConfig({ testTimeout: 600_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

async function newest(project: ScratchProject) {
  const { records } = await readRecords(path.join(project.root, 'results'));
  return records.map(({ record }) => record).sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]!;
}

test('records belong to code: they outlive commits of results, edits of others, amend, rebase, squash, cherry-pick', async () => {
  const project = makeScratchProject(await temporaryFolder());
  const measured = project.git('rev-parse', 'HEAD');
  expect(await project.run(...BENCH, 'nearest-centroid,majority')).toMatchObject({ status: 0 });
  project.commit('records');

  project.append(MODEL, EDIT);
  const asked = await project.run('diff', 'HEAD');
  expect(asked).toMatchObject({ status: 2, out: '' });
  expect(asked.err).toMatch(/no record of nearest-centroid at \S+ with uncommitted changes; to measure:/);
  expect(asked.err).toContain('\n  npm run bench -- --benchmark quick --models nearest-centroid\n');
  // Without arguments: the merge base with main.
  expect((await project.run('diff')).err).toBe(asked.err);

  expect(await project.run(...BENCH, 'nearest-centroid')).toMatchObject({ status: 0 });
  const compared = await project.run('diff', 'HEAD');
  expect(compared.out).toContain(`nearest-centroid before: measured at ${measured.slice(0, 8)}, where the code`);
  expect(compared.out).toMatch(/Not compared, because the code is the same at [^:]*: majority, logistic-regression/);
  expect(compared.out).toContain('1 model compared');
  expect(compared.status).toBe(0);

  project.commit('edit');
  const committed = await project.run('diff', 'HEAD~1', 'HEAD');
  expect(committed.out).toMatch(/nearest-centroid after: measured at \S+ with uncommitted changes, where the code/);
  expect(committed.status).toBe(0);
  const skipped = await project.run(...BENCH, 'nearest-centroid', '--skip-existing');
  expect(skipped.err).toMatch(/already has a record\n +measured at \S+ with uncommitted changes, with the same code/);

  project.git('commit', '--quiet', '--amend', '--message', 'amended');
  expect((await project.run('diff', 'main~1', 'main')).status).toBe(0);
  project.git('checkout', '--quiet', '-b', 'topic', 'main~2');
  project.append('README.md', 'x');
  project.commit('another base');
  project.git('cherry-pick', 'main~1', 'main');
  expect((await project.run('diff', 'topic~1..topic')).out).toContain('1 model compared');
  project.git('reset', '--quiet', '--soft', 'topic~2');
  project.commit('squashed');
  expect((await project.run('diff', 'main~1', 'topic')).out).toContain('1 model compared');
  expect((await project.run('diff', 'main', 'topic')).out).toMatch(/^Not compared, because the code is the same/);
});

test('an edit is measured with its commit by one command, and again only when it changes', async () => {
  const project = makeScratchProject(await temporaryFolder());
  project.append(MODEL, EDIT);
  const args = ['diff', 'HEAD', '--run', '--quick', '--models', 'nearest-centroid'];
  const first = await project.run(...args);
  expect(first.status).toBe(0);
  expect(first.err).toMatch(/to measure on quick, alternating: 1 fit of HEAD \(\S+\) and 1 fit of the work tree/);
  expect(first.out).toContain('1 model compared');
  const second = await project.run(...args);
  expect(second.err).toContain('nothing to measure: every fit already has a record');
  expect(second.status).toBe(0);
});

test('a second edit does not overwrite the record of the first, and is compared with it', async () => {
  const project = makeScratchProject(await temporaryFolder());
  const folders: string[] = [];
  for (const edit of [EDIT, EDIT.replace('edited', 'edited again')]) {
    project.append(MODEL, edit);
    const { err } = await project.run(...BENCH, 'nearest-centroid');
    folders.push(/to compare a later edit with this one: npm run diff -- (\S+-dirty-[0-9a-f]{8})\n/.exec(err)![1]!);
  }
  expect((await readRecords(path.join(project.root, 'results'))).records).toHaveLength(2);
  const compared = await project.run('diff', folders[0]!);
  expect(compared.out).toContain(`${folders[0]} → `);
  expect(compared.out).toContain('1 model compared');
  expect(compared.status).toBe(0);
});

test('a quick run changes no file that git tracks, and says where its records and its report are', async () => {
  const project = makeScratchProject(await temporaryFolder());
  const { err, status } = await project.run('bench', '--quick', '--models', 'majority');
  expect(status).toBe(0);
  expect(err).toMatch(/\n1 record in results; total time/);
  expect(err).toMatch(/\nreport of trials: trials\/report\/index\.html, trials\/report\/README\.md\n/);
  expect(project.git('status', '--porcelain', '--ignored')).toBe('?? results/\n!! node_modules/\n!! trials/');
});

test('in a folder of a larger repository, an edit is not filed as the clean commit', async () => {
  const project = makeScratchProject(await temporaryFolder(), 'apps/project');
  await project.run(...BENCH, 'nearest-centroid');
  expect((await newest(project)).git).toMatchObject({ dirty: false });
  project.append(MODEL, EDIT);
  await project.run(...BENCH, 'nearest-centroid');
  expect((await newest(project)).git).toMatchObject({ dirty: true });
  expect((await project.run('diff', 'HEAD')).out).toContain('1 model compared');
});

test('in a checkout of another owner, the record says why it names no commit, and the terminal says the cure', async () => {
  const folder = await temporaryFolder();
  const project = makeScratchProject(folder);
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(path.join(bin, 'git'), `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env['PATH']}`);
  const { err } = await project.run(...BENCH, 'majority');
  expect(err).toContain(
    `the records will name no commit: git refuses to read ${project.root}: another user owns it; if you trust it: ` +
      `git config --global --add safe.directory '${project.root}'`,
  );
  expect(await newest(project)).toMatchObject({
    git: null,
    noCommit: `git refuses to read ${project.root}: another user owns it`,
  });
});

test('records outlive the move of the project into a larger repository', async () => {
  const project = makeScratchProject(await temporaryFolder());
  await project.run(...BENCH, 'nearest-centroid');
  project.commit('records');
  const inner = path.join(project.root, 'apps', 'project');
  mkdirSync(inner, { recursive: true });
  for (const name of [
    'benchmarks',
    'bin',
    'models',
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'results',
  ]) {
    project.git('mv', name, 'apps/project/');
  }
  symlinkSync(path.join(project.root, 'node_modules'), path.join(inner, 'node_modules'));
  project.commit('move');
  writeFileSync(path.join(inner, MODEL), `${EDIT}`, { flag: 'a' });
  const run = (...args: string[]) => runCommand(inner, args);
  expect((await run('diff', 'HEAD')).err).toMatch(/^error: no record of nearest-centroid at \S+ with uncommitted/);
  await run(...BENCH, 'nearest-centroid');
  expect((await run('diff', 'HEAD~1')).out).toContain('1 model compared');
});

test('--skip-existing measures again when a file or a linked package has changed, and says what it cannot know', async () => {
  const folder = await temporaryFolder();
  const project = makeScratchProject(folder);
  const linked = path.join(folder, 'linked');
  mkdirSync(linked);
  writeFileSync(path.join(linked, 'package.json'), '{ "name": "linked", "type": "module", "exports": "./index.js" }');
  writeFileSync(path.join(linked, 'index.js'), 'export const x = 1;\n');
  symlinkSync(linked, path.join(project.root, 'node_modules', 'linked'));
  project.append('models/table.json', '[1]');
  project.append('models/code.wasm', '\0asm');
  project.append(
    'models/mine.ts',
    "import { readFileSync } from 'node:fs';\nimport { x } from 'linked';\n" +
      "import { nearestCentroid } from './nearest-centroid.ts';\nimport table from './table.json' with { type: 'json' };\n" +
      "if (table.length === 0) readFileSync(readFileSync(process.argv[1]));\nvoid new URL('./code.wasm', import.meta.url);\n" +
      "export const mine = { ...nearestCentroid, id: 'mine', summary: 'a copy ' + x };\n",
  );
  const index = path.join(project.root, 'models', 'index.ts');
  writeFileSync(index, readFileSync(index, 'utf8').replace('\n];', "\n  './mine.ts',\n];"));
  project.commit('a model');
  const bench = () => project.run(...BENCH, 'mine', '--skip-existing');

  expect(await bench()).toMatchObject({ status: 0 });
  const first = await newest(project);
  const again = await bench();
  expect(again.err).toMatch(/mine +already has a record\n/);
  expect(again.err).toContain('\n  not known to be the same: models/mine.ts opens a file whose path it computes\n');
  expect(again.err).toContain(
    '\n  not known to be the same: the package linked is linked to a folder outside of the project\n',
  );
  project.append('models/code.wasm', 'garbage');
  expect((await bench()).err).not.toContain('already has a record');
  // The version of the package stays as it is.
  writeFileSync(path.join(linked, 'index.js'), 'export const x = 2;\n');
  expect((await bench()).err).not.toContain('already has a record');
  const last = await newest(project);
  expect(last.model.codeHash).not.toBe(first.model.codeHash);
});
