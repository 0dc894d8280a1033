import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyCommand } from '../../src/cli/history.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeFailedRecord, makeRecord, type RecordShape } from '../fixtures/records.ts';
import { commit, makeRepository } from '../fixtures/repository.ts';
import { readOutput } from './read-output.ts';

let folder: string;
let commits: string[];
let said: Said;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-history-'));
  commits = [...makeRepository(folder), commit(folder, 'three'), commit(folder, 'four')];
});
afterEach(() => rm(folder, { recursive: true }));

function at(...parts: string[]): string {
  return path.join(folder, ...parts);
}

/** A fit at one of the commits, from 0; its test images are not available. */
function fitOf(number: number, shape: RecordShape = {}) {
  const record = makeRecord({ commit: commits[number]!, ...shape });
  return { ...record, dataset: { ...record.dataset, name: 'gone', splitHash: 'e'.repeat(64) } };
}

async function put<T extends FitRecord>(record: T): Promise<T> {
  await writeRecord(recordPath(at('results'), { ...record, variant: record.benchmark }), record);
  return record;
}

/** Five runs of 10 seconds at the first commit, of 20 at the last. */
async function putSlower(model = 'cnn'): Promise<void> {
  for (const repeat of [1, 2, 3, 4, 5]) {
    await put(fitOf(0, { model, repeat, trainSeconds: 10 + repeat / 10 }));
    await put(fitOf(3, { model, repeat, trainSeconds: 20 + repeat / 10 }));
  }
}

async function history(args: readonly string[] = [], { columns = 100, colour = false } = {}): Promise<string> {
  said = { out: [], err: [], code: null };
  const io = recordingIo(said, { columns, colour });
  const command = historyCommand(io, folder)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync(['--results', at('results'), ...args], { from: 'user' });
  return said.out.join('\n');
}

describe('what is shown', () => {
  test('is accuracy and fit time of all models, the steps, and the command to find their commits', async () => {
    await putSlower();
    await put(fitOf(0, { model: 'svm' }));
    const text = await history();
    expect(said.code).toBe(0);
    expect(text).toContain(
      `fashion-mnist on test-machine: 2 commits, ${commits[0]!.slice(0, 8)} (2026-01-01) to ${commits[3]!.slice(0, 8)}`,
    );
    expect(text).toMatch(/accuracy, % +over commits[\s\S]*\ncnn +▅▅[\s\S]*\nsvm +▅·/);
    expect(text).toMatch(/\nfit +over commits[\s\S]*\ncnn +▁█ +10\.3 s +20\.3 s +▼ /);
    expect(text).toMatch(/▼ worse +cnn +fit +10\.3 s → 20\.3 s +×1\.97 +in \S+\.\.\S+/);
    expect(text).toContain(
      `\n  npm run bench -- --benchmark fashion-mnist --commit ${commits[1]!.slice(0, 8)} --models cnn\n`,
    );
    expect(said.err).toEqual(['the test images are not on this machine: changes of scores are inconclusive']);
  });

  test('is one model, commit by commit', async () => {
    await putSlower();
    await put(makeFailedRecord({ commit: commits[1]! }));
    const text = await history(['cnn', 'fit-time']);
    const row = (number: number, rest: string) => new RegExp(`\\n${commits[number]!.slice(0, 8)} +2026-01-01 +${rest}`);
    expect(text).toMatch(row(0, '10\\.3 s +5 runs, 10\\.1 to 10\\.5 s'));
    expect(text).toMatch(row(1, 'failed +seed 0: loss is NaN'));
    expect(text).toMatch(row(3, '20\\.3 s +5 runs, 20\\.1 to 20\\.5 s +▼ worse in'));
    expect(text).not.toContain('accuracy, %');
  });

  test('is one metric of all models when only the metric is named', async () => {
    await putSlower();
    const text = await history(['memory']);
    expect(text).toMatch(/memory +over commits/);
    expect(text).not.toMatch(/accuracy, %/);
    await put(fitOf(0, { model: 'memory' }));
    expect(await history(['memory'])).toMatch(/accuracy, % +runs/);
  });

  test('fits 80 and 100 columns, and has colours only on a terminal', async () => {
    await putSlower('a-model-with-quite-a-long-name');
    for (const columns of [80, 100, 200]) {
      for (const args of [[], ['a-model-with-quite-a-long-name']]) {
        const lines = (await history(args, { columns })).split('\n').filter((line) => !line.startsWith('  npm run'));
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(columns, 100));
        expect(lines.join()).not.toContain('\u001b');
      }
    }
    expect(await history([], { colour: true })).toContain('\u001b[31m▼ worse\u001b[39m');
  });

  test('is limited by --last and --machine', async () => {
    await putSlower();
    await put(fitOf(2, { machine: 'other' }));
    expect(await history(['--last', '1'])).toContain('test-machine: 1 commit,');
    expect((await history()).match(/ on (test-machine|other): /g)).toHaveLength(2);
    const other = await history(['--machine', 'other']);
    expect(other).toContain('fashion-mnist on other: 1 commit');
    expect(other).not.toContain('test-machine');
  });

  test('is the benchmark of most commits by default', async () => {
    await put({ ...fitOf(0), benchmark: 'quick' });
    await put({ ...fitOf(1), benchmark: 'quick' });
    await put(fitOf(0));
    await put(fitOf(0, { model: 'svm' }));
    expect(await history()).toContain('quick on test-machine');
    expect(await history(['svm'])).toContain('fashion-mnist on test-machine');
    expect(await history(['--benchmark', 'fashion-mnist'])).toContain('fashion-mnist on test-machine');
    await put(fitOf(2));
    expect(await history()).toContain('fashion-mnist on test-machine');
  });
});

