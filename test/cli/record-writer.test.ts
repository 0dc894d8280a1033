import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createRecordWriter } from '../../src/cli/record-writer.ts';
import { readRecord } from '../../src/results/read.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let said: Said;
let obstacle: string;
let file: string;

beforeEach(async () => {
  said = { out: [], err: [], code: null };
  obstacle = path.join(await temporaryFolder(), 'obstacle');
  file = path.join(obstacle, 'a.json');
  // Nothing can be written below a file, whoever runs the test.
  await writeFile(obstacle, '');
});

test('a record that cannot be written is named, kept in memory and written when that is possible', async () => {
  const writer = createRecordWriter(recordingIo(said));
  await writer.write(file, makeRecord());
  const problem = `cannot write ${file}: a file is in the place of a folder: choose another folder with --out`;
  expect(said.err).toEqual([`${problem}; the run goes on and tries again at its end`]);
  expect(await writer.retry()).toEqual([problem]);
  await rm(obstacle);
  expect(await writer.retry()).toEqual([]);
  expect(await readRecord(file)).toEqual(makeRecord());
  await rm(file);
  expect(await writer.retry()).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test('an invalid record is an error of the program', async () => {
  const writer = createRecordWriter(recordingIo(said));
  await expect(writer.write(file, { ...makeRecord(), seed: -1 })).rejects.toThrow(/^invalid record of cnn/);
  expect(said.err).toEqual([]);
});
