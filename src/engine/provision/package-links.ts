// The folder `deps` of the package: links to the unpacked wheels in the cache.
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { ownerOf, processMark } from '../../base/process-mark.ts';

/** Prefix of unfinished folders. The next run removes what a killed run has left. */
const TEMPORARY = '.deps-';

/** A link: its path relative to the package's folder, and its target. */
export interface Link {
  readonly at: string;
  readonly target: string;
}

/**
 * Returns the links through which the addon finds the unpacked wheels. `deps/lib` and `deps/nvidia` are folders with one
 * link per file, because a library looks for other libraries in the folder from which it was opened. `deps/include` is one
 * link.
 *
 * @param parts absolute folder of each unpacked wheel, and the names of its files
 */
export function planLinks(parts: readonly { readonly folder: string; readonly files: readonly string[] }[]): Link[] {
  const links: Link[] = [];
  for (const { folder, files } of parts) {
    for (const file of files) {
      if (file.startsWith('include/')) continue;
      // The framework opens this library, but its search path does not include the library's folder.
      const at = file.replace('nvidia/cusolver/', 'nvidia/cublas/');
      links.push({ at: `deps/${at}`, target: `${folder}/${file}` });
    }
    if (files.some((file) => file.startsWith('include/')))
      links.push({ at: 'deps/include', target: `${folder}/include` });
  }
  return [
    ...links,
    { at: 'deps/lib/libtensorflow.so', target: 'libtensorflow_cc.so.2' },
    { at: 'deps/lib/libtensorflow_framework.so', target: 'libtensorflow_framework.so.2' },
  ];
}

/**
 * Replaces the package's folder `deps` by a folder of links. The new folder is built first, so that `deps` is missing only
 * between two renames.
 *
 * @param packageDir folder of @tensorflow/tfjs-node-gpu
 * @param links links below `deps`
 */
export async function makeLinks(packageDir: string, links: readonly Link[]): Promise<void> {
  for (const name of await readdir(packageDir)) {
    if (!name.startsWith(TEMPORARY) || ownerOf(name) === 'running') continue;
    await rm(path.join(packageDir, name), { recursive: true, force: true });
  }
  const temporary = await mkdtemp(path.join(packageDir, `${TEMPORARY}${processMark()}-`));
  for (const { at, target } of links) {
    const file = path.join(temporary, at);
    await mkdir(path.dirname(file), { recursive: true });
    await symlink(target, file);
  }
  const deps = path.join(packageDir, 'deps');
  await rename(deps, path.join(temporary, 'old')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(path.join(temporary, 'deps'), deps);
  await rm(temporary, { recursive: true, force: true });
}

/** Returns whether all links exist and have the right targets. */
export async function areLinksMade(packageDir: string, links: readonly Link[]): Promise<boolean> {
  const checks = links.map(async ({ at, target }) => (await readlink(path.join(packageDir, at))) === target);
  return (await Promise.allSettled(checks)).every((check) => check.status === 'fulfilled' && check.value);
}
