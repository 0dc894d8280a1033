// The files of a project at its commits, read from git's objects: nothing is checked out.
import path from 'node:path';
import { type FileTree, isLeftOut, normalizePath, type TreeFile } from './file-tree.ts';
import { type ObjectReader, openObjects } from './read-objects.ts';
import { git } from './run-git.ts';

/** The commits of a repository. */
export interface CommitTrees {
  /**
   * Opens the files of a commit.
   *
   * @param commit full hash
   * @returns null if git does not know the commit
   */
  at(commit: string): Promise<FileTree | null>;
  /** Ends the process that reads. */
  close(): void;
}

/** One entry of a tree object. */
interface Entry {
  readonly mode: string;
  readonly id: string;
}

type Folder = ReadonlyMap<string, Entry>;

const FOLDER = '40000';
const LINK = '120000';
const FILE = /^100/;
/** A link may lead to a link; a circle of links ends here. */
const MAX_LINKS = 8;
/** What the root of a project has: one that was moved into a folder of a larger repository had it elsewhere before. */
const MARK = 'models';

/**
 * Opens the commits that a checkout knows.
 *
 * @param checkout the project's root, which may be a folder of a larger repository
 */
export function openCommitTrees(checkout: string): CommitTrees {
  const objects = openObjects(checkout);
  const folders = new Map<string, Promise<Folder>>();
  const folderOf = (id: string): Promise<Folder> => {
    let folder = folders.get(id);
    if (!folder) {
      folder = objects.read(id).then((object) => (object?.type === 'tree' ? parseTree(object.content, id) : new Map()));
      folders.set(id, folder);
    }
    return folder;
  };
  const trees = new Map<string, Promise<FileTree | null>>();
  let prefix: Promise<string> | undefined;
  return {
    async at(commit) {
      prefix ??= git(checkout, 'rev-parse', '--show-prefix').catch(() => '');
      const known = trees.get(commit);
      if (known) return known;
      const tree = openRoot(commit, await prefix, objects, folderOf);
      trees.set(commit, tree);
      return tree;
    },
    close: () => objects.close(),
  };
}

/** Opens the project's folder at a commit: where it is now, or the nearest folder above that has models. */
async function openRoot(
  commit: string,
  prefix: string,
  objects: ObjectReader,
  folderOf: (id: string) => Promise<Folder>,
): Promise<FileTree | null> {
  const top = await objects.read(`${commit}^{tree}`);
  if (top?.type !== 'tree') return null;
  const ids = [top.id];
  for (const name of prefix.split('/').filter(Boolean)) {
    const entry = (await folderOf(ids.at(-1)!)).get(name);
    if (entry?.mode !== FOLDER) break;
    ids.push(entry.id);
  }
  for (const id of ids.reverse()) {
    if ((await folderOf(id)).has(MARK)) return openTree(id, objects, folderOf);
  }
  return openTree(ids[0]!, objects, folderOf);
}

function openTree(root: string, objects: ObjectReader, folderOf: (id: string) => Promise<Folder>): FileTree {
  const read = async (id: string): Promise<Buffer> => (await objects.read(id))?.content ?? Buffer.alloc(0);
  let followsLinks = false;
  const entryOf = async (name: string, links = 0): Promise<Entry | null> => {
    const parts = name.split('/').filter(Boolean);
    let entry: Entry | undefined = { mode: FOLDER, id: root };
    for (const [i, part] of parts.entries()) {
      if (entry.mode !== FOLDER) return null;
      entry = (await folderOf(entry.id)).get(part);
      if (!entry) return null;
      if (entry.mode !== LINK) continue;
      followsLinks = true;
      const target = path.posix.join(...parts.slice(0, i), (await read(entry.id)).toString(), ...parts.slice(i + 1));
      const normal = links < MAX_LINKS ? normalizePath(target) : null;
      return normal === null ? null : entryOf(normal, links + 1);
    }
    return entry;
  };
  const fileOf = async (name: string): Promise<TreeFile | null> => {
    const normal = normalizePath(name);
    const entry = normal === null ? null : await entryOf(normal);
    return entry && FILE.test(entry.mode) ? { id: entry.id, read: () => read(entry.id) } : null;
  };
  const list = async (id: string, folder: string): Promise<string[]> => {
    const entries = [...(await folderOf(id))].filter(([name]) => !isLeftOut(name));
    const found = entries.map(([name, entry]): Promise<string[]> | string[] => {
      const file = path.posix.join(folder, name);
      return entry.mode === FOLDER ? list(entry.id, file) : [file];
    });
    return (await Promise.all(found)).flat().sort();
  };
  const files = new Map<string, Promise<TreeFile | null>>();
  return {
    file(name) {
      let file = files.get(name);
      if (!file) {
        file = fileOf(name);
        files.set(name, file);
      }
      return file;
    },
    async list(folder) {
      const entry = await entryOf(folder);
      return entry?.mode === FOLDER ? list(entry.id, folder) : [];
    },
    idOf: async (name) => (await entryOf(name))?.id ?? null,
    followsLinks: () => followsLinks,
  };
}

/** Reads the entries of a tree object: mode, name and the bytes of the hash, which is as long as the tree's. */
function parseTree(content: Buffer, treeId: string): Folder {
  const entries = new Map<string, Entry>();
  const hashBytes = treeId.length / 2;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(' ', at);
    const nameEnd = content.indexOf(0, space);
    const id = content.subarray(nameEnd + 1, nameEnd + 1 + hashBytes).toString('hex');
    entries.set(content.subarray(space + 1, nameEnd).toString(), {
      mode: content.subarray(at, space).toString(),
      id,
    });
    at = nameEnd + 1 + hashBytes;
  }
  return entries;
}
