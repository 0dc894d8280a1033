import { spawn } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TYPESCRIPT } from '../../../src/base/child-process.ts';
import { inboxOf } from '../../../src/commits/measure/inbox.ts';
import { adoptLeft, measure, type Revision, WORK_TREE } from '../../../src/commits/measure/measure-commit.ts';
import { treeFolder } from '../../../src/commits/measure/work-trees.ts';
import { readRecords } from '../../../src/results/read.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { isRunning } from '../../fixtures/processes.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { commit, git } from '../../fixtures/repository.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeToyProject, stateOf, type ToyProject, toyLog } from './toy-project.ts';

let toy: ToyProject;
let out: string;

beforeEach(async () => {
  const folder = await temporaryFolder();
  toy = makeToyProject(folder);
  out = path.join(folder, 'results');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const codeOf = (hash: string) => ({ hash, name: hash.slice(0, 8) });

function measureToy(
  args: string[],
  { code = codeOf(toy.first) as Revision, repeat = 1, signal = new AbortController().signal } = {},
) {
  const hooks = { preparing: () => undefined, running: () => undefined, printed: () => undefined };
  return measure(code, args, { ...hooks, checkout: toy.folder, out, repeat, signal, machine: makeRecord().machine });
}

async function files(): Promise<string[]> {
  const { records } = await readRecords(out).catch(() => ({ records: [] }));
  return records.map(({ file }) => path.relative(out, file));
}

const named = (hash: string, ...names: string[]) =>
  names.map((name) => path.join('test-machine', hash.slice(0, 8), `${name}.json`));

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen within a minute');
    await setTimeout(20);
  }
}

describe('measuring a commit', () => {
  test('runs its code and adopts its records in the latest version; the checkout stays unchanged', async () => {
    writeFileSync(path.join(toy.folder, 'models/knn.ts'), 'unsaved work');
    const before = stateOf(toy.folder);
    const { records } = await measureToy(['--models', 'knn,svm', '--limit', '300']);
    expect(records.map(({ model }) => model.id)).toEqual(['knn', 'svm']);
    for (const record of records) {
      expect(record).toMatchObject({ status: 'ok', repeat: 1, git: { commit: toy.first, dirty: false } });
    }
    expect(await files()).toEqual(named(toy.first, 'knn-s1-abc123', 'svm-s1-abc123'));
    expect(stateOf(toy.folder)).toBe(before);
    expect(existsSync(inboxOf(toy.first, out))).toBe(false);
  });

  test('passes no --repeats to older code, and numbers the records', async () => {
    for (const repeat of [1, 2, 3]) await measureToy(['--models', 'knn'], { repeat });
    expect(await files()).toEqual(named(toy.first, 'knn-s1-r2', 'knn-s1-r3', 'knn-s1'));
    const runs = toyLog().filter((line) => line.startsWith('run'));
    expect(runs).toHaveLength(3);
    for (const run of runs) expect(run).not.toContain('repeat');
  });

  test('keeps a failed fit as a record', async () => {
    vi.stubEnv('TOY_FAIL', 'svm');
    const { records } = await measureToy(['--models', 'knn,svm']);
    expect(records.map(({ status }) => status)).toEqual(['ok', 'failed']);
  });

  test('names the option that the code does not know', async () => {
    await expect(measureToy(['--models', 'knn', '--resume'])).rejects.toThrow(
      `the code of ${toy.first.slice(0, 8)} does not know --resume: measure it without`,
    );
    await expect(measureToy(['--models', 'knn', 'word'])).rejects.toThrow(/refuses these options; its own message/);
  });

  test('reports code that crashes or has no bench', async () => {
    vi.stubEnv('TOY_CRASH', '1');
    await expect(measureToy(['--models', 'knn'])).rejects.toThrow(/ended with status 1 and left no record/);
    writeFileSync(path.join(toy.folder, 'package.json'), '{"name": "toy"}');
    git(toy.folder, 'add', '.');
    const code = codeOf(commit(toy.folder, 'no bench'));
    await expect(measureToy([], { code })).rejects.toThrow(/has no npm script "bench"/);
  });

  test('runs the script unchanged if it is a single command', async () => {
    const script = (bench: string) => {
      writeFileSync(path.join(toy.folder, 'package.json'), JSON.stringify({ name: 'toy', scripts: { bench } }));
      git(toy.folder, 'add', '.');
      return codeOf(commit(toy.folder, bench));
    };
    const code = script('node --no-warnings "./bench.mjs" --limit 5');
    expect((await measureToy(['--models', 'knn'], { code })).records[0]?.command).toContain('--limit 5');
    const shell = script('cd . && node bench.mjs');
    await expect(measureToy([], { code: shell })).rejects.toThrow(/needs a shell/);
    await expect(measureToy([], { code: script('no-such-program bench') })).rejects.toThrow(
      /^cannot start no-such-program/,
    );
  });

  test('also works for the work tree with its changes', async () => {
    writeFileSync(path.join(toy.folder, 'models/knn.ts'), 'unsaved work');
    const { records } = await measureToy(['--models', 'knn'], { code: WORK_TREE });
    expect(records).toMatchObject([{ git: { commit: toy.second, dirty: true } }]);
    expect(await files()).toEqual([path.join('test-machine', `${toy.second.slice(0, 8)}-dirty`, 'knn-s1.json')]);
  });

  test('works inside a git hook and with a relative cache folder', async () => {
    vi.stubEnv('GIT_DIR', path.join(toy.folder, '.git'));
    vi.stubEnv('GIT_INDEX_FILE', path.join(toy.folder, '.git', 'index'));
    vi.stubEnv('FITTING_ROOM_CACHE', path.relative(process.cwd(), process.env['FITTING_ROOM_CACHE']!));
    const { records } = await measureToy(['--models', 'knn']);
    expect(records).toMatchObject([{ git: { commit: toy.first, dirty: false } }]);
  });
});

