// The native addon of the npm package: it is compiled once per version, kept in the cache and copied into the package.
import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describeEnd, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';

/** Path of the addon in the package, on every supported version of Node. */
export const ADDON_FILE = 'lib/napi-v8/tfjs_binding.node';
/** Number of characters of the compiler's error output in a message. */
const ERROR_LENGTH = 1500;

/**
 * Compiles the addon with the first C++ compiler that is installed (`CXX`, g++, c++, clang++). It takes about ten seconds.
 *
 * @param packageDir folder of @tensorflow/tfjs-node-gpu, which has the sources
 * @throws UserError if there is no compiler or it fails
 */
export async function compileAddon(packageDir: string, paths: CompilePaths): Promise<void> {
  const compilers = [process.env['CXX'], 'g++', 'c++', 'clang++'].filter((name) => name !== undefined && name !== '');
  for (const compiler of compilers) {
    const end = await runChild([compiler!, ...compileArguments(paths)], { cwd: packageDir, stdout: 'ignore' });
    if (end.startError?.code === 'ENOENT') continue;
    if (end.code === 0) return;
    throw new UserError(
      `${compiler} cannot compile TensorFlow's addon: ${end.stderr.trim().slice(-ERROR_LENGTH) || describeEnd(end)}\n` +
        'a compiler with C++17 and its standard library is needed: apt-get install g++, or dnf install gcc-c++',
    );
  }
  throw new UserError(
    `g++ is not installed (tried ${compilers.join(', ')}); it is needed to compile TensorFlow's addon: ` +
      'apt-get install g++, or dnf install gcc-c++',
  );
}

/**
 * Copies a compiled addon into the package atomically.
 *
 * @param compiled the addon in the cache
 */
export async function installAddon(compiled: string, packageDir: string): Promise<void> {
  const file = path.join(packageDir, ADDON_FILE);
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  try {
    await copyFile(compiled, temporary);
    await moveIntoPlace(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Flushes a finished file to the disk and renames it. */
export async function moveIntoPlace(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r');
  await handle.sync().finally(() => handle.close());
  await rename(temporary, file);
}

/** Returns whether the addon in the package is identical to the one in the cache. */
export async function isAddonInstalled(compiled: string, packageDir: string): Promise<boolean> {
  try {
    const [here, there] = await Promise.all([readFile(compiled), readFile(path.join(packageDir, ADDON_FILE))]);
    return here.equals(there);
  } catch {
    return false;
  }
}

/** Paths for compiling the addon. */
export interface CompilePaths {
  /** Folder `include` of the npm package node-api-headers. */
  readonly nodeHeaders: string;
  /** Folder of TensorFlow's headers. */
  readonly include: string;
  /** Folder of TensorFlow's two libraries. */
  readonly lib: string;
  /** The file to write. */
  readonly output: string;
}

/**
 * Returns the arguments of g++ for compiling the addon in the package's folder. Node-API is stable, so one binary works for
 * all versions of Node.
 */
export function compileArguments({ nodeHeaders, include, lib, output }: CompilePaths): string[] {
  return [
    '-std=c++17',
    '-O2',
    '-shared',
    '-fPIC',
    '-DNAPI_VERSION=8',
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    '-DBUILDING_NODE_EXTENSION',
    ...['-I', nodeHeaders, '-I', '.', '-I', include],
    'binding/tfjs_backend.cc',
    'binding/tfjs_binding.cc',
    ...['-o', output],
    `${lib}/libtensorflow_cc.so.2`,
    `${lib}/libtensorflow_framework.so.2`,
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
}
