import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TYPESCRIPT } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { benchCommand } from '../../src/cli/bench.ts';
import { readRecords } from '../../src/results/read.ts';
import { makeToyProject, stateOf, type ToyProject, toyLog } from '../commits/measure/toy-project.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let folder: string;
let toy: ToyProject;
let out: string;
let said: Said;

beforeEach(async () => {
  folder = await temporaryFolder();
  toy = makeToyProject(folder);
  out = path.join(folder, 'results');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function bench(...args: string[]): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns: 80 });
  const command = benchCommand(io, toy.folder)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(['--out', out, ...args], { from: 'user' });
  return said.out.join('\n');
}

async function files(): Promise<string[]> {
  const { records } = await readRecords(out).catch(() => ({ records: [] }));
  return records.map(({ file }) => path.basename(file, '.json'));
}

const runs = () =>
  toyLog()
    .filter((line) => line.startsWith('run'))
    .map((line) => line.split(' ').slice(3).join(' '));

describe('bench --commit', () => {
  test('measures another commit, prints its table and renders the report; the checkout stays unchanged', async () => {
    writeFileSync(path.join(toy.folder, 'models/knn.ts'), 'unsaved work');
    const before = stateOf(toy.folder);
    const report = path.join(folder, 'report');
    const text = await bench('--commit', 'v1', '--models', 'knn,svm', '--limit', '300', '--report', report);
    expect(text).toMatch(/^knn +\d/m);
    expect(text).toMatch(/^svm +\d/m);
    expect(said.code).toBe(0);
    expect(said.err.join('\n')).toContain(`measuring v1 (${toy.first.slice(0, 8)})`);
    expect(said.err.join('\n')).toContain(`2 records of v1 in ${out}`);
    expect(readFileSync(path.join(report, 'README.md'), 'utf8')).toContain('knn');
    expect(runs()).toEqual(['--limit 300 --models knn,svm --seed 1 --out --no-report']);
    expect(stateOf(toy.folder)).toBe(before);
  });

  test('measures the commit of a clean checkout in a work tree too', async () => {
    await bench('--commit', 'HEAD', '--models', 'knn', '--no-report');
    const { records } = await readRecords(out);
    expect(records).toMatchObject([{ record: { git: { commit: toy.second, dirty: false } } }]);
    expect(existsSync(path.join(folder, 'report'))).toBe(false);
  });

  test('passes options on, except its own', async () => {
    const args = ['--quick', '--set', 'knn.k=7', '--seed', '5', '--seeds', '2', '--json', '--no-report'];
    const { records } = readOutput(await bench('--commit', 'v1', ...args));
    expect(records).toHaveLength(4);
    expect(runs()).toEqual(['--quick --set knn.k=7 --seed 5 --seeds 2 --out --no-report']);
  });

  test('repeats without --repeats in older code, and continues with the missing fits', async () => {
    const args = ['--commit', 'v1', '--models', 'knn,svm', '--seeds', '2', '--no-report', '--skip-existing'];
    await bench(...args);
    await bench(...args);
    expect(said.err).toContain(`v1 (${toy.first.slice(0, 8)}): every fit already has a record`);
    expect(runs()).toHaveLength(1);
    expect(said.code).toBe(0);
    const seedTwo = ['knn-s1-r2', 'knn-s1', 'knn-s2-r2', 'knn-s2', 'svm-s1-r2', 'svm-s1', 'svm-s2-r2', 'svm-s2'];
    await bench('--commit', 'v1', '--models', 'knn', '--repeats', '2', '--no-report', '--skip-existing');
    expect(runs().slice(1)).toEqual(['--models knn --seed 1 --out --no-report']);
    await bench(...args, '--repeats', '2');
    expect(runs().slice(2)).toEqual([
      '--models svm --seed 1 --out --no-report',
      '--models knn,svm --seed 2 --out --no-report',
    ]);
    expect(await files()).toEqual(seedTwo);
    await bench('--commit', 'v1', '--models', 'knn', '--limit', '300', '--no-report', '--skip-existing');
    expect(runs()).toHaveLength(5);
    await bench('--commit', 'v1', '--no-report', '--skip-existing');
    expect(said.err[0]).toMatch(/^--skip-existing has no effect without --models/);
    expect(runs().at(-1)).toBe('--seed 1 --out --no-report');
  });

  test('exits with 1 if a model fails', async () => {
    vi.stubEnv('TOY_FAIL', 'svm');
    const text = await bench('--commit', 'v1', '--models', 'knn,svm', '--no-report');
    expect(text).toContain('toy failure');
    expect(said.code).toBe(1);
  });

  test('reports wrong options before it makes anything', async () => {
    const wrong = (...args: string[]) => expect(bench(...args)).rejects;
    await wrong('--commit', 'mian').toThrow(/^unknown commit: "mian"; did you mean "main"/);
    await wrong('--commit', 'v1', '--models', 'knm').toThrow(/^unknown model at v1 .*; did you mean "knn"/);
    await wrong('--commit', 'v1', '--shard', '1/2').toThrow(/^--shard cannot be combined with --commit/);
    expect(existsSync(process.env['FITTING_ROOM_CACHE']!)).toBe(false);
    await wrong('--commit', 'v1', '--resume').toThrow(/does not know --resume/);
  });
});

test.skipIf(process.platform === 'win32')('Ctrl-C stops in good order and keeps what is finished', async () => {
  vi.stubEnv('TOY_MILLISECONDS', '1500');
  const program = path.join(projectRoot, 'test', 'commits', 'measure', 'bench-program.ts');
  const args = ['bench', '--commit', 'v1', '--models', 'knn,svm,knn', '--out', out];
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, program, toy.folder, ...args], { cwd: projectRoot });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const poll = setInterval(() => {
    if (toyLog().includes('wrote knn') && !child.killed) child.kill('SIGINT');
  }, 20);
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(poll);
  expect(err).toContain('stopped; finished records are kept. To continue, run the same command with --skip-existing');
  expect(status).toBe(130);
  expect(toyLog()).toContain('stopped');
  expect(await files()).toEqual(['knn-s1']);
});
