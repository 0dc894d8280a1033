// Hashes of files and folders by content, the same in the work tree and at a commit.
import { createHash } from 'node:crypto';
import type { FileTree, TreeFile } from '../git/file-tree.ts';

/** What git-lfs commits in place of a large file; the hash is that of the file. */
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
const LONGEST_POINTER = 1024;
/** Bytes that tell text from other content, as git does it: text has no zero byte. */
const PROBE_BYTES = 8000;

const hashes = new Map<string, Promise<string>>();

/**
 * Hashes a file. Line ends of text do not count, because git may change them in the work tree. A pointer of git-lfs
 * counts as the file that it stands for.
 *
 * @returns SHA-256 as 64 hexadecimal digits
 */
export function contentHash(file: TreeFile): Promise<string> {
  let hash = hashes.get(file.id);
  if (!hash) {
    hash = file.read().then(hashContent);
    hashes.set(file.id, hash);
  }
  return hash;
}

/**
 * Hashes all files of a folder that `list` lists.
 *
 * @param tree that has the folder
 * @param folder '' for the root
 * @returns SHA-256 of names and contents; the place of the folder does not matter
 */
export async function folderHash(tree: FileTree, folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await tree.list(folder)) {
    const file = await tree.file(name);
    if (file) hash.update(`${name.slice(folder === '' ? 0 : folder.length + 1)}\0${await contentHash(file)}\0`);
  }
  return hash.digest('hex');
}

function hashContent(content: Buffer): string {
  if (content.length <= LONGEST_POINTER) {
    const [, pointed] = POINTER.exec(content.toString('utf8').replaceAll('\r\n', '\n')) ?? [];
    if (pointed !== undefined) return pointed;
  }
  const isText = !content.subarray(0, PROBE_BYTES).includes(0);
  const counted = isText && content.includes('\r\n') ? content.toString('latin1').replaceAll('\r\n', '\n') : content;
  return createHash('sha256')
    .update(typeof counted === 'string' ? Buffer.from(counted, 'latin1') : counted)
    .digest('hex');
}
