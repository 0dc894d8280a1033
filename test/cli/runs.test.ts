import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import { pruneCommand } from '../../src/cli/runs-prune.ts';
import { recordPath } from '../../src/results/path.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord, type RecordShape } from '../fixtures/records.ts';
import { commit, git, makeRepository } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let results: string;
let said: Said;

beforeEach(async () => {
  results = path.join(await temporaryFolder(), 'results');
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 3600_000).toISOString();

async function put(shape: RecordShape): Promise<string> {
  const record = makeRecord(shape);
  const file = recordPath(results, record);
  await writeRecord(file, record);
  return file;
}

async function runs(...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns: 120 });
  await runProgram(new Command('test').addCommand(runsCommand(io)), io, ['runs', ...args]);
  return said.out.join('\n');
}

const prune = (...args: string[]) => runs('prune', '--results', results, ...args);

describe('npm run runs -- list', () => {
  it('lists commits, machines, benchmarks and models, the newest first', async () => {
    await put({ model: 'knn', startedAt: '2026-01-02T00:00:00Z' });
    await put({ model: 'svm', startedAt: '2026-01-03T00:00:00Z' });
    await put({ model: 'mlp', commit: 'f'.repeat(40), startedAt: '2026-02-01T00:00:00Z' });
    const lines = (await runs('list', '--results', results)).split('\n');
    expect(lines[0]).toMatch(/^commit +newest +records +in git +size +machine +benchmarks +models$/);
    expect(lines[1]).toMatch(/^ffffffff +2026-02-01 +1 +0 +\S+ \S+ +test-machine +\S+ +mlp$/);
    expect(lines[2]).toMatch(/^01234567 +2026-01-03 +2 +0 +\S+ \S+ +test-machine +\S+ +knn, svm$/);
    expect(lines.at(-1)).toMatch(/^3 records in .*results, /);
    expect(said.code).toBe(0);
    const facts = readOutput(await runs('list', '--results', results, '--json'));
    expect(facts.runs.map((run: { models: string[] }) => run.models)).toEqual([['mlp'], ['knn', 'svm']]);
  });

  it('names a file that is no record, and exits with 1', async () => {
    const file = await put({});
    await writeFile(path.join(path.dirname(file), 'x.json'), '{');
    await runs('list', '--results', results);
    expect(said.err.join()).toContain('x.json: not JSON, or truncated');
    expect(said.code).toBe(1);
  });
});