describe('an early end', () => {
  test('by Ctrl-C or SIGTERM keeps finished records', async () => {
    vi.stubEnv('TOY_MILLISECONDS', '400');
    const stop = new AbortController();
    const run = measureToy(['--models', 'knn,svm,knn'], { signal: stop.signal });
    await until(() => toyLog().includes('wrote knn'));
    stop.abort(new Error('stopped'));
    const { records } = await run;
    expect(records.map(({ model }) => model.id)).toEqual(['knn']);
    expect(toyLog()).toContain('stopped');
    expect(await files()).toEqual(named(toy.first, 'knn-s1'));
  });

  test('by SIGKILL loses no finished record: the next run adopts it', async () => {
    vi.stubEnv('TOY_MILLISECONDS', '1000');
    const program = fileURLToPath(new URL('./measure-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', TYPESCRIPT, program, toy.folder, toy.first, out], {
      stdio: 'ignore',
    });
    await until(() => toyLog().includes('wrote knn'));
    const [, , pid] = toyLog()[0]!.split(' ');
    child.kill('SIGKILL');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    // The bench of the commit ends with the process that started it.
    await until(() => !isRunning(Number(pid)));
    expect(await files()).toEqual([]);

    const lock = `${treeFolder(toy.first)}.lock`;
    expect(existsSync(lock)).toBe(true);
    expect(await adoptLeft(codeOf(toy.first), { out, machine: makeRecord().machine })).toEqual({
      records: [],
      problems: [],
    });
    // As if time had passed: nobody renews the lock.
    utimesSync(lock, 1, 1);
    const left: FitRecord[] = [...(await adoptLeft(codeOf(toy.first), { out, machine: makeRecord().machine })).records];
    expect(left).toMatchObject([{ model: { id: 'knn' }, repeat: 2 }]);
    expect(await files()).toEqual(named(toy.first, 'knn-s1-r2'));

    vi.stubEnv('TOY_MILLISECONDS', '0');
    await measureToy(['--models', 'svm'], { repeat: 2 });
    expect(await files()).toEqual(named(toy.first, 'knn-s1-r2', 'svm-s1-r2'));
  });
});

test('without an earlier run there is nothing to adopt', async () => {
  expect(await adoptLeft(codeOf(toy.first), { out, machine: makeRecord().machine })).toEqual({
    records: [],
    problems: [],
  });
});

test('two runs of one commit at the same time run one after the other, and both keep their records', async () => {
  vi.stubEnv('TOY_MILLISECONDS', '200');
  await Promise.all([measureToy(['--models', 'knn']), measureToy(['--models', 'svm'])]);
  expect(await files()).toEqual(named(toy.first, 'knn-s1', 'svm-s1'));
  expect(toyLog().map((line) => line.split(' ')[0])).toEqual(['run', 'wrote', 'run', 'wrote']);
});