test('records of the first schema version are read together with new ones', async () => {
  const present = await put(fitOf(3));
  const { repeat: _, resources, ...old } = fitOf(0);
  const { energyJoules: __, ...oldResources } = resources;
  await mkdir(at('results', 'old'), { recursive: true });
  await writeFile(
    at('results', 'old', 'cnn.json'),
    JSON.stringify({ ...old, schemaVersion: 1, resources: oldResources }),
  );
  expect(present.schemaVersion).toBeGreaterThan(1);
  const { machines } = readOutput(await history(['cnn', 'accuracy', '--json']));
  expect(machines[0].lines[0].points).toMatchObject([
    { state: 0, value: present.metrics.accuracy },
    { state: 1, value: present.metrics.accuracy, change: { verdict: 'same' } },
  ]);
  expect(said.err.filter((text) => text.startsWith('left out'))).toEqual([]);
});

test('prints JSON, and Markdown to standard output or a file', async () => {
  await putSlower();
  const file = at('out', 'history.md');
  const data = readOutput(await history(['--json', '--markdown', file]));
  expect(data).toMatchObject({
    benchmark: 'fashion-mnist',
    metrics: [
      { metric: 'accuracy', field: 'accuracy', unit: 'fraction' },
      { metric: 'fit-time', field: 'fitSeconds', unit: 'seconds' },
    ],
    machines: [{ machineId: 'test-machine', states: [{ subject: 'one' }, { subject: 'four' }] }],
  });
  expect(said.err).toContain(`wrote ${file}`);
  const markdown = await readFile(file, 'utf8');
  expect(markdown).toContain('| ▼ worse | cnn |');
  expect(await history(['--markdown'])).toBe(markdown.trimEnd());
});

describe('errors', () => {
  test('name the nearest and the known names for an unknown one', async () => {
    await putSlower();
    await expect(history(['cn'])).rejects.toThrow(/^unknown model: "cn"; did you mean "cnn"\? known: cnn/);
    await expect(history(['cnn', 'acuracy'])).rejects.toThrow(
      /^unknown metric: "acuracy"; did you mean "accuracy"\? known: accuracy, balanced-accuracy, macro-f1/,
    );
    await expect(history(['--machine', 'test'])).rejects.toThrow(/^unknown machine: "test".*known: test-machine/);
    await expect(history(['--benchmark', 'quik'])).rejects.toThrow(/^unknown benchmark: "quik"/);
    await expect(history(['--last', '0'])).rejects.toThrow(/invalid/);
    await expect(history(['--json', '--markdown'])).rejects.toThrow(/both print/);
  });

  test('say why there is nothing to show: no record, none of the model, none made in a checkout', async () => {
    await expect(history()).rejects.toThrow(/cannot read records/);
    await mkdir(at('results'));
    await expect(history()).rejects.toThrow(/^nothing to show: no record in/);
    await writeFile(at('results', 'bad.json'), '{');
    await expect(history()).rejects.toThrow(/^nothing to show/);
    expect(said.err).toEqual([expect.stringMatching(/^left out: .*bad\.json: not JSON/)]);
    await put({ ...fitOf(0), git: null });
    await expect(history()).rejects.toThrow(/^nothing to show: no fit of fashion-mnist was made in a git checkout/);
    await put(fitOf(0));
    await put({ ...fitOf(0, { model: 'svm' }), benchmark: 'quick' });
    await expect(history(['svm', '--benchmark', 'fashion-mnist'])).rejects.toThrow(
      /^nothing to show: no fit of svm of fashion-mnist/,
    );
  });
});
