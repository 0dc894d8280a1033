import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { exploreCommand } from '../../src/cli/explore.ts';
import type { Io } from '../../src/terminal/io.ts';
import { smallFiles, temporaryFolder, writeFiles } from '../fixtures/idx.ts';
import { readOutput } from './read-output.ts';

let folder: string;
let said: { out: string[]; err: string[] };

beforeEach(async () => {
  folder = await temporaryFolder();
  said = { out: [], err: [] };
  await writeFiles(path.join(folder, 'data'), smallFiles());
});

async function run(...args: string[]): Promise<void> {
  const io: Io = {
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    exit: () => {},
    isTerminal: false,
    columns: 100,
    colour: false,
  };
  const fixed = ['--dataset', path.join(folder, 'data'), '--results', path.join(folder, 'none')];
  const command = exploreCommand(io)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void said.err.push(text) });
  await command.parseAsync([...fixed, '--report', path.join(folder, 'report'), ...args], { from: 'user' });
}

test('explores any data set without records of models, and writes the pages', async () => {
  await run();
  expect(said.out.join('\n')).toMatch(/class +training images +test images\n0 +4 +2\n/);
  // The test images are the first six of the training images.
  expect(said.out.join('\n')).toContain('6 of the 6 test images are identical to a training image.');
  expect(said.out.join('\n')).toContain('No label was checked');
  expect((await readdir(path.join(folder, 'report'))).sort()).toEqual([
    'README.md',
    'index.html',
    'map.png',
    'mean-images.png',
    'pixel-histogram.svg',
    'samples.png',
  ]);
});

test('prints what was found as JSON, and writes nothing', async () => {
  await run('--json', '--map', '0');
  const found = readOutput(said.out.join('\n'));
  expect(found).toMatchObject({
    classNames: ['0', '1', '2'],
    counts: { train: [4, 4, 4], test: [2, 2, 2] },
    map: null,
  });
  expect(found.averages[0].mean).toHaveLength(20);
  expect(await readdir(folder)).toEqual(['data']);
});

test.each([
  ['--map', '-1', 'a whole number from 0, or "all"'],
  ['--map', 'many', 'a whole number from 0, or "all"'],
  ['--near', '300', 'a number from 0 to 255'],
])('refuses %s %s', async (option, value, message) => {
  await expect(run(option, value)).rejects.toThrow();
  expect(said.err.join('')).toContain(message);
});

test('names the folder that cannot be written to', async () => {
  await writeFile(path.join(folder, 'report'), 'a file where the folder should be');
  await expect(run()).rejects.toThrow(UserError);
  await expect(run()).rejects.toThrow(/cannot write .*report/);
});
