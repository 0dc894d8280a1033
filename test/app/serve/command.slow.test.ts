// The command as a user meets it: a real process, a model that a bench has just fitted, a real Ctrl-C.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import type { TryResult } from '../../../src/app/try/try-data.ts';
import { TYPESCRIPT } from '../../../src/base/child-process.ts';
import { projectRoot } from '../../../src/base/root.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const command = (...args: string[]): string[] => [
  '--import',
  TYPESCRIPT,
  path.join(projectRoot, 'src/cli/main.ts'),
  ...args,
];

function run(...args: string[]): Promise<{ status: number; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, command(...args), { cwd: projectRoot }, (error, _, err) =>
      resolve({ status: error ? Number(error.code) : 0, err }),
    );
  });
}

/** Waits for a line of a process's output. */
function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text);
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended without ${pattern}: ${text}`)));
  });
}

it.each([
  [['--port', '65536'], 'expected a whole number from 0 to 65535'],
  [['--port', 'http'], 'expected a whole number from 0 to 65535'],
  [['--models', 'knm'], 'unknown model: "knm"; did you mean "knn"?'],
  [['--results', '/nowhere'], 'no fitted model found: run npm run bench'],
])('refuses %j', async (args, message) => {
  const { status, err } = await run('serve', ...args);
  expect(status).toBe(2);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

it('answers pictures until Ctrl-C, says when its port is in use, and ends well', async () => {
  const folder = await temporaryFolder();
  const results = path.join(folder, 'results');
  const fitted = ['--models', 'nearest-centroid', '--limit', '1000', '--out', results, '--no-report'];
  expect((await run('bench', ...fitted)).status).toBe(0);

  const options = ['--results', results, '--report', path.join(folder, 'report')];
  const child = spawn(process.execPath, command('serve', ...options, '--port', '0'), { cwd: projectRoot });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [, url, port] = (await lineOf(
    child,
    /^(http:\/\/127\.0\.0\.1:(\d+)\/) \(Ctrl-C stops\)$/m,
  )) as unknown as string[];
  const page = await fetch(url!);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('nearest-centroid');
  const picture = await sharp({ create: { width: 90, height: 300, channels: 3, background: '#27a' } })
    .extend({ left: 100, right: 100, top: 20, bottom: 20, background: '#eee' })
    .jpeg()
    .toBuffer();
  const answer = await fetch(`${url}api/classify`, { method: 'POST', body: Uint8Array.from(picture) });
  const { answers, inverted, nearest } = (await answer.json()) as TryResult;
  expect(answers.map(({ model }) => model)).toEqual(['nearest-centroid']);
  expect(inverted).toBe(true);
  expect(nearest!.usual).toBeGreaterThan(10);

  const second = await run('serve', ...options, '--port', port!);
  expect(second).toMatchObject({ status: 2, err: expect.stringContaining(`port ${port} is in use; choose another`) });

  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // As npm does: the terminal's signal, and the same again.
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
