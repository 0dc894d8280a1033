// What bin/typescript.mjs does with the files of a project.
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runChild } from '../../src/base/child-process.ts';
import { projectRoot } from '../../src/base/root.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryFolder();
  await mkdir(path.join(root, 'node_modules'));
  await symlink(path.join(projectRoot, 'node_modules/esbuild'), path.join(root, 'node_modules/esbuild'), 'junction');
  await cp(path.join(projectRoot, 'bin'), path.join(root, 'bin'), { recursive: true });
  await write('package.json', '{ "type": "module", "engines": { "node": ">=20.12" } }');
});

const write = (name: string, text: string): Promise<void> => writeFile(path.join(root, name), text);
const run = (file: string) =>
  runChild([process.execPath, '--import', './bin/typescript.mjs', file], { cwd: root, isBrief: true });

it('runs a file with types and attributes, and again as it is after a change', async () => {
  await write('table.json', '[7]');
  await write(
    'main.ts',
    "import table from './table.json' with { type: 'json' };\nconst x: number[] = table;\nconsole.log(x.at(0));",
  );
  expect(await run('main.ts')).toMatchObject({ code: 0, stdout: '7\n' });
  expect(await readdir(path.join(root, 'node_modules/.cache/fitting-room'))).toEqual(['main.ts.js']);
  await write('main.ts', 'enum Kind { a = 8 }\nconsole.log(Kind.a as number);');
  expect(await run('main.ts')).toMatchObject({ code: 0, stdout: '8\n' });
  expect(await readdir(path.join(root, 'node_modules/.cache/fitting-room'))).toEqual(['main.ts.js']);
});

it('names the line of the TypeScript in an error, and keeps nothing of a file outside of the project', async () => {
  const outside = path.join(await temporaryFolder(), 'outside.ts');
  await writeFile(outside, 'interface Point {\n  x: number;\n}\n\nthrow new Error(String(({ x: 5 } as Point).x));');
  const { code, stderr } = await run(outside);
  expect(code).toBe(1);
  expect(stderr).toMatch(/Error: 5\n +at .*outside\.ts:5:7/);
  expect(await readdir(path.join(root, 'node_modules'))).toEqual(['esbuild']);
});
