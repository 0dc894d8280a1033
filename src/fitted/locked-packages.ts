// The packages that a model uses: by version as package-lock.json locks them, linked ones by content.
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type FileTree, openWorkTree } from '../git/file-tree.ts';
import { folderHash } from './content-hash.ts';

const LOCK = 'package-lock.json';
const FOLDER = 'node_modules/';

/** A package in the lock file. */
interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

/** The fields of a package that name what it depends on. */
const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** The packages of a lock file by their places: `node_modules/a/node_modules/b`. */
type Packages = Readonly<Record<string, LockedPackage>>;

/** The packages that some code uses. */
export interface UsedPackages {
  /** One line for each package, sorted: its place, and its version and checksum, or the hash of a linked folder. */
  readonly lines: readonly string[];
  /** Names of packages that are linked to a folder outside the project, whose earlier content no commit knows. */
  readonly linkedOutside: readonly string[];
}

/** Finds the packages that code uses, in one tree. */
export type PackageFinder = (names: Iterable<string>) => Promise<UsedPackages>;

/**
 * Creates the function that finds packages with everything that they depend on. A name that is no package counts for
 * nothing.
 *
 * @param tree the project's files, which have the lock file
 * @param root the project's root on disk, which knows which packages are linked (`npm link`, `file:`)
 */
export function createPackageFinder(tree: FileTree, root: string): PackageFinder {
  let lock: Promise<LockFile> | undefined;
  return async (names) => {
    lock ??= readLock(tree);
    const { id, packages } = await lock;
    const wanted = [...new Set(names)].sort();
    const key = JSON.stringify([root, id, wanted]);
    const known = found.get(key);
    if (known) return known;
    const used = findPackages(wanted, packages, tree, root);
    // Packages inside the project differ from commit to commit under one lock file.
    if (!(await used).isInside) found.set(key, used);
    return used;
  };
}

/** What was found for a lock file, which all commits with that lock file share. */
const found = new Map<string, Promise<UsedPackages>>();

async function findPackages(
  names: readonly string[],
  packages: Packages,
  tree: FileTree,
  root: string,
): Promise<UsedPackages & { readonly isInside: boolean }> {
  const lines = new Map<string, string>();
  const linkedOutside = new Set<string>();
  let isInside = false;
  const visit = async (name: string, from: string): Promise<void> => {
    const place = placeOf(name, from, packages);
    const key = place ?? `${FOLDER}${name}`;
    if (lines.has(key)) return;
    const entry = place === null ? undefined : packages[place];
    const link = await linkOf(name, entry, root);
    if (link) {
      lines.set(key, `${key} linked ${await hashOfLink(link, tree)}`);
      if (link.inside === null) linkedOutside.add(name);
      else isInside = true;
    } else if (entry) {
      lines.set(key, `${key} ${entry.version ?? ''} ${entry.integrity ?? entry.resolved ?? ''}`);
    } else return;
    // What a linked package depends on is locked at the place that the link leads to.
    const inLock = entry?.link && entry.resolved !== undefined ? packages[entry.resolved] : entry;
    const base = entry?.link ? '' : key;
    for (const dependency of dependenciesOf(inLock)) await visit(dependency, base);
  };
  for (const name of names) await visit(name, '');
  return { lines: [...lines.values()].sort(), linkedOutside: [...linkedOutside].sort(), isInside };
}

/** A lock file: its content's id, null where there is none, and its packages. */
interface LockFile {
  readonly id: string | null;
  readonly packages: Packages;
}

const locks = new Map<string, Promise<LockFile>>();

async function readLock(tree: FileTree): Promise<LockFile> {
  const file = await tree.file(LOCK);
  if (!file) return { id: null, packages: {} };
  let lock = locks.get(file.id);
  if (!lock) {
    lock = file.read().then((content) => ({ id: file.id, packages: packagesIn(content.toString('utf8')) }));
    locks.set(file.id, lock);
  }
  return lock;
}

function packagesIn(lock: string): Packages {
  try {
    return (JSON.parse(lock) as { packages?: Packages }).packages ?? {};
  } catch {
    // npm cannot read it either: nothing is locked.
    return {};
  }
}

/** Finds a package as Node does: in the folder of the package that needs it, or the nearest one above. */
function placeOf(name: string, from: string, packages: Packages): string | null {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf(`/${FOLDER}`)))) {
    const place = base === '' ? `${FOLDER}${name}` : `${base}/${FOLDER}${name}`;
    if (packages[place]) return place;
    if (base === '') return null;
  }
}

function dependenciesOf(entry: LockedPackage | undefined): string[] {
  const fields = Object.entries(entry ?? {}).filter(([field]) => DEPENDENCIES.includes(field));
  return fields.flatMap(([, versions]) => Object.keys(versions as object));
}

/** A package that is linked to a folder. */
interface Link {
  /** Absolute path of the folder; null if it is not on disk. */
  readonly folder: string | null;
  /** The folder from the project's root; null if it is outside. */
  readonly inside: string | null;
}

const links = new Map<string, Promise<Link | null>>();

async function linkOf(name: string, entry: LockedPackage | undefined, root: string): Promise<Link | null> {
  const key = `${root}\0${name}`;
  let link = links.get(key);
  if (!link) {
    link = readLink(name, root);
    links.set(key, link);
  }
  const onDisk = await link;
  if (onDisk || !entry?.link || entry.resolved === undefined) return onDisk;
  // Not installed here: the lock file says where the link leads to.
  const isInside = !path.posix.normalize(entry.resolved).startsWith('..');
  return { folder: path.resolve(root, entry.resolved), inside: isInside ? path.posix.normalize(entry.resolved) : null };
}

/** Reads a link on disk. A package manager's own links, within `node_modules`, are no links to other code. */
async function readLink(name: string, root: string): Promise<Link | null> {
  const modules = path.join(root, FOLDER);
  const place = path.join(modules, name);
  if (!(await lstat(place).catch(() => null))?.isSymbolicLink()) return null;
  const [folder, own, home] = await Promise.all([place, modules, root].map((one) => realpath(one).catch(() => null)));
  if (folder == null || own == null || home == null) return { folder: folder ?? null, inside: null };
  const isIn = (parent: string): boolean => folder.startsWith(parent + path.sep);
  if (isIn(own)) return null;
  return { folder, inside: isIn(home) ? path.relative(home, folder).replaceAll(path.sep, '/') : null };
}

/** Hashes the content of a link: at the tree's commit if it is inside the project, else as it is on disk. */
async function hashOfLink({ folder, inside }: Link, tree: FileTree): Promise<string> {
  if (inside !== null) return folderHash(tree, inside);
  if (folder === null) return 'missing';
  let hash = outside.get(folder);
  if (!hash) {
    hash = folderHash(openWorkTree(folder), '');
    outside.set(folder, hash);
  }
  return hash;
}

/** Hashes of folders outside the project, as this process first read them. */
const outside = new Map<string, Promise<string>>();
