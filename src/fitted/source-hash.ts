// The hash of a model's TypeScript, which every record has: fits of uncommitted code without a code hash are told by it.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { FileTree } from '../git/file-tree.ts';
import type { Device } from '../types.ts';
import { parseSource } from './parse-source.ts';

/** Code that only fits on the device `webgpu` run, relative to the project's root. */
const WEBGPU_ONLY = /^src\/engine\/(?:webgpu\/|runtime\/webgpu-)/;

/** Tells whether fits on a device run a file of the project. */
export function runsOn(device: Device, file: string): boolean {
  return device === 'webgpu' || !WEBGPU_ONLY.test(file);
}

/**
 * Hashes the TypeScript of a model: its own file and every file of this project that it loads, directly or not, by value
 * imports, dynamic imports or `new URL('./worker.ts', import.meta.url)`. Each file counts as the JavaScript that esbuild
 * makes of it: types, comments, type-only imports and layout do not count. Files that only WebGPU needs count only for
 * the device `webgpu`.
 *
 * @param tree the project's files
 * @param files paths of the model's TypeScript files
 * @param device what the fit computes on
 * @returns SHA-256 as 64 hexadecimal digits
 * @throws Error when a model's file does not exist, or one of the files is no valid TypeScript
 */
export async function sourceHash(tree: FileTree, files: readonly string[], device: Device): Promise<string> {
  const found = new Map<string, string>();
  const visit = async (name: string): Promise<void> => {
    if (found.has(name) || !runsOn(device, name)) return;
    const file = await tree.file(name);
    if (!file && files.includes(name)) throw new Error(`no such file: ${name}`);
    // What looks like an import may be part of a text.
    if (!file) return;
    const { code, typescriptModules } = await parseSource(file, name);
    found.set(name, code);
    for (const module of typescriptModules) await visit(path.posix.join(path.posix.dirname(name), module));
  };
  for (const file of files) await visit(file);
  const hash = createHash('sha256');
  for (const [name, code] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${code}\0`);
  return hash.digest('hex');
}
