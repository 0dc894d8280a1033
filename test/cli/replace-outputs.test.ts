import { access, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceOutputs } from '../../src/cli/replace-outputs.ts';
import { run } from './every-command.ts';

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

it('wrong use removes outputs of an earlier run, and nothing else', async () => {
  const [markdown, html, other] = ['c.md', 'c.html', 'results'].map((name) => path.join(folder, name)) as string[];
  for (const file of [markdown, html, other]) await writeFile(file!, 'No model is worse');
  const { code } = await run('diff', 'main', '--bogus', '--markdown', markdown!, `--html=${html}`, '--results', other!);
  expect(code).toBe(2);
  expect(await readdir(folder)).toEqual(['results']);
});

it('a link, such as that of a device, is not removed', async () => {
  const [file, link] = [path.join(folder, 'file'), path.join(folder, 'link')];
  await writeFile(file, 'text');
  await symlink(file, link);
  await replaceOutputs('Nothing compared', { markdown: link }, async () => undefined);
  expect(await readFile(link, 'utf8')).toBe('text');
});
