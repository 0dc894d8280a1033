// Compiles TypeScript files as they are imported. The results are kept in node_modules/.cache, which a restricted process
// can read too; where nothing can be written, every process compiles for itself.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = path.join(root, 'node_modules', '.cache', 'fitting-room');
/** Raise it when `compile` changes. */
const VERSION = 1;

/** The files of models, as bench --watch loads them again: `models/mine.ts?edit=2`. */
const EDITED = /\/models\/[^?#]*\.ts\?edit=\d+$/;

/**
 * Node's hook that finds a module: https://nodejs.org/docs/latest-v20.x/api/module.html#resolvespecifier-context-nextresolve
 * What an edited file loads from models/ is loaded again too.
 *
 * @param {string} specifier of the import
 * @param {{ parentURL?: string }} context
 * @param {(specifier: string, context: object) => Promise<{ url: string }>} nextResolve
 */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  const { parentURL = '' } = context;
  if (!EDITED.test(parentURL)) return resolved;
  const url = resolved.url + new URL(parentURL).search;
  return EDITED.test(url) ? { ...resolved, url } : resolved;
}

/**
 * Node's hook that loads a module: https://nodejs.org/docs/latest-v20.x/api/module.html#loadurl-context-nextload
 *
 * @param {string} url of the module
 * @param {object} context
 * @param {(url: string, context: object) => Promise<object>} nextLoad
 */
export async function load(url, context, nextLoad) {
  if (!/^file:[^?#]*\.ts(?:[?#]|$)/.test(url)) return nextLoad(url, context);
  return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
}

/** Returns a file's JavaScript: what is kept of it, if it was made of the same TypeScript. Only project files are kept. */
function compiled(file) {
  const source = readFileSync(file, 'utf8');
  if (path.relative(root, file).startsWith('..')) return compile(source, file);
  const stamp = `\n//${VERSION} ${createHash('sha256').update(source).digest('hex')}\n`;
  const kept = path.join(cache, `${path.relative(root, file).replaceAll(path.sep, '+')}.js`);
  try {
    const code = readFileSync(kept, 'utf8');
    if (code.endsWith(stamp)) return code;
  } catch {
    // It is not kept yet.
  }
  const code = compile(source, file) + stamp;
  keep(kept, code);
  return code;
}

function compile(source, file) {
  // Loaded late: most processes find all files compiled.
  const { transformSync } = createRequire(import.meta.url)('esbuild');
  const sourcefile = path.basename(file);
  const options = {
    sourcefile,
    loader: 'ts',
    format: 'esm',
    target: 'node20.12',
    sourcemap: 'inline',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { target: 'ES2023', verbatimModuleSyntax: true } },
  };
  try {
    return transformSync(source, options).code;
  } catch (error) {
    // Invalid syntax: the whole path is needed to find the file.
    throw new Error(error.message.replaceAll(`\n${sourcefile}:`, `\n${file}:`));
  }
}

/** Several processes may write the same file: each renames a complete one. */
function keep(file, code) {
  try {
    mkdirSync(cache, { recursive: true });
    const part = `${file}.${process.pid}`;
    writeFileSync(part, code);
    renameSync(part, file);
  } catch {
    // A checkout that nothing can be written to works without.
  }
}
