// The hash of everything that a model's result depends on besides its parameters and its data: equal hashes, equal code.
import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import type { FileTree, TreeFile } from '../git/file-tree.ts';
import type { Device } from '../types.ts';
import { contentHash } from './content-hash.ts';
import type { PackageFinder } from './locked-packages.ts';
import { candidatesOf, isCode, parseSource, type Source } from './parse-source.ts';
import { runsOn } from './source-hash.ts';

/** Code that opens files whose paths it computes, all named elsewhere in a record: the engine's, data, the cache. */
const OPENS_KNOWN_FILES = /^src\/(?:base|data|engine)\//;

/** The code of a model on one device. */
export interface CodeHash {
  /** SHA-256 as 64 hexadecimal digits. */
  readonly hash: string;
  /** What the result may depend on that the hash does not cover, in sentences without a full stop. */
  readonly unhashed: readonly string[];
}

/**
 * Hashes the code of a model: its own files, every module that they load, directly or not, every file that they name
 * (`new URL('./weights.bin', import.meta.url)`, `'./table.json'`), and every package that they use. TypeScript and
 * JavaScript count as esbuild writes them, without types and comments; other files count by content; packages by locked
 * version and checksum, linked ones by content. The same code has the same hash in the work tree and at a commit.
 *
 * @param tree the project's files
 * @param files paths of the model's own files
 * @param device what the fit computes on: code that only WebGPU needs counts for `webgpu` alone
 * @param findPackages finds the packages of the same tree
 * @throws Error when a model's file does not exist, or a file is no valid code
 */
export async function codeHash(
  tree: FileTree,
  files: readonly string[],
  device: Device,
  findPackages: PackageFinder,
): Promise<CodeHash> {
  const { parts, packages, computed } = await loadCode(tree, files, device, false);
  const used = await findPackages(packages);
  const hash = createHash('sha256');
  for (const [name, code] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${code}\0`);
  for (const line of used.lines) hash.update(`${line}\0`);
  return {
    hash: hash.digest('hex'),
    unhashed: [
      ...computed.sort().map((name) => `${name} opens a file whose path it computes`),
      ...used.linkedOutside.map((name) => `the package ${name} is linked to a folder outside of the project`),
    ],
  };
}

/**
 * Lists the project's files that the code hash of a model covers. A file that is no valid code is listed too.
 *
 * @param tree the project's files
 * @param files paths of the model's own files
 * @param device what the fit computes on
 * @throws Error when one of the model's own files does not exist
 */
export async function filesOfCode(tree: FileTree, files: readonly string[], device: Device): Promise<string[]> {
  return [...(await loadCode(tree, files, device, true)).parts.keys()];
}

/** All code that a model loads. */
interface LoadedCode {
  /** Code or content hash by the file's path. */
  readonly parts: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
  /** Files that open what nobody can know. */
  readonly computed: string[];
}

async function loadCode(
  tree: FileTree,
  files: readonly string[],
  device: Device,
  allowsInvalid: boolean,
): Promise<LoadedCode> {
  const parts = new Map<string, string>();
  const packages = new Set<string>();
  const computed: string[] = [];
  const parseOrNull = (file: TreeFile, name: string): Promise<Source | null> =>
    parseSource(file, name).catch((error: unknown) => {
      if (allowsInvalid && error instanceof UserError) return null;
      throw error;
    });
  const visit = async (name: string): Promise<void> => {
    if (parts.has(name) || !runsOn(device, name)) return;
    const file = await tree.file(name);
    if (!file) throw new Error(`no such file: ${name}`);
    if (!isCode(name)) return void parts.set(name, await contentHash(file));
    const source = await parseOrNull(file, name);
    parts.set(name, source?.code ?? '');
    if (!source) return;
    for (const one of source.packages) packages.add(one);
    const named = await filesNamedIn(source, name, tree);
    if (source.computedPaths > named.opened && !OPENS_KNOWN_FILES.test(name)) computed.push(name);
    for (const one of named.files) await visit(one);
  };
  for (const file of files) await visit(file);
  return { parts, packages, computed };
}

/** The files that a source names and that exist, and how many of them are no modules: those it probably opens. */
async function filesNamedIn(source: Source, name: string, tree: FileTree) {
  const files: string[] = [];
  let opened = 0;
  for (const reference of source.files) {
    const found = await findNamed(reference, name, tree);
    files.push(...found);
    if (!source.imported.includes(reference) && found.some((file) => !isCode(file))) opened++;
  }
  return { files, opened };
}

/** A file, or all files of a folder. A folder that holds the source itself is only a way to name others. */
async function findNamed(reference: string, name: string, tree: FileTree): Promise<string[]> {
  const candidates = candidatesOf(reference, name);
  for (const candidate of candidates) {
    if (await tree.file(candidate)) return [candidate];
  }
  for (const folder of new Set([candidates[0]!, reference])) {
    const trimmed = folder.replace(/\/$/, '');
    if (trimmed.startsWith('..') || trimmed === '.' || name.startsWith(`${trimmed}/`)) continue;
    const files = await tree.list(trimmed);
    if (files.length > 0) return files;
  }
  return [];
}
