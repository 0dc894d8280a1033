import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sourceHash } from '../../src/fitted/source-hash.ts';

async function project(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'source-hash-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

const files = {
  'models/a.ts': "import { b } from '../src/b.ts';\nimport 'node:fs';\n",
  'src/b.ts': "const worker = new URL('./worker.ts', import.meta.url);\nimport { a } from '../models/a.ts';\n",
  'src/worker.ts': 'export {};\n',
  'src/unrelated.ts': '1\n',
};
const hashOf = async (changes: Record<string, string> = {}): Promise<string> => {
  const root = await project({ ...files, ...changes });
  return sourceHash(path.join(root, 'models/a.ts'), root);
};

it('does not depend on where the project lies or how its lines end', async () => {
  expect(await hashOf()).toBe(await hashOf());
  expect(await hashOf({ 'src/worker.ts': 'export {};\r\n' })).toBe(await hashOf());
});

it('changes with the file, with what it imports, and with the workers these start', async () => {
  const before = await hashOf();
  expect(await hashOf({ 'models/a.ts': `${files['models/a.ts']}// more\n` })).not.toBe(before);
  expect(await hashOf({ 'src/b.ts': `${files['src/b.ts']}// more\n` })).not.toBe(before);
  expect(await hashOf({ 'src/worker.ts': 'export const x = 1;\n' })).not.toBe(before);
});

it('does not change with a file that it does not import', async () => {
  expect(await hashOf({ 'src/unrelated.ts': '2\n' })).toBe(await hashOf());
});

it('passes over an example in a comment, but not over a model file that is missing', async () => {
  const comment = "// import { c } from './not-there.ts';\n";
  await expect(hashOf({ 'src/b.ts': files['src/b.ts'] + comment })).resolves.toMatch(/^[0-9a-f]{64}$/);
  await expect(sourceHash('/nowhere/a.ts', '/nowhere')).rejects.toThrow('ENOENT');
});
