import { access, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceOutputs } from '../../src/cli/replace-outputs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fitting-room-outputs-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('a failed run leaves no output of an earlier run, and its Markdown says why', async () => {
  const [markdown, html] = [path.join(folder, 'c.md'), path.join(folder, 'c.html')];
  await writeFile(markdown, 'No model is worse');
  await writeFile(html, 'No model is worse');
  const failure = new Error('unknown commit: "```nope"');
  await expect(replaceOutputs('Nothing compared', { markdown, html }, () => Promise.reject(failure))).rejects.toBe(
    failure,
  );
  expect(await readFile(markdown, 'utf8')).toMatch(
    /^## Nothing compared\n\nThe command failed:\n\n````\nunknown commit: "```nope"\n````/,
  );
  await expect(access(html)).rejects.toThrow('ENOENT');
});

it('a link, such as that of a device, is not removed', async () => {
  const [file, link] = [path.join(folder, 'file'), path.join(folder, 'link')];
  await writeFile(file, 'text');
  await symlink(file, link);
  await replaceOutputs('Nothing compared', { markdown: link }, async () => undefined);
  expect(await readFile(link, 'utf8')).toBe('text');
});
