import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceHash } from '../../src/fitted/source-hash.ts';
import { openWorkTree } from '../../src/git/file-tree.ts';
import type { Device } from '../../src/types.ts';

async function project(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'source-hash-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

const files = {
  'models/a.ts':
    "import { b } from '../src/b.ts';\nimport type { T } from '../src/types.ts';\nimport 'node:fs';\nb();\n",
  'src/b.ts':
    "const worker = new URL('./worker.ts', import.meta.url);\nimport { a } from '../models/a.ts';\n" +
    'export const b = async () => (await import(\'./engine/webgpu/layers.ts\')) && import("./lazy.ts");\na;',
  'src/worker.ts': 'export {};\n',
  'src/lazy.ts': 'export {};\n',
  'src/types.ts': 'export type T = number;\nexport const value = 1;\n',
  'src/engine/webgpu/layers.ts': "import '../runtime/webgpu-device.ts';\n",
  'src/engine/runtime/webgpu-device.ts': 'export {};\n',
  'src/unrelated.ts': '1\n',
};
const hashOf = async (changes: Record<string, string> = {}, device: Device = 'cpu'): Promise<string> => {
  const root = await project({ ...files, ...changes });
  return sourceHash(openWorkTree(root), ['models/a.ts'], device);
};

describe('sourceHash', () => {
  it('is a SHA-256 that does not depend on where the project lies or how its lines end', async () => {
    const before = await hashOf();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf()).toBe(before);
    expect(await hashOf({ 'src/worker.ts': 'export {};\r\n' })).toBe(before);
  });

  it.each([
    ['the file itself', 'models/a.ts', `${files['models/a.ts']}b();\n`],
    ['a file that it imports', 'src/b.ts', `${files['src/b.ts']}a;\n`],
    ['a worker', 'src/worker.ts', 'export const x = 1;\n'],
    ['a dynamic import', 'src/lazy.ts', 'export const x = 1;\n'],
  ])('changes with %s', async (_, file, text) => {
    expect(await hashOf({ [file]: text })).not.toBe(await hashOf());
  });

  it.each([
    ['a comment', 'src/b.ts', `// more\n${files['src/b.ts']}/* more */\n`],
    ['a licence comment', 'src/b.ts', `/*! licence */\n${files['src/b.ts']}`],
    ['layout', 'src/b.ts', files['src/b.ts'].replaceAll(' = ', '\n  =\n  ')],
    ['a type', 'src/b.ts', `${files['src/b.ts']}\ninterface Options { readonly x: number }\n`],
    ['a type annotation', 'src/b.ts', files['src/b.ts'].replace('const worker', 'const worker: URL')],
    ['a type-only import', 'models/a.ts', `import { type U } from '../src/unrelated.ts';\n${files['models/a.ts']}`],
    ['a file of which it imports types alone', 'src/types.ts', 'export type T = string;\nexport const value = 2;\n'],
    ['a file that it does not import', 'src/unrelated.ts', '2\n'],
  ])('does not change with %s', async (_, file, text) => {
    expect(await hashOf({ [file]: text })).toBe(await hashOf());
  });

  it.each(['src/engine/webgpu/layers.ts', 'src/engine/runtime/webgpu-device.ts'])(
    'changes with %s on WebGPU alone',
    async (file) => {
      const change = { [file]: `${files[file as keyof typeof files]}export const shader = 'wgsl';\n` };
      expect(await hashOf(change, 'cpu')).toBe(await hashOf({}, 'cpu'));
      expect(await hashOf(change, 'gpu')).toBe(await hashOf({}, 'gpu'));
      expect(await hashOf(change, 'webgpu')).not.toBe(await hashOf({}, 'webgpu'));
    },
  );

  it('passes over an import in a text, but not over a model file that is missing', async () => {
    const text = 'export const example = \'import { c } from "./not-there.ts"\';\n';
    await expect(hashOf({ 'src/b.ts': files['src/b.ts'] + text })).resolves.toMatch(/^[0-9a-f]{64}$/);
    await expect(sourceHash(openWorkTree('/nowhere'), ['a.ts'], 'cpu')).rejects.toThrow('no such file: a.ts');
  });

  it('names the file that is no TypeScript', async () => {
    await expect(hashOf({ 'src/b.ts': 'const = 1;' })).rejects.toThrow('src/b.ts');
  });
});
