// A data set with hostile class names and files with hostile names, through the commands that fit, predict and serve.
import { mkdir, rename } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { Command } from 'commander';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { benchCommand } from '../../src/cli/bench.ts';
import { runProgram } from '../../src/cli/program.ts';
import { serveCommand } from '../../src/cli/serve.ts';
import { jsonProblems, markupProblems, terminalProblems } from '../../tools/fuzz/output-checks.ts';
import { makeToyProject } from '../commits/measure/toy-project.ts';
import { HOSTILE_LINE, HOSTILE_NAME } from '../fixtures/hostile-text.ts';
import { smallFiles, temporaryFolder, writeFiles } from '../fixtures/idx.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { expectSafe, expectSafeFiles, run } from './every-command.ts';

/** Marks of the hostile text that a reader sees. */
const VISIBLE = '\\u001b[2J';
const classNames = ['one', 'two', 'three'].map((name) => HOSTILE_LINE.replaceAll(/[\ud800\udc00]/gu, '') + name);

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
const data = () => at(`data ${HOSTILE_NAME}`);
const picture = () => at(`${HOSTILE_NAME}.png`);

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  await writeFiles(data(), { ...smallFiles(), 'labels.txt': classNames.join('\n') });
  const png = encode({ width: 8, height: 8, data: new Uint8Array(64).map((_, i) => 4 * i), channels: 1, depth: 8 });
  await writeFiles(folder, { 'picture.png': png });
  await rename(at('picture.png'), picture());
  const out = ['--out', at('results'), '--report', at('report')];
  const printed = await run(
    'bench',
    '--models',
    'majority,nearest-centroid',
    '--dataset',
    data(),
    '--validation',
    '3',
    ...out,
  );
  expectSafe(printed);
  expect(printed.code, printed.err).toBe(0);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

it('bench writes records and a report that show the names of classes', async () => {
  expect(await expectSafeFiles(at('results'))).toBe(2);
  expect(await expectSafeFiles(at('report'))).toBeGreaterThan(4);
});

it('predict shows the names of classes and of the picture, and writes a plain file name', async () => {
  const args = ['predict', picture(), '--results', at('results')];
  const printed = await run(...args, '--save', at('saved'));
  expectSafe(printed);
  expect([printed.code, printed.out.includes(VISIBLE)], printed.err).toEqual([0, true]);
  expect(await expectSafeFiles(at('saved'))).toBe(1);
  expect(jsonProblems((await run(...args, '--json')).out)).toEqual([]);
  const missing = await run('predict', `${picture()}x`, '--results', at('results'));
  expectSafe(missing);
  expect([missing.code, missing.err.includes(VISIBLE)]).toEqual([1, true]);
});

it('predict and explain name a folder that cannot be written to, after the answers', async () => {
  await writeFiles(folder, { file: 'no folder' });
  const printed = await run('predict', picture(), '--results', at('results'), '--save', at('file', 'below'));
  expectSafe(printed);
  expect(printed.err).toMatch(/^error: cannot write .*: a file is in the place of a folder/m);
  expect([printed.code, printed.out.includes('nearest-centroid')]).toEqual([2, true]);
});

it('explain refuses the model and an unknown class', async () => {
  for (const more of [
    ['--models', 'nearest-centroid'],
    ['--models', 'nearest-centroid', '--class', HOSTILE_NAME],
  ]) {
    const printed = await run('explain', picture(), '--results', at('results'), ...more);
    expectSafe(printed);
    expect(printed.code).toBe(2);
  }
});

it('explore shows the names of classes', async () => {
  const printed = await run(
    'explore',
    '--dataset',
    data(),
    '--results',
    at('results'),
    '--report',
    at('explore'),
    '--map',
    '0',
  );
  expectSafe(printed);
  expect(printed.out).toContain(VISIBLE);
  expect(await expectSafeFiles(at('explore'))).toBeGreaterThan(3);
  const json = await run('explore', '--dataset', data(), '--results', at('results'), '--map', '0', '--json');
  expect(jsonProblems(json.out)).toEqual([]);
});

/** Sends a request. Returns the whole answer. */
function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method, headers: options.headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(options.body);
  });
}

it('serve answers with pages and JSON that show the names of classes, of reports and of refused hosts', async () => {
  await writeFiles(at('report'), { [`a${HOSTILE_NAME.replaceAll(':', '')}.html`]: '<p>page</p>' });
  const said: Said = { out: [], err: [], code: null };
  const recording = recordingIo(said);
  let listening: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const io = {
    ...recording,
    out: (text: string) => {
      recording.out(text);
      listening(text.split(' ')[0]!);
    },
  };
  const args = ['serve', '--results', at('results'), '--report', at('report'), '--port', '0'];
  const ended = runProgram(new Command('test').addCommand(serveCommand(io)), io, args);
  const address = await url;
  const page = await ask(address, {});
  expect(markupProblems(page)).toEqual([]);
  expect(page).toContain(VISIBLE);
  for (const answer of [
    await ask(`${address}api/classify`, { method: 'POST', body: '\u001b[2J\u202e<html>' }),
    await ask(address, { headers: { host: 'evil\u009b\u00ad.example' } }),
    await ask(address, { headers: { origin: 'https://evil\u009b.example' } }),
  ]) {
    expect(jsonProblems(answer)).toEqual([]);
    expect(JSON.parse(answer).error).not.toBe('');
  }
  process.emit('SIGINT');
  await ended;
  expect(terminalProblems([...said.out, ...said.err].join('\n'))).toEqual([]);
  expect(said.code).toBe(0);
});

it('what the bench of another commit prints is shown as text', async () => {
  const toy = makeToyProject(at());
  vi.stubEnv('TOY_SAY', HOSTILE_LINE.replaceAll('\0', ''));
  const said: Said = { out: [], err: [], code: null };
  const io = recordingIo(said);
  const args = ['bench', '--commit', 'v1', '--models', 'knn', '--out', at('toy'), '--no-report'];
  await runProgram(new Command('test').addCommand(benchCommand(io, toy.folder)), io, args);
  expect(terminalProblems(said.err.join('\n'))).toEqual([]);
  expect(said.err.join('\n')).toContain(VISIBLE);
});
