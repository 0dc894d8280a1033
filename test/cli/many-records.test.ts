// Of many records, commands check those alone whose numbers they show.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { diffCommand } from '../../src/cli/diff.ts';
import { historyCommand } from '../../src/cli/history.ts';
import { recordPath } from '../../src/results/path.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord, type RecordShape } from '../fixtures/records.ts';
import { commit, makeRepository } from '../fixtures/repository.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readOutput } from './read-output.ts';

let folder: string;
let commits: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  commits = [...makeRepository(folder), commit(folder, 'three'), commit(folder, 'four')];
});

/** Writes a record whose accuracy is not that of its confusion matrix: whoever checks it leaves it out. */
async function putContradiction(number: number, shape: RecordShape = {}): Promise<void> {
  const record = fitOf(number, shape);
  await put({ ...record, metrics: { ...record.metrics, accuracy: record.metrics.accuracy / 2 } });
}

function fitOf(number: number, shape: RecordShape = {}): FinishedRecord {
  const record = makeRecord({ commit: commits[number]!, ...shape });
  const model = { ...record.model, sourceHash: String(number).repeat(64) };
  return { ...record, model, dataset: { ...record.dataset, name: 'gone', splitHash: 'e'.repeat(64) } };
}

async function put(record: FinishedRecord): Promise<void> {
  const file = recordPath(path.join(folder, 'results'), record);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(record));
}

async function run(name: 'diff' | 'history', ...args: string[]): Promise<Said> {
  const said: Said = { out: [], err: [], code: null };
  const command = { diff: diffCommand, history: historyCommand }[name](recordingIo(said), folder);
  await command.parseAsync(['--results', path.join(folder, 'results'), ...args], { from: 'user' });
  return said;
}

const leftOut = ({ err }: Said): string[] => err.filter((line) => line.startsWith('left out: '));

test('diff checks the records of the two commits alone', async () => {
  for (const number of [0, 1]) await put(fitOf(number));
  for (const number of [2, 3]) await putContradiction(number);
  expect(leftOut(await run('diff', commits[0]!, commits[1]!))).toEqual([]);
  await put(fitOf(2, { model: 'svm' }));
  await put(fitOf(1, { model: 'svm' }));
  expect(leftOut(await run('diff', commits[1]!, commits[2]!))).toEqual([
    expect.stringMatching(/^left out: .*cnn-s0\.json: metrics\.accuracy: .*; the confusion matrix gives /),
  ]);
});

test('diff also checks the records that show how the scores of a model vary from seed to seed, and names each once', async () => {
  for (const number of [0, 1]) await put(fitOf(number));
  for (const seed of [0, 1]) await putContradiction(2, { seed });
  expect(leftOut(await run('diff', commits[0]!, commits[1]!))).toHaveLength(2);
});

test('history --last checks the records of the latest commits alone, and places all commits', async () => {
  await putContradiction(0);
  for (const number of [1, 2, 3]) await put(fitOf(number));
  const all = await run('history', '--json');
  expect(leftOut(all)).toHaveLength(1);
  const latest = await run('history', '--json', '--last', '2');
  expect(leftOut(latest)).toEqual([]);
  const statesOf = ({ out }: Said) => readOutput(out.join('\n')).machines[0].states;
  expect(statesOf(latest)).toEqual(statesOf(all).slice(-2));
});
