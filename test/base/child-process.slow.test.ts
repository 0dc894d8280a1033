import { mkdtemp, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ChildOptions,
  type Command,
  describeEnd,
  failureOf,
  moduleCommand,
  runChild,
  startChild,
  TYPESCRIPT,
} from '../../src/base/child-process.ts';
import { isRunning, processesWith } from '../fixtures/processes.ts';

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

  it.each([
    ['exits', 'process.exit(0)'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')"],
    ['is killed with its group', "process.kill(-process.pid, 'SIGKILL')"],
  ])('leaves nothing behind when this process %s, whatever the child computes', async (_, ending) => {
    const mark = `TEST_MARK=${Math.random()}`;
    const ready = path.join(await mkdtemp(path.join(os.tmpdir(), 'child-')), 'ready');
    const module = pathToFileURL(path.resolve('src/base/child-process.ts')).href;
    // The child has a detached child, and never returns to its event loop.
    const child = `require('child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
      require('fs').writeFileSync('${ready}', '');
      for (;;);`;
    const parent = `import { existsSync } from 'node:fs';
      import { startChild } from '${module}';
      startChild([process.execPath, '-e', ${JSON.stringify(child)}], { ownGroup: true });
      setInterval(() => { if (existsSync('${ready}')) ${ending}; }, 20);`;
    const env = { ...process.env, TEST_MARK: mark.slice('TEST_MARK='.length) };
    const command: Command = [process.execPath, '--import', TYPESCRIPT, '--input-type=module', '-e', parent];
    await runChild(command, { env, ownGroup: true, isBrief: true });
    await expect.poll(() => processesWith(mark), { timeout: 2000 }).toEqual([]);
  });
});

describe('what a child has started and left', () => {
  /** A script that waits for the mark of its limits, as a fit's process has long started when a model runs. */
  const WAIT = `for (let i = 0; i < 500 && !/locks +\\d/.test(require('fs').readFileSync('/proc/self/limits', 'utf8')); i++)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);`;
  /** A script that starts a process of a minute and says its id. */
  const leave = (options: string, command = "'sleep', ['60']"): string =>
    `${WAIT} const left = require('child_process').spawn(${command}, ${options}); left.unref(); console.log(left.pid);`;
  /** A script that does so in a process that ends at once. */
  const leaveTwice = (options: string, command?: string): string =>
    `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(`${leave(options, command)} process.exit();`)}],
      { stdio: 'inherit' });`;
  const kinds = [
    ['in its group', "{ stdio: 'ignore' }"],
    ['with its outputs', "{ stdio: 'inherit' }"],
    ['detached', "{ detached: true, stdio: 'ignore' }"],
    ['detached, with its outputs', "{ detached: true, stdio: 'inherit' }"],
    ['with an empty environment and its outputs', "{ env: {}, stdio: 'inherit' }"],
    ['detached, with an empty environment', "{ detached: true, env: {}, stdio: 'inherit' }"],
  ] as const;

  it.each(kinds)('is killed when the child ends: %s', async (_, options) => {
    const end = await runChild(node(leave(options)), { ownGroup: true });
    expect(end).toMatchObject({ code: 0, stopped: null });
    expect(end.seconds).toBeLessThan(10);
    await expect.poll(() => isRunning(Number(end.stdout)), { timeout: 2000 }).toBe(false);
  });

  it('is killed even if it is detached, has an empty environment, and its parent has ended', async () => {
    const end = await runChild(node(leaveTwice("{ detached: true, env: {}, stdio: 'inherit' }")), { ownGroup: true });
    expect(end.code).toBe(0);
    await expect.poll(() => isRunning(Number(end.stdout)), { timeout: 2000 }).toBe(false);
  });

  it.each(kinds)('is killed when the child is stopped: %s', async (_, options) => {
    const end = await stopWhenReady(`process.on('SIGTERM', () => {}); ${leave(options)}`, {
      ownGroup: true,
      graceMilliseconds: 100,
    });
    expect(end).toMatchObject({ signal: 'SIGKILL', stopped: 'aborted' });
    await expect.poll(() => isRunning(Number(end.stdout)), { timeout: 2000 }).toBe(false);
  });

  it('does not delay the end of a child when it cannot be found and holds the outputs', async () => {
    // It has also given up the mark of its limits.
    const command = "'prlimit', ['--locks=unlimited', 'sleep', '60']";
    const script = leaveTwice("{ detached: true, env: {}, stdio: 'inherit' }", command);
    const end = await runChild(node(script), { ownGroup: true });
    const pid = Number(end.stdout);
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(pid).toBeGreaterThan(0);
    expect(end.code).toBe(0);
    expect(end.seconds).toBeLessThan(10);
  });

  it('is not searched for after a brief child', async () => {
    const end = await runChild(node(leave("{ detached: true, stdio: 'ignore' }")), { isBrief: true });
    const pid = Number(end.stdout);
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect(isRunning(pid)).toBe(true);
  });

  it('is nothing of another child', async () => {
    const other = startChild(node('setInterval(() => {}, 1000)'), { ownGroup: true });
    await runChild(node(''), { ownGroup: true });
    expect(isRunning(other.pid!)).toBe(true);
    other.stop('aborted');
    await other.ended;
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
