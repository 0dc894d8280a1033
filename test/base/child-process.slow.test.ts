import { access, mkdtemp, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type ChildOptions,
  type Command,
  describeEnd,
  failureOf,
  moduleCommand,
  runChild,
  startChild,
} from '../../src/base/child-process.ts';

const node = (script: string, ...args: string[]): Command => [process.execPath, '-e', script, ...args];

/** Starts a script that prints "ready" as its first message, and stops it then. */
async function stopWhenReady(script: string, options: ChildOptions = {}) {
  const stop = new AbortController();
  return runChild(node(`${script}; process.send('ready'); setInterval(() => {}, 1000)`), {
    signal: stop.signal,
    onMessage: () => stop.abort(),
    ...options,
  });
}

describe('runChild', () => {
  it('tells exit status and output, each stream alone and both together', async () => {
    const end = await runChild(node("require('fs').writeSync(1, 'out\\n'); require('fs').writeSync(2, 'err\\n')"));
    expect(end).toMatchObject({
      code: 0,
      signal: null,
      stopped: null,
      startError: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(end.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(end.seconds).toBeGreaterThan(0);
    expect(await runChild(node('process.exit(7)'))).toMatchObject({ code: 7, signal: null, stopped: null });
  });

  it('tells the signal that ended a child', async () => {
    expect(await runChild(node("process.kill(process.pid, 'SIGSEGV')"))).toMatchObject({
      code: null,
      signal: 'SIGSEGV',
      stopped: null,
    });
  });

  it('tells why a program cannot be started', async () => {
    const end = await runChild(['/no/such/program']);
    expect(end).toMatchObject({ code: null, signal: null, stopped: null, startError: { code: 'ENOENT' } });
    expect((await runChild(node(''), { cwd: '/no/such/folder' })).startError).toMatchObject({ code: 'ENOENT' });
  });

  it('passes arguments, environment and folder on unchanged', async () => {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'child-')));
    const script = 'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env.MARK, process.cwd()]))';
    const { stdout } = await runChild(node(script, 'a b', '$HOME', '"'), {
      cwd: folder,
      env: { ...process.env, MARK: 'here' },
    });
    expect(JSON.parse(stdout)).toEqual([['a b', '$HOME', '"'], 'here', folder]);
  });

  it('keeps the end of an endless output, whole characters only', async () => {
    const script = "process.stdout.write('é'.repeat(3e6) + 'the end'); process.stderr.write('x'.repeat(3e6) + '!')";
    const end = await runChild(node(script), { outputLimit: 1001 });
    expect(end).toMatchObject({ code: 0, stdout: `${'é'.repeat(994)}the end`, stderr: `${'x'.repeat(1000)}!` });
    expect(end.output).toHaveLength(1001);
  });

  it('collects nothing of outputs that are ignored', async () => {
    const end = await runChild(node("console.log('out'); console.error('err')"), {
      stdout: 'ignore',
      stderr: 'ignore',
    });
    expect(end).toMatchObject({ code: 0, stdout: '', stderr: '', output: '' });
  });

  it('stops a child at its time limit', async () => {
    expect(await runChild(node('setInterval(() => {}, 1000)'), { timeoutSeconds: 0.1 })).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      stopped: 'timed-out',
    });
  });

  it('does not take a limit of many weeks for none at all', async () => {
    expect(await runChild(node(''), { timeoutSeconds: 1e7 })).toMatchObject({ code: 0, stopped: null });
  });

  it('stops a child when the signal is aborted, before its start too', async () => {
    expect(await stopWhenReady('')).toMatchObject({ signal: 'SIGTERM', stopped: 'aborted' });
    const end = await runChild(node('setInterval(() => {}, 1000)'), { signal: AbortSignal.abort() });
    expect(end).toMatchObject({ signal: 'SIGTERM', stopped: 'aborted' });
  });

  it('lets a child end in good order when it is asked to stop', async () => {
    const script = "process.on('SIGTERM', () => { console.log('saved'); process.exit(3); })";
    expect(await stopWhenReady(script)).toMatchObject({ code: 3, signal: null, stopped: 'aborted', stdout: 'saved\n' });
  });

  it('asks with another signal where one is named', async () => {
    const script = "process.on('SIGINT', () => process.exit(4))";
    expect(await stopWhenReady(script, { stopSignal: 'SIGINT', graceMilliseconds: Infinity })).toMatchObject({
      code: 4,
    });
  });

  it('kills a child that ignores SIGTERM after the grace period', async () => {
    const script = "process.on('SIGTERM', () => {})";
    expect(await stopWhenReady(script, { graceMilliseconds: 50 })).toMatchObject({
      signal: 'SIGKILL',
      stopped: 'aborted',
    });
  });

  it('kills a child at once without a grace period', async () => {
    const script = "process.on('SIGTERM', () => console.log('asked'))";
    expect(await stopWhenReady(script, { graceMilliseconds: 0 })).toMatchObject({ signal: 'SIGKILL', stdout: '' });
  });

  it('kills what a child with its own group has started, which holds its output open', async () => {
    const script =
      "const { pid } = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], " +
      "{ stdio: ['ignore', 'inherit', 'inherit'] }); console.log(pid)";
    const end = await stopWhenReady(script, { ownGroup: true });
    expect(end.stopped).toBe('aborted');
    await expect.poll(() => access(`/proc/${end.stdout.trim()}`).catch(() => 'gone'), { timeout: 10_000 }).toBe('gone');
  });

  it('exchanges messages, those sent right before the end included', async () => {
    const messages: unknown[] = [];
    const script =
      "process.once('message', ({ values }) => { process.send({ sum: values[0] + values[1] }); process.send({ last: 1n }, () => process.exit()); })";
    const message = { values: new Float32Array([1, 2]) };
    const end = await runChild(node(script), { message, onMessage: (answer) => messages.push(answer) });
    expect(messages).toEqual([{ sum: 3 }, { last: 1n }]);
    expect(end.code).toBe(0);
  });

  it('takes no harm from a child that ends before its message arrives', async () => {
    const end = await runChild(node('process.exit(5)'), { message: { large: 'x'.repeat(1e6) }, onMessage: () => {} });
    expect(end).toMatchObject({ code: 5, stopped: null });
  });
});

