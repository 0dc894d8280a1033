// What a source file loads: modules, packages, files that it names, and whether it opens files whose path it computes.
import path from 'node:path';
import { type TransformFailure, transform } from 'esbuild';
import { UserError } from '../base/errors.ts';
import type { TreeFile } from '../git/file-tree.ts';

/** A module of this project in the code that esbuild writes: imports, and a worker's `new URL`. */
const TYPESCRIPT_MODULE = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*["'`](\.{1,2}\/[^"'`]+\.ts)["'`]/g;
/** The module of an import, of `require` or of `resolve`. */
const MODULE = /(?:\bfrom|\bimport|\bimport\(|\brequire\d*\(|\bresolve\()\s*["'`]([^"'`$\n]+)["'`]/g;
/** The argument of any call: `createRequire(import.meta.url)("package")` loads a package. */
const ARGUMENT = /\(\s*["'`]([@\w][^"'`$\s]*)["'`]\s*[),]/g;
/** A path in a text: relative, or a file name with an extension. */
const RELATIVE_PATH = /["'`](\.{1,2}\/[^"'`$\n\\]+)["'`]/g;
const FILE_NAME = /["'`]([\w@][\w@./ -]*\.\w{1,8})["'`]/g;
const FILE_SYSTEM = /["'](?:node:)?fs(?:\/promises)?["']/;
const CREATES_REQUIRE = /\bcreateRequire\b/;
/** A call that reads a file or a folder, or loads a module, with anything but a text. */
const OPENS_COMPUTED =
  /\b(?:readFile|readFileSync|open|openSync|createReadStream|readdir|readdirSync|import|require)\(\s*(?!["')]|`[^`$]*`|new URL\(\s*["'][^"']*["'],\s*import\.meta\.url\))/g;
const MODEL_ID = /\bid:\s*["'`]([^"'`$]+)["'`]/g;
/** How esbuild writes other letters. */
const ESCAPE = /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})/gi;
/** What a loader of TypeScript adds to a path. */
const ENDINGS = ['.ts', '.js', '.mjs', '.json', '/index.ts', '/index.js'];
const CODE = /\.([cm]?[jt]sx?)$/;

/** A source file, without types and comments. */
export interface Source {
  /** The JavaScript that esbuild makes of it. */
  readonly code: string;
  /** TypeScript modules of this project that it imports or starts as workers, relative to it. */
  readonly typescriptModules: readonly string[];
  /** Paths of files that it may load, relative to it or to the project's root. What is no file may be part of a text. */
  readonly files: readonly string[];
  /** Those of `files` that it imports: it does not open them itself. */
  readonly imported: readonly string[];
  /** Names of packages that it may load. What is no package may be part of a text. */
  readonly packages: readonly string[];
  /** Number of calls that open a file or load a module whose path is computed. */
  readonly computedPaths: number;
  /** Texts that it gives as `id`. */
  readonly ids: readonly string[];
}

const sources = new Map<string, Promise<Source>>();

/** Tells whether a file is code, which is parsed; any other file counts byte by byte. */
export function isCode(name: string): boolean {
  return CODE.test(name);
}

/**
 * Parses a file once, whatever tree it is from.
 *
 * @param file TypeScript or JavaScript
 * @param name its path, for the extension and for errors
 * @throws UserError naming the file and the place if it is not valid
 */
export function parseSource(file: TreeFile, name: string): Promise<Source> {
  const key = `${CODE.exec(name)?.[1]} ${file.id}`;
  let source = sources.get(key);
  if (!source) {
    source = parse(file, name);
    sources.set(key, source);
  }
  return source;
}

async function parse(file: TreeFile, name: string): Promise<Source> {
  const extension = CODE.exec(name)?.[1] ?? 'ts';
  const loader = extension.endsWith('x') ? 'tsx' : extension.endsWith('ts') ? 'ts' : 'js';
  const settings = { loader, minifyWhitespace: true, legalComments: 'none', sourcefile: name } as const;
  const { code } = await transform((await file.read()).toString('utf8'), settings).catch((cause: TransformFailure) => {
    const [error] = cause.errors ?? [];
    if (!error) throw cause;
    const place = error.location ? `:${error.location.line}:${error.location.column + 1}` : '';
    throw new UserError(`no valid code: ${name}${place}: ${error.text}`, { cause });
  });
  const readable = code.replaceAll(ESCAPE, (_, short: string, long: string) =>
    String.fromCharCode(Number.parseInt(short ?? long, 16)),
  );
  const all = (pattern: RegExp): string[] => Array.from(readable.matchAll(pattern), ([, found]) => found!);
  const modules = all(MODULE);
  const named = CREATES_REQUIRE.test(code) ? [...modules, ...all(ARGUMENT)] : modules;
  return {
    code,
    typescriptModules: all(TYPESCRIPT_MODULE),
    files: [...new Set([...all(RELATIVE_PATH), ...(FILE_SYSTEM.test(code) ? all(FILE_NAME) : [])])],
    imported: modules,
    packages: [...new Set(named.filter(isPackage).map(packageName))],
    computedPaths: all(OPENS_COMPUTED).length,
    ids: [...new Set(all(MODEL_ID))],
  };
}

function isPackage(module: string): boolean {
  return !/^[./#]|:/.test(module);
}

function packageName(module: string): string {
  const parts = module.split('/');
  return parts.slice(0, module.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Lists the files that a path in a source may mean, the most probable first: as it is written, or with the extension that
 * a loader of TypeScript adds or replaces.
 *
 * @param reference from `files`
 * @param name the path of the source
 */
export function candidatesOf(reference: string, name: string): readonly string[] {
  const folder = path.posix.dirname(name);
  const key = `${folder}\0${reference}`;
  let files = candidates.get(key);
  if (!files) {
    // A path of a file may be relative to the working directory, which is the project's root.
    files = [path.posix.join(folder, reference), path.posix.join(reference)].flatMap((file) => [
      file,
      file.replace(/\.([cm]?)js$/, '.$1ts'),
      ...ENDINGS.map((ending) => `${file}${ending}`),
    ]);
    candidates.set(key, files);
  }
  return files;
}

/** By folder and reference: the code of many commits names the same files. */
const candidates = new Map<string, readonly string[]>();
