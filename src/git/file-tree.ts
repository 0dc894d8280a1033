// The files of a project, in the work tree or at a commit.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One file. */
export interface TreeFile {
  /** Equal ids mean equal content. */
  readonly id: string;
  read(): Promise<Buffer>;
}

/** The files of a project. Paths are relative to its root, with slashes; those outside of it have no file. */
export interface FileTree {
  /**
   * Finds a file.
   *
   * @returns null if there is no such file
   */
  file(path: string): Promise<TreeFile | null>;
  /**
   * Lists the files in a folder and its subfolders, without `node_modules` and names that begin with a dot.
   *
   * @param folder '' for the root
   * @returns paths from the root, sorted; empty if there is no such folder
   */
  list(folder: string): Promise<string[]>;
  /**
   * Identifies the content of a file or folder: equal ids, equal content. Absent for files that can change.
   *
   * @param path without `.` and `..`
   * @returns null if there is neither a file nor a folder
   */
  idOf?(path: string): Promise<string | null>;
  /** Whether a link was followed: then the ids do not cover everything that was found. */
  followsLinks?(): boolean;
}

/** Tells whether `list` leaves a name out. */
export function isLeftOut(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/**
 * Removes `.` and `..` from a path.
 *
 * @param file relative to the root
 * @returns null if it leads out of the root, or is the root
 */
export function normalizePath(file: string): string | null {
  const normal = path.posix.normalize(file).replace(/\/$/, '');
  return normal === '.' || normal === '..' || normal.startsWith('../') || normal.startsWith('/') ? null : normal;
}

/**
 * Opens the files on disk. Each is read once: later changes do not count.
 *
 * @param root the project's root
 */
export function openWorkTree(root: string): FileTree {
  const files = new Map<string, Promise<TreeFile | null>>();
  return {
    async file(name) {
      const normal = normalizePath(name);
      if (normal === null) return null;
      let file = files.get(normal);
      if (!file) {
        file = readFromDisk(path.join(root, normal));
        files.set(normal, file);
      }
      return file;
    },
    list: (folder) => listFolder(root, folder),
  };
}

async function readFromDisk(file: string): Promise<TreeFile | null> {
  try {
    const content = await readFile(file);
    // The id that git gives it, so that what is known of a committed file holds for the same file on disk.
    const id = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    return { id, read: async () => content };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

async function listFolder(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter(({ name }) => !isLeftOut(name))
      .map((entry): Promise<string[]> | string[] => {
        const name = path.posix.join(folder, entry.name);
        return entry.isDirectory() ? listFolder(root, name) : [name];
      }),
  );
  return found.flat().sort();
}
