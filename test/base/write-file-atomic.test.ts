import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { cannotWrite } from '../../src/base/disk-errors.ts';
import { UserError } from '../../src/base/errors.ts';
import { checkWritable, writeFileAtomic } from '../../src/base/write-file-atomic.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('writeFileAtomic', () => {
  test('writes a file in folders that it creates, and leaves nothing else there', async () => {
    await writeFileAtomic(at('a', 'b', 'c.txt'), 'one');
    await writeFileAtomic(at('a', 'b', 'c.txt'), 'two');
    expect(await readFile(at('a', 'b', 'c.txt'), 'utf8')).toBe('two');
    expect(await readdir(at('a', 'b'))).toEqual(['c.txt']);
  });

  test('names the file and the reason when a file is in the place of a folder, and the reverse', async () => {
    await writeFile(at('file'), '');
    await mkdir(at('folder'));
    const inFile = at('file', 'a.html');
    await expect(writeFileAtomic(inFile, '')).rejects.toThrow(
      new UserError(`cannot write ${inFile}: a file is in the place of a folder; choose another path`),
    );
    await expect(writeFileAtomic(at('folder'), '')).rejects.toThrow(
      new UserError(`cannot write ${at('folder')}: a folder is in the place of the file; choose another path`),
    );
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder']);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'names a folder without permission',
    async () => {
      await chmod(folder, 0o555);
      await expect(writeFileAtomic(at('a.html'), '')).rejects.toThrow(/^cannot write .*a\.html: not allowed to write/);
      await chmod(folder, 0o755);
    },
  );

  test('says that a path is too long', async () => {
    await expect(writeFileAtomic(at('a'.repeat(300)), '')).rejects.toThrow(
      /: the path is too long; choose another path$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('writes to the file behind a symbolic link, which stays', async () => {
    await mkdir(at('real'));
    await writeFile(at('real', 'a.txt'), 'old');
    await symlink(at('real', 'a.txt'), at('link.txt'));
    await writeFileAtomic(at('link.txt'), 'new');
    expect(await readFile(at('real', 'a.txt'), 'utf8')).toBe('new');
    expect(await readlink(at('link.txt'))).toBe(at('real', 'a.txt'));
  });

  test.skipIf(process.platform !== 'linux')('writes to a device, and says so when the disk is full', async () => {
    await writeFileAtomic('/dev/null', 'x');
    await symlink('/dev/full', at('full.html'));
    await expect(writeFileAtomic(at('full.html'), 'x')).rejects.toThrow(
      new UserError(
        `cannot write ${at('full.html')}: the disk is full; free some space there, or choose another folder`,
      ),
    );
  });
});

test.each([
  ['EROFS', 'the file system is read-only; choose another path'],
  ['EACCES', 'not allowed to write; choose another path'],
  ['EDQUOT', 'the disk quota is used up; free some space there, or choose another folder'],
])('%s is explained', (code, reason) => {
  expect(cannotWrite('a/b', Object.assign(new Error('x'), { code })).message).toBe(`cannot write a/b: ${reason}`);
});

describe('checkWritable', () => {
  test('creates the folder and leaves nothing in it', async () => {
    await checkWritable(at('a', 'b'));
    expect(await readdir(at('a', 'b'))).toEqual([]);
  });

  test('names a folder that cannot be written to', async () => {
    await writeFile(at('file'), '');
    await expect(checkWritable(at('file'))).rejects.toThrow(
      `cannot write ${at('file')}: a file is in the place of a folder`,
    );
  });
});
