import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type CodeWatch, watchCode } from '../../src/cli/watch-code.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const { signal } = new AbortController();
let root: string;
const write = (file: string, text: string): Promise<void> => writeFile(path.join(root, file), text);
const model = (id: string, code = ''): string => `${code}export const model = { id: '${id}' };\n`;

beforeEach(async () => {
  root = await temporaryFolder();
  await mkdir(path.join(root, 'models'));
  await write('models/index.ts', "export const modelFiles = ['./one.ts', './two.ts'];\n");
  await write('models/part.ts', 'export const part = 1;\n');
  await write('models/one.ts', model('one', "import { part } from './part.ts';\nvoid part;\n"));
  await write('models/two.ts', model('two'));
});

/** Saves a file and waits until that is noticed. */
async function save(watch: CodeWatch, file: string, text: string) {
  const next = watch.next(signal);
  await write(file, text);
  const { ids, files } = await next;
  return { ids, files };
}

it('notices that a file of a model was saved, and which models load it', async () => {
  const watch = await watchCode(['one', 'two'], 'cpu', root);
  expect(watch.count).toBe(3);
  const changed = await save(watch, 'models/part.ts', 'export const part = 22;\n');
  expect(changed).toEqual({ ids: ['one'], files: ['models/part.ts'] });
  expect(await save(watch, 'models/two.ts', model('two', 'void 1;\n'))).toEqual({
    ids: ['two'],
    files: ['models/two.ts'],
  });
});

it('notices a save before it was asked for, and one that replaces the file', async () => {
  const watch = await watchCode(['one', 'two'], 'cpu', root);
  await write('models/one.ts.new', model('one'));
  await rename(path.join(root, 'models/one.ts.new'), path.join(root, 'models/one.ts'));
  const { ids, files, time } = await watch.next(signal);
  expect({ ids, files }).toEqual({ ids: ['one'], files: ['models/one.ts'] });
  expect(time).toBeGreaterThan(0);
});

it('ignores other files, also in the same folder', async () => {
  const watch = await watchCode(['one'], 'cpu', root);
  await write('models/two.ts', model('two', 'void 1;\n'));
  await write('models/notes.txt', 'notes');
  expect(await save(watch, 'models/one.ts', model('one'))).toEqual({ ids: ['one'], files: ['models/one.ts'] });
});

it('goes on with a file that is no valid code, and with one that was missing', async () => {
  const watch = await watchCode(['one'], 'cpu', root);
  const one = { ids: ['one'], files: ['models/one.ts'] };
  expect(await save(watch, 'models/one.ts', 'export const = ;')).toEqual(one);
  const imports = model('one', "import { other } from './other.ts';\nvoid other;\n");
  expect(await save(watch, 'models/one.ts', imports)).toEqual(one);
  const added = await save(watch, 'models/other.ts', 'export const other = 1;\n');
  expect(added).toEqual({ ids: ['one'], files: ['models/other.ts'] });
  const next = watch.next(signal);
  await rm(path.join(root, 'models/other.ts'));
  expect(await next).toMatchObject({ ids: ['one'], files: ['models/other.ts'] });
});

it('ends when the signal is aborted', async () => {
  const watch = await watchCode(['one'], 'cpu', root);
  const stop = new AbortController();
  const next = watch.next(stop.signal);
  stop.abort();
  await expect(next).rejects.toThrow('aborted');
});
