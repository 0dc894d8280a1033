// The package's native addon: compiled once per version and kept in the cache, copied into the package from there.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type CompilePaths, compileArguments } from './engine-plan.ts';

/** Where the package looks for its addon on every supported version of Node. */
export const ADDON_FILE = 'lib/napi-v8/tfjs_binding.node';
const LAST_WORDS = 1500;

/**
 * Compiles the addon with the first C++ compiler found (`CXX`, g++, c++, clang++). Takes some ten seconds.
 *
 * @param packageDir the folder of @tensorflow/tfjs-node-gpu, whose sources are compiled
 * @throws UserError when there is no compiler or it fails
 */
export async function compileAddon(packageDir: string, paths: CompilePaths): Promise<void> {
  const compilers = [process.env['CXX'], 'g++', 'c++', 'clang++'].filter((name) => name !== undefined && name !== '');
  for (const compiler of compilers) {
    const outcome = await run(compiler!, compileArguments(paths), packageDir);
    if (outcome === 'missing') continue;
    if (outcome.code === 0) return;
    throw new UserError(
      `${compiler} could not compile TensorFlow's addon: ${outcome.words.trim() || `it ended with ${outcome.code}`}\n` +
        'it needs a compiler with C++17 and its standard library: apt-get install g++, or dnf install gcc-c++',
    );
  }
  throw new UserError(
    `g++: not found (tried ${compilers.join(', ')}); it compiles TensorFlow's addon: ` +
      'apt-get install g++, or dnf install gcc-c++',
  );
}

/**
 * Puts a compiled addon into the package, by one rename.
 *
 * @param compiled the addon in the cache
 */
export async function installAddon(compiled: string, packageDir: string): Promise<void> {
  const file = path.join(packageDir, ADDON_FILE);
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await copyFile(compiled, temporary);
  await moveIntoPlace(temporary, file);
}

/** Writes a finished file through to the disk and gives it its name. */
export async function moveIntoPlace(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r');
  await handle.sync().finally(() => handle.close());
  await rename(temporary, file);
}

/** Tells whether the package's addon is the compiled one of the cache, byte for byte. */
export async function isAddonInstalled(compiled: string, packageDir: string): Promise<boolean> {
  try {
    const [here, there] = await Promise.all([readFile(compiled), readFile(path.join(packageDir, ADDON_FILE))]);
    return here.equals(there);
  } catch {
    return false;
  }
}

function run(
  program: string,
  args: string[],
  folder: string,
): Promise<'missing' | { code: number | null; words: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-LAST_WORDS);
    });
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve('missing') : reject(error)));
    child.on('close', (code) => resolve({ code, words }));
  });
}
