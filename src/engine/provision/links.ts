// The package's folder deps/: links to the unpacked wheels in the cache.
import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Link } from './engine-plan.ts';

/** Prefix of folders under construction; what a killed run left behind is removed by the next. */
const TEMPORARY = '.deps-';

/**
 * Replaces the package's `deps/` by a folder of links. The new one is built aside, so that the old one is missing only
 * between two renames.
 *
 * @param packageDir the folder of @tensorflow/tfjs-node-gpu
 * @param links all below `deps/`
 */
export async function makeLinks(packageDir: string, links: readonly Link[]): Promise<void> {
  for (const name of await readdir(packageDir)) {
    if (name.startsWith(TEMPORARY)) await rm(path.join(packageDir, name), { recursive: true, force: true });
  }
  const temporary = await mkdtemp(path.join(packageDir, TEMPORARY));
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

/** Tells whether every link is there and points where it should. */
export async function areLinksMade(packageDir: string, links: readonly Link[]): Promise<boolean> {
  const checks = links.map(async ({ at, target }) => (await readlink(path.join(packageDir, at))) === target);
  return (await Promise.allSettled(checks)).every((check) => check.status === 'fulfilled' && check.value);
}
