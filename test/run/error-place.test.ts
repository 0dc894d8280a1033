import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { markedSource, placeOfError, placeText, reasonOfLoadError } from '../../src/run/error-place.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let root: string;
const at = (name: string): string => path.join(root, name);

beforeEach(async () => {
  root = path.join(await temporaryFolder(), 'a project (new)');
  for (const folder of ['models', 'src', 'node_modules/p']) await mkdir(at(folder), { recursive: true });
  const text = "import { tree } from 'ml-cartt';\nimport './tables/rows.ts';\n  throw new Error('mine');\n";
  for (const name of ['models/mine.ts', 'src/harness.ts', 'node_modules/p/index.js', 'notes.txt'])
    await writeFile(at(name), text);
  await writeFile(path.join(root, '..', 'outside.ts'), text);
  await symlink(path.join(root, '..', 'outside.ts'), at('models/link.ts'));
});

const place = (message: string, stack: string | null = null) => placeOfError({ message, stack }, root);
const line3 = { file: 'models/mine.ts', line: 3, column: 9, source: "  throw new Error('mine');" };

describe('placeOfError', () => {
  it.each([
    ['a function', () => `Error: x\n    at fit (${at('models/mine.ts')}:3:9)`],
    ['an asynchronous method', () => `Error: x\n    at async Object.fit (${at('models/mine.ts')}:3:9)`],
    ['the top level', () => `Error: x\n    at ${at('models/mine.ts')}:3:9`],
    ['a URL', () => `Error: x\n    at async ${pathToFileURL(at('models/mine.ts'))}:3:9`],
    [
      'the innermost line that is neither of a package nor of the harness',
      () =>
        `Error: x\n    at dot (${at('node_modules/p/index.js')}:1:1)\n    at node:internal/process:1:1\n` +
        `    at fit (${at('models/mine.ts')}:3:9)\n    at run (${at('src/harness.ts')}:2:1)\n    at ${at('models/mine.ts')}:1:1`,
    ],
  ])('finds %s', async (_, stack) => {
    expect(await place('x', stack())).toEqual(line3);
  });

  it('finds invalid syntax, of which esbuild counts columns from 0', async () => {
    const message = `Transform failed with 1 error:\n${at('models/mine.ts')}:3:8: ERROR: Expected "}" but found "1"`;
    expect(await place(message)).toEqual(line3);
    expect(reasonOfLoadError(message)).toBe('Expected "}" but found "1"');
  });

  it('finds the import of an export that is not there', async () => {
    const stack = `${pathToFileURL(at('models/mine.ts'))}:1\nimport { tree } from 'ml-cartt';\n         ^^^^\nSyntaxError: no`;
    expect(await place('no', stack)).toMatchObject({ file: 'models/mine.ts', line: 1, column: 10 });
  });

  it('finds the import of a package or a file that is not there', async () => {
    const missing = `Cannot find package 'ml-cartt' imported from ${at('models/mine.ts')}`;
    expect(await place(missing)).toMatchObject({ line: 1, column: 23 });
    expect(reasonOfLoadError(missing)).toBe('the package "ml-cartt" is not installed');
    const file = `Cannot find module '${at('models/tables/rows.ts')}' imported from ${at('models/mine.ts')}`;
    expect(await place(file)).toMatchObject({ line: 2 });
    expect(reasonOfLoadError(file)).toBe('no such file: rows.ts');
  });

  it.each([
    ['no stack', () => null],
    ['a stack that is no stack', () => 'garbage\n at'],
    ['a line that the file does not have', () => `    at ${at('models/mine.ts')}:99:1`],
    ['a file that is no code', () => `    at ${at('notes.txt')}:1:1`],
    ['a file outside of the project', () => `    at ${path.join(root, '..', 'outside.ts')}:1:1`],
    ['a link to such a file', () => `    at ${at('models/link.ts')}:1:1`],
    ['a URL of the network', () => '    at fit (https://example.org/models/mine.ts:1:1)'],
    ['code of this program alone', () => `    at run (${at('src/harness.ts')}:2:1)`],
  ])('reads nothing for %s', async (_, stack) => {
    expect(await place('x', stack())).toBeNull();
  });
});

it('shows the line with a mark below the column', () => {
  expect(placeText(line3)).toBe('models/mine.ts:3:9');
  expect(markedSource(line3)).toBe("  3 | throw new Error('mine');\n    |       ^");
  expect(markedSource({ ...line3, column: 999 })).toMatch(/\| {25}\^$/);
});
