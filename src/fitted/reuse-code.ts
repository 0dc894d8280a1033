// Reuses what was computed from the files of one commit at other commits that have the same files.
import path from 'node:path';
import { type FileTree, normalizePath } from '../git/file-tree.ts';

/** Keeps results by the files that they were computed from. */
export interface CodeReuse {
  /**
   * Computes something from files, or returns what the same files gave at another commit.
   *
   * @param key what is computed; equal keys and equal files give equal results
   * @param tree the project's files
   * @param compute must read files from the tree that it receives
   */
  from<T>(key: string, tree: FileTree, compute: (tree: FileTree) => Promise<T>): Promise<T>;
}

interface Kept {
  /** The ids of all places that were looked at; null where nothing was. */
  readonly ids: ReadonlyMap<string, string | null>;
  readonly value: unknown;
}

/** Creates an empty store. */
export function createCodeReuse(): CodeReuse {
  const kept = new Map<string, Kept[]>();
  const find = async (key: string, tree: FileTree): Promise<Kept | null> => {
    for (const one of kept.get(key) ?? []) if (await hasIds(tree, one.ids)) return one;
    return null;
  };
  return {
    async from<T>(key: string, tree: FileTree, compute: (tree: FileTree) => Promise<T>): Promise<T> {
      if (!tree.idOf || !tree.followsLinks) return compute(tree);
      const found = await find(key, tree);
      if (found) return found.value as T;
      const places = new Set<string>();
      const value = await compute(watch(tree, places));
      if (tree.followsLinks()) return value;
      const ids = new Map<string, string | null>();
      for (const place of places) ids.set(place, await tree.idOf(place));
      // The newest first: neighbours in history are alike.
      kept.set(key, [{ ids, value }, ...(kept.get(key) ?? [])]);
      return value;
    },
  };
}

async function hasIds(tree: FileTree, ids: ReadonlyMap<string, string | null>): Promise<boolean> {
  for (const [place, id] of ids) if ((await tree.idOf!(place)) !== id) return false;
  return true;
}

/** Notes every place that is looked at. */
function watch(tree: FileTree, places: Set<string>): FileTree {
  return {
    file(name) {
      const normal = normalizePath(name);
      if (normal !== null) places.add(placeOf(normal));
      return tree.file(name);
    },
    list(folder) {
      const normal = normalizePath(folder);
      if (normal !== null) places.add(normal);
      return tree.list(folder);
    },
  };
}

/** A file near the root is a place; of others the folder is, which many files share. */
function placeOf(file: string): string {
  const folder = path.posix.dirname(file);
  return folder.includes('/') ? folder : file;
}