describe('npm run runs -- prune', () => {
  it('prints what is old, and removes it with --yes, with its logs and the folders that are empty then', async () => {
    const old = await put({ startedAt: daysAgo(100), commit: 'a'.repeat(40) });
    const log = old.replace(/json$/, 'log');
    await writeFile(log, 'printed by the fit');
    const recent = await put({ startedAt: daysAgo(10) });
    for (const dry of [[], ['--dry-run']]) {
      expect(await prune('--older', '90d', ...dry)).toBe(`${old}\n${log}\nwould remove 1 record of 2 in ${results}`);
      expect(said.err).toEqual(['nothing was removed; add --yes to remove them']);
      expect([old, log, recent].every((file) => existsSync(file))).toBe(true);
    }
    expect(await prune('--older', '90d', '--yes')).toContain('removed 1 record of 2');
    expect(await readdir(path.join(results, 'test-machine'))).toEqual([path.basename(path.dirname(recent))]);
    expect(existsSync(recent)).toBe(true);
  });

  it('keeps the newest of each fit on each commit with --per-commit', async () => {
    const first = await put({ startedAt: daysAgo(3) });
    const second = await put({ startedAt: daysAgo(2), repeat: 2 });
    const third = await put({ startedAt: daysAgo(1), repeat: 3 });
    const others = [await put({ seed: 9 }), await put({ model: 'knn' }), await put({ commit: 'b'.repeat(40) })];
    await prune('--per-commit', '1', '--yes');
    expect([first, second, third, ...others].map((file) => existsSync(file))).toEqual([
      ...[false, false, true],
      ...others.map(() => true),
    ]);
  });

  it('removes what meets all of several conditions', async () => {
    const old = await put({ startedAt: daysAgo(100) });
    const recent = await put({ startedAt: daysAgo(1), repeat: 2 });
    expect(await prune('--older', '8w', '--per-commit', '2', '--yes')).toContain('removed 0 records of 2');
    await prune('--older', '8w', '--per-commit', '1', '--yes');
    expect([old, recent].map((file) => existsSync(file))).toEqual([false, true]);
  });

  it('leaves baselines alone', async () => {
    const inBaseline = makeRecord({ startedAt: daysAgo(100) });
    const baseline = path.join(results, '.baselines', 'good');
    await writeRecord(recordPath(baseline, inBaseline), inBaseline);
    await put({ startedAt: daysAgo(100) });
    await prune('--older', '1d', '--yes');
    expect(existsSync(recordPath(baseline, inBaseline))).toBe(true);
    await runs('prune', '--results', baseline, '--older', '1d', '--yes');
    expect([said.code, said.err.join()]).toEqual([2, expect.stringContaining('belongs to a baseline')]);
    expect(existsSync(recordPath(baseline, inBaseline))).toBe(true);
  });

  it('removes what is committed in git only with --committed, and says so', async () => {
    const file = await put({ startedAt: daysAgo(100) });
    const root = path.dirname(results);
    makeRepository(root);
    git(root, 'add', 'results');
    commit(root, 'results');
    const fresh = await put({ startedAt: daysAgo(100), model: 'knn' });
    expect(await prune('--older', '90d', '--yes')).toBe(`${fresh}\nremoved 1 record of 2 in ${results}`);
    expect(said.err).toEqual(['not removed: 1 record committed in git; --committed adds it']);
    expect([file, fresh].map((one) => existsSync(one))).toEqual([true, false]);
    expect(await prune('--older', '90d', '--committed')).toContain(`${file} (committed in git)`);
    expect(existsSync(file)).toBe(true);
    await prune('--older', '90d', '--committed', '--yes');
    expect(said.err).toEqual(['1 record of these is committed in git; git restore brings them back']);
    expect(existsSync(file)).toBe(false);
    git(root, 'restore', 'results');
    expect(existsSync(file)).toBe(true);
  });

  it('removes records of commits that a branch does not contain with --not-on', async () => {
    const root = await temporaryFolder();
    makeRepository(root);
    await writeFile(path.join(root, 'package-lock.json'), '{}');
    git(root, 'add', '.');
    const onMain = commit(root, 'one');
    git(root, 'checkout', '--quiet', '-b', 'topic');
    const onTopic = commit(root, 'two');
    const kept = await put({ commit: onMain });
    const gone = await put({ commit: onTopic });
    said = { out: [], err: [], code: null };
    const io = recordingIo(said);
    const run = (rev: string) =>
      runProgram(new Command('test').addCommand(pruneCommand(io, root)), io, [
        ...['prune', '--results', results, '--not-on', rev, '--yes'],
      ]);
    await run('topic');
    expect([kept, gone].map((file) => existsSync(file))).toEqual([true, true]);
    await run('main');
    expect([kept, gone].map((file) => existsSync(file))).toEqual([true, false]);
    await run('nope');
    expect([said.code, said.err.join()]).toEqual([2, expect.stringContaining('unknown commit: "nope"')]);
  });

  it.each([
    [[], 'no condition: use --older 90d'],
    [['--older', '90'], 'expected a number of hours, days or weeks: 12h, 90d, 8w'],
    [['--per-commit', '0'], 'expected a whole number of at least 1'],
    [['--older', '1d', '--yes', '--dry-run'], "option '--dry-run' cannot be used with option '--yes'"],
  ])('refuses %j', async (args, message) => {
    await put({});
    await prune(...args);
    expect(said.err.join('\n')).toContain(message);
    expect(said.code).toBe(2);
  });
});

it('npm run runs -- merge is npm run merge', async () => {
  const file = await put({});
  const all = path.join(path.dirname(results), 'all');
  expect(await runs('merge', results, '--out', all)).toContain(`added 1 record to ${all}`);
  expect(existsSync(path.join(all, path.relative(results, file)))).toBe(true);
});
