// The report as a generated file in git: the same bytes everywhere, merges without a hand, trials left out.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'shell-quote';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/base/root.ts';
import { reportCommand } from '../../src/cli/report.ts';
import { isTrial } from '../../src/cli/trials.ts';
import { recordPath } from '../../src/results/path.ts';
import { readRecords } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord } from '../fixtures/records.ts';
import { commit, git } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

async function put(root: string, ...records: FitRecord[]): Promise<void> {
  for (const record of records) await writeRecord(recordPath(path.join(root, 'results'), record), record);
}

/** Runs the command of the documents in a project's folder. */
async function report(root: string, ...args: string[]): Promise<Said> {
  const said: Said = { out: [], err: [], code: null };
  const folders = ['--results', path.join(root, 'results'), '--report', path.join(root, 'report')];
  await reportCommand(recordingIo(said)).parseAsync([...folders, ...args], { from: 'user' });
  return said;
}

/** Every file of a folder with its bytes. */
function bytesOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
  return new Map(names.map((file) => [path.relative(root, file), readFileSync(file, 'base64')]));
}

test('the same records give the same bytes: at any time, in any time zone, whatever was rendered before', async () => {
  const day = (n: number): string => `2026-01-0${n}T23:30:00Z`;
  const records = ['svm', 'knn', 'mlp'].map((model, i) => makeRecord({ model, startedAt: day(i + 1) }));
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime('2026-02-03T04:05:06Z');
  vi.stubEnv('TZ', 'Pacific/Kiritimati');
  await put(at('one'), ...records);
  await report(at('one'));
  expect(new Date().getTimezoneOffset()).toBe(-840);

  vi.setSystemTime('2031-11-12T13:14:15Z');
  vi.stubEnv('TZ', 'America/Los_Angeles');
  expect(new Date().getTimezoneOffset()).toBe(480);
  await put(at('two'), makeRecord({ model: 'cnn', startedAt: day(9) }));
  await report(at('two'));
  expect([...bytesOf(at('two', 'report')).keys()]).toContain(path.join('charts', 'curve-accuracy-cnn.svg'));
  rmSync(at('two', 'results'), { recursive: true });
  await put(at('two'), ...records.toReversed());
  await report(at('two'));
  expect(bytesOf(at('two', 'report'))).toEqual(bytesOf(at('one', 'report')));
  expect(readFileSync(at('one', 'report', 'README.md'), 'utf8')).toContain('from records until 2026-01-03;');
});

/** The commands of docs/commits.md after a merge. */
const AFTER_MERGE = [
  'npm run report -- --readme README.md',
  'git add --all README.md report results',
  'git commit --no-edit',
];

test('two branches that both measured merge with the documented commands, and no file is edited by hand', async () => {
  expect(readFileSync(path.join(projectRoot, 'docs/commits.md'), 'utf8')).toContain(AFTER_MERGE.join('\n'));
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  cpSync(path.join(projectRoot, '.gitattributes'), at('.gitattributes'));
  writeFileSync(at('README.md'), '# x\n<!-- results:start -->\n<!-- results:end -->\n');
  const save = async (message: string, ...records: FitRecord[]): Promise<void> => {
    await put(folder, ...records);
    await report(folder, '--readme', at('README.md'));
    git(folder, 'add', '--all');
    commit(folder, message);
  };
  await save('base', makeRecord({ model: 'svm', startedAt: '2026-01-01T00:00:00Z' }));
  // Both branches measure the same commit on the same machine, and a model that the other has not.
  const shared = (startedAt: string) => makeRecord({ model: 'mlp', startedAt });
  git(folder, 'checkout', '--quiet', '-b', 'topic');
  await save('topic', shared('2026-01-02T00:00:00Z'), makeRecord({ model: 'knn', startedAt: '2026-01-02T00:00:00Z' }));
  git(folder, 'checkout', '--quiet', 'main');
  await save('main', shared('2026-01-03T00:00:00Z'), makeRecord({ model: 'cnn', startedAt: '2026-01-03T00:00:00Z' }));

  expect(() => git(folder, 'merge', '--quiet', 'topic')).toThrow();
  const { records, problems } = await readRecords(at('results'));
  expect(problems).toEqual([]);
  for (const line of AFTER_MERGE) {
    const [program, ...args] = parse(line) as string[];
    if (program === 'git') git(folder, ...args);
    else await report(folder, '--readme', at('README.md'));
  }
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(git(folder, 'rev-list', '--count', '--merges', 'HEAD')).toBe('1');
  expect(records.map(({ record }) => [record.model.id, record.startedAt.slice(0, 10)])).toEqual([
    ['cnn', '2026-01-03'],
    ['knn', '2026-01-02'],
    ['mlp', '2026-01-03'],
    ['svm', '2026-01-01'],
  ]);
  const readme = readFileSync(at('README.md'), 'utf8');
  expect(readme).toContain('| knn');
  expect(readme).not.toMatch(/^[<=>]{7}/m);
  // The report of the merge is that of its records.
  mkdirSync(at('clone'));
  cpSync(at('results'), at('clone', 'results'), { recursive: true });
  await report(at('clone'));
  expect(bytesOf(at('clone', 'report'))).toEqual(bytesOf(at('report')));
});

const quick = { ...makeRecord({ model: 'knn' }), benchmark: 'quick', command: 'npm run bench -- --benchmark quick' };

test('the report of results leaves out trials, and that of trials has nothing else', async () => {
  await put(folder, makeRecord({ model: 'svm' }));
  await report(folder);
  const before = bytesOf(at('report'));
  await put(folder, quick);
  const { err } = await report(folder);
  expect(err).toContainEqual(
    'left out: 1 trial (quick runs, runs with --limit, runs on own data); npm run report -- --trials shows trials',
  );
  expect(bytesOf(at('report'))).toEqual(before);
  const { out } = await report(folder, '--trials', '--json');
  expect(readOutput(out.join('\n')).comparisons).toMatchObject([{ benchmark: 'quick', rows: [{ modelId: 'knn' }] }]);
});

test('where every record is of a trial, or none is, the error names the other report', async () => {
  await put(at('trials'), quick);
  await expect(report(at('trials'))).rejects.toThrow(/every record in .* npm run report -- --trials shows trials$/);
  expect(existsSync(at('trials', 'report'))).toBe(false);
  await put(at('results-only'), makeRecord());
  await expect(report(at('results-only'), '--trials')).rejects.toThrow(
    /no record of a trial in .*; without --trials, 1/,
  );
});

test.each([
  [true, 'quick', 'npm run bench -- --benchmark quick --models knn --seed 1'],
  [true, 'fashion-mnist', 'npm run bench -- --models knn --limit 300 --seed 1'],
  [true, 'fashion-mnist', "npm run bench -- --models knn --dataset './my data' --seed 1"],
  [true, 'references', 'npm run references -- --models knn --limit 1000 --rounds 3'],
  [false, 'fashion-mnist', 'npm run bench -- --models knn --dataset fashion-mnist --seed 1'],
  [false, 'fashion-mnist', 'npm run bench -- --models knn --seed 1 --set knn.k=7'],
  [false, 'engines', 'npm run bench -- --benchmark engines --models knn --seed 1'],
  [false, 'scaling', 'npm run references -- --scaling --stop-seconds 60'],
] as const)('trial: %s for %s, %s', (expected, benchmark, command) => {
  expect(isTrial({ benchmark, command })).toBe(expected);
});
