import { describe, expect, it, vi } from 'vitest';
import { createCodeReuse } from '../../src/fitted/reuse-code.ts';
import type { FileTree } from '../../src/git/file-tree.ts';

/** Files at a commit: paths and contents. The id of a folder is what is in it. */
function commitOf(files: Readonly<Record<string, string>>, links = false): FileTree {
  const below = (folder: string) => Object.entries(files).filter(([name]) => name.startsWith(`${folder}/`));
  return {
    file: async (name) => {
      const text = files[name];
      return text === undefined ? null : { id: text, read: async () => Buffer.from(text) };
    },
    list: async (folder) => below(folder).map(([name]) => name),
    idOf: async (name) => files[name] ?? (below(name).length > 0 ? JSON.stringify(below(name)) : null),
    followsLinks: () => links,
  };
}

const FILES = { 'models/knn.ts': 'knn', 'models/svm.ts': 'svm', 'src/solvers/svm/a.ts': 'a', 'README.md': 'text' };

/** What reads the two files of a model, and looks for one that is not there. */
const compute = () =>
  vi.fn(async (tree: FileTree) => {
    const texts = ['models/svm.ts', 'src/solvers/svm/a.ts', 'table.json'].map((name) => tree.file(name));
    return (await Promise.all(texts)).map((file) => file?.id ?? null);
  });

describe('a result', () => {
  it('is reused where everything that it looked at is the same', async () => {
    const [reuse, work] = [createCodeReuse(), compute()];
    expect(await reuse.from('svm', commitOf(FILES), work)).toEqual(['svm', 'a', null]);
    const later = commitOf({ ...FILES, 'README.md': 'more', 'models/knn.ts': 'knn 2' });
    expect(await reuse.from('svm', later, work)).toEqual(['svm', 'a', null]);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a file', { 'models/svm.ts': 'svm 2' }, ['svm 2', 'a', null]],
    ['a file in a deeper folder', { 'src/solvers/svm/a.ts': 'b' }, ['svm', 'b', null]],
    ['a file that was missing', { 'table.json': '[]' }, ['svm', 'a', '[]']],
  ])('is computed anew where %s differs', async (_, change, expected) => {
    const [reuse, work] = [createCodeReuse(), compute()];
    await reuse.from('svm', commitOf(FILES), work);
    expect(await reuse.from('svm', commitOf({ ...FILES, ...change }), work)).toEqual(expected);
    // The first commit's result is still there.
    await reuse.from('svm', commitOf(FILES), work);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is not kept where a link was followed, for another key, or for files on disk', async () => {
    const [reuse, work] = [createCodeReuse(), compute()];
    await reuse.from('svm', commitOf(FILES, true), work);
    await reuse.from('svm', commitOf(FILES), work);
    await reuse.from('knn', commitOf(FILES), work);
    const { file, list } = commitOf(FILES);
    await reuse.from('svm', { file, list }, work);
    expect(work).toHaveBeenCalledTimes(4);
  });
});
