// Every command whose output cannot be written, or whose input cannot be read: an error that names the file, exit status 2.
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { newModelCommand } from '../../src/cli/new-model.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordPath } from '../../src/results/path.ts';
import { writeRecord } from '../../src/results/write.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { makeRecord } from '../fixtures/records.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { everyCommand, expectSafe, run } from './every-command.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await temporaryFolder();
  for (const record of [makeRecord(), makeRecord({ model: 'svm' })]) {
    await writeRecord(recordPath(at('results'), record), record);
  }
  await writeRecord(at('record.json'), makeRecord());
  // Whatever lies below it can be neither written nor read, whoever runs the test.
  await writeFile(at('file'), 'no folder');
});

const RESULTS = '--results';

/** The options and arguments that name an output: how to run the command with it. null where only a fitted model gets there. */
const outputs: Readonly<Record<string, ((output: string) => string[]) | null>> = {
  'bench --out': (output) => ['bench', '--models', 'majority', '--out', output, '--no-report'],
  'bench --report': null,
  'references --out': (output) => ['references', '--models', 'knn', '--out', output],
  'rerun --results': (output) => ['rerun', at('record.json'), '--keep', RESULTS, output],
  'report --report': (output) => ['report', RESULTS, at('results'), '--report', output],
  'report --readme': (output) => ['report', RESULTS, at('results'), '--report', at('report'), '--readme', output],
  'explore --report': null,
  'predict --save': null,
  'explain --out': null,
  'diff --markdown': (output) => ['diff', at('results'), at('results'), '--markdown', output],
  'diff --html': (output) => ['diff', at('results'), at('results'), '--html', output],
  'diff --save-baseline': () => ['diff', at('results'), RESULTS, at('file'), '--save-baseline', 'good'],
  'history --markdown': (output) => ['history', RESULTS, at('results'), '--markdown', output],
  'export results --out': (output) => ['export', 'results', RESULTS, at('results'), '--out', output],
  'export split --out': null,
  'merge --out': (output) => ['merge', at('results'), '--out', output],
  'runs merge --out': (output) => ['runs', 'merge', at('results'), '--out', output],
};

/** The options that name an input. */
const INPUTS = [
  'bench --dataset',
  'references --python',
  'report --results',
  'explore --dataset',
  'explore --results',
  'predict --results',
  'explain --results',
  'runs list --results',
  'runs prune --results',
  'serve --results',
  'serve --report',
  'diff --results',
  'history --results',
  'export results --results',
  'export split --results',
  'export split --dataset',
];

describe('an output that cannot be written', () => {
  const possible = Object.entries(outputs).flatMap(([name, args]) => (args ? [[name, args] as const] : []));

  it.each(possible)('%s: the error names it and the reason, without a stack', async (_, args) => {
    const printed = await run(...args(at('file', 'out')));
    expectSafe(printed);
    expect(printed.err).toMatch(/^error: cannot (?:write|read) .*file/m);
    expect(printed.err).not.toMatch(/^\s+at /m);
    expect(printed.code).toBe(2);
    expect(await readFile(at('file'), 'utf8')).toBe('no folder');
  });

  it.skipIf(process.platform !== 'linux').each(['diff --html', 'diff --markdown', 'history --markdown'])(
    '%s on a full disk: the result is printed, then the error',
    async (name) => {
      await symlink('/dev/full', at('full'));
      const printed = await run(...outputs[name]!(at('full')));
      expect(printed.err).toContain(`error: cannot write ${at('full')}: the disk is full; free some space`);
      expect(printed.code).toBe(2);
      expect(printed.out).not.toBe('');
    },
  );

  it('new-model: the error names the file, and nothing is changed', async () => {
    await mkdir(at('models'));
    await writeFile(at('models/index.ts'), "export const modelFiles = [\n  './knn.ts',\n];\n");
    await mkdir(at('models/my-svm.ts'));
    const said: Said = { out: [], err: [], code: null };
    const io = recordingIo(said);
    await runProgram(new Command('test').addCommand(newModelCommand(io, folder)), io, ['new-model', 'my-svm']);
    expect(said.err.join('\n')).toMatch(/^error: name taken: the file models\/my-svm\.ts exists/);
    expect(said.code).toBe(2);
  });
});

describe('an input that cannot be read', () => {
  it.each([
    ['report', [RESULTS]],
    ['history', [RESULTS]],
    ['diff', ['main', RESULTS]],
    ['export', ['results', RESULTS]],
    ['merge', []],
    ['runs', ['list', RESULTS]],
    ['runs', ['prune', '--older', '1d', RESULTS]],
    ['rerun', []],
    ['explore', ['--dataset']],
  ] as const)('%s: the error names it and the reason, without a stack', async (name, args) => {
    for (const input of [at('file', 'below'), at('nowhere')]) {
      const printed = await run(name, ...args, input);
      expectSafe(printed);
      expect(printed.err).toContain(`${input}`);
      expect(printed.err).not.toMatch(/^\s+at /m);
      expect(printed.code).toBe(2);
    }
  });

  it('folders and broken links with the name of a record are passed over', async () => {
    await mkdir(at('results/a.json'));
    await symlink(at('nowhere'), at('results/b.json'));
    const printed = await run('report', RESULTS, at('results'), '--report', at('report'));
    expect(printed.code, printed.err).toBe(0);
    expect(existsSync(at('report/index.html'))).toBe(true);
  });
});

it('knows every option that names a file or a folder: a new one needs a place in these lists', async () => {
  const found = (await everyCommand()).flatMap(({ name, command }) =>
    command.options
      .filter(({ flags }) => /<(?:file|folder|name\|folder|program)>|\[file\]/.test(flags))
      .map(({ long }) => `${name} ${long}`),
  );
  const known = [...Object.keys(outputs), ...INPUTS].filter((name) => name !== 'diff --save-baseline');
  expect(found.sort()).toEqual(known.sort());
});
