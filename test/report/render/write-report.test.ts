import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { buildReport } from '../../../src/report/model/build-report.ts';
import { writeReport } from '../../../src/report/render/write-report.ts';
import { makeRecord } from '../../fixtures/records.ts';

const data = buildReport([makeRecord()]);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('page, text and charts are written, and nothing else', async () => {
  const files = await writeReport(path.join(folder, 'report'), data);
  const found = await readdir(path.join(folder, 'report'), { recursive: true, withFileTypes: true });
  const names = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  expect(names.toSorted()).toEqual(files.toSorted());
  expect(files.map((file) => path.basename(file))).toEqual(
    expect.arrayContaining(['README.md', 'index.html', 'accuracy.svg']),
  );
});

test('charts of an earlier report are removed, other files stay', async () => {
  await mkdir(path.join(folder, 'charts'));
  await writeFile(path.join(folder, 'charts', 'confusion-gone.svg'), 'old');
  await writeFile(path.join(folder, 'charts', 'notes.txt'), 'mine');
  await writeReport(folder, data);
  const names = await readdir(path.join(folder, 'charts'));
  expect(names).toContain('notes.txt');
  expect(names).not.toContain('confusion-gone.svg');
});

test('the same data gives the same bytes', async () => {
  const [first] = [await writeReport(path.join(folder, 'a'), data)];
  await writeReport(path.join(folder, 'b'), data);
  for (const file of first) {
    const other = file.replace(path.join(folder, 'a'), path.join(folder, 'b'));
    expect(await readFile(file, 'utf8')).toBe(await readFile(other, 'utf8'));
  }
});

test('a folder that cannot be created is an error of the user', async () => {
  await writeFile(path.join(folder, 'file'), '');
  await expect(writeReport(path.join(folder, 'file', 'report'), data)).rejects.toThrow(UserError);
});

test('the page links to pages of other commands in its folder', async () => {
  await mkdir(path.join(folder, 'explore'));
  await writeFile(path.join(folder, 'explore', 'index.html'), '');
  await writeReport(folder, data);
  const page = await readFile(path.join(folder, 'index.html'), 'utf8');
  expect(page).toContain('<a href="explore/index.html">exploration of the data</a>');
  expect(page).not.toContain('try.html');
});
