// The hash of a model's source code: records with equal hashes were made by the same code.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';
import { projectRoot } from '../base/root.ts';
import type { Device } from '../types.ts';

/** The module of a static import, a dynamic import, or a worker's `new URL`, in the code that esbuild writes. */
const LOCAL_MODULE = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*["'`](\.{1,2}\/[^"'`]+\.ts)["'`]/g;
/** Code that only fits on the device `webgpu` run, relative to the project's root. */
const WEBGPU_ONLY = /^src\/engine\/(?:webgpu\/|runtime\/webgpu-)/;
const DEVICES: readonly Device[] = ['cpu', 'gpu', 'webgpu'];

/** One source file. */
interface Source {
  /** The code without types and comments. */
  readonly code: string;
  /** Absolute paths of the project's modules that it loads. */
  readonly modules: readonly string[];
}

/** Files as they were when this process first read them, by absolute path. */
const sources = new Map<string, Promise<Source>>();

/**
 * Hashes the code of a model: its own file and every file of this project that it loads, directly or not, by value
 * imports, dynamic imports or `new URL('./worker.ts', import.meta.url)`. Each file counts as the JavaScript that esbuild
 * makes of it: types, comments, type-only imports and layout do not count. Files that only WebGPU needs count only for
 * the device `webgpu`. Packages do not count: records hold their versions.
 *
 * @param file absolute path of a TypeScript file
 * @param root the project's root; paths are hashed relative to it, so that the location of a checkout does not matter
 * @param device what the fit computes on
 * @returns SHA-256 as 64 hexadecimal digits
 * @throws Error when the file itself cannot be read, or one of the files is no valid TypeScript
 */
export async function sourceHash(file: string, root: string, device: Device): Promise<string> {
  const found = new Map<string, string>();
  const visit = async (current: string): Promise<void> => {
    const name = path.relative(root, current).replaceAll(path.sep, '/');
    if (found.has(name) || (device !== 'webgpu' && WEBGPU_ONLY.test(name))) return;
    const source = await readSource(current).catch((error: NodeJS.ErrnoException) => {
      // What looks like an import may be part of a text.
      if (error.code === 'ENOENT' && found.size > 0) return null;
      throw error;
    });
    if (!source) return;
    found.set(name, source.code);
    for (const module of source.modules) await visit(module);
  };
  await visit(path.resolve(file));
  const hash = createHash('sha256');
  for (const [name, code] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${code}\0`);
  return hash.digest('hex');
}

/**
 * Hashes the code that models have now, on every device.
 *
 * @param modelIds ids of models, which are the names of their files in `models/`
 * @param root the project's root
 * @returns by `sourceKey`; reference implementations have no source hash
 * @throws Error as `sourceHash` does
 */
export async function currentSources(
  modelIds: Iterable<string>,
  root = projectRoot,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const id of modelIds) {
    const file = path.join(root, 'models', `${id}.ts`);
    for (const device of DEVICES) hashes.set(sourceKey(id, device), await sourceHash(file, root, device));
  }
  return hashes;
}

/** Names a model on a device, as `currentSources` does. For a record the device is `software.engine.device`. */
export function sourceKey(modelId: string, device: Device): string {
  return `${modelId} on ${device}`;
}

function readSource(file: string): Promise<Source> {
  let source = sources.get(file);
  if (!source) {
    source = parseSource(file);
    sources.set(file, source);
  }
  return source;
}

async function parseSource(file: string): Promise<Source> {
  const text = await readFile(file, 'utf8');
  const settings = { loader: 'ts', minifyWhitespace: true, legalComments: 'none', sourcefile: file } as const;
  const { code } = await transform(text, settings);
  const modules = [...code.matchAll(LOCAL_MODULE)].map(([, module]) => path.resolve(path.dirname(file), module!));
  return { code, modules };
}