describe('startChild', () => {
  it('gives the process id, and a way to stop the child for the first reason that is given', async () => {
    const child = startChild(node('setInterval(() => {}, 1000)'));
    expect(child.pid).toBeGreaterThan(0);
    child.stop('timed-out');
    child.stop('aborted');
    expect((await child.ended).stopped).toBe('timed-out');
  });

  it('leaves no child behind when this process exits', async () => {
    const module = pathToFileURL(path.resolve('src/base/child-process.ts')).href;
    const parent = `import { startChild } from '${module}';
      const child = startChild([process.execPath, '-e', 'setInterval(() => {}, 1000)'], { ownGroup: true });
      process.stdout.write(String(child.pid), () => process.exit(0));`;
    const { stdout } = await runChild([process.execPath, '--import', 'tsx', '--input-type=module', '-e', parent]);
    expect(Number(stdout)).toBeGreaterThan(0);
    await expect.poll(() => access(`/proc/${stdout}`).catch(() => 'gone'), { timeout: 10_000 }).toBe('gone');
  });
});

describe('moduleCommand', () => {
  it('runs a TypeScript module from any folder', async () => {
    const file = new URL('../fixtures/echo-arguments.ts', import.meta.url);
    const end = await runChild(moduleCommand(file, 'one', 'two'), { cwd: os.tmpdir() });
    expect(end).toMatchObject({ code: 0, stdout: 'one,two' });
  });
});

describe('describeEnd and failureOf', () => {
  const end = { code: 3, signal: null, startError: null, stderr: '' };

  it('name the exit status, the signal or why the program did not start', () => {
    expect(describeEnd(end)).toBe('exit status 3');
    expect(describeEnd({ ...end, code: null, signal: 'SIGKILL' })).toBe('killed by SIGKILL');
    expect(describeEnd({ ...end, code: null, startError: new Error('spawn g++ ENOENT') })).toBe('spawn g++ ENOENT');
  });

  it('quote the line of an error, else the end of standard error, else how the child ended', () => {
    expect(failureOf({ ...end, stderr: 'at x\nTypeError: no such op\n    at y\n' })).toBe('TypeError: no such op');
    expect(failureOf({ ...end, stderr: 'first\nassertion failed\n' }, 16)).toBe('assertion failed');
    expect(failureOf(end)).toBe('exit status 3');
  });
});
