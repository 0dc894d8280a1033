import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { runProgram } from '../../src/cli/program.ts';
import { StoppedError } from '../../src/terminal/exit-code.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';
import { expectSafe, run } from './every-command.ts';
import { readOutput } from './read-output.ts';

describe('wrong use', () => {
  it.each([
    [['bench', '--models', 'knm'], 'unknown model: "knm"; did you mean "knn"?'],
    [['bench', '--benchmark', 'quik'], 'unknown benchmark: "quik"; did you mean "quick"?'],
    [['bench', '--models', 'knn', '--set', 'knn=7'], '--set takes model.param=value'],
    [['bench', '--models', 'knn', '--set', 'cnn.epochs=7'], 'unknown model in --set: "cnn"'],
    [['bench', '--seed', 'one'], 'expected a whole number of at least 0'],
    [['bench', '--limit', '0'], 'expected a whole number of at least 1'],
    [['bench', '--device', 'tpu'], 'Allowed choices are auto, cpu, gpu'],
    [['bench', '--quick', '--benchmark', 'latency'], '--quick is the same as --benchmark quick'],
    [
      ['bench', '--benchmark', 'full', '--shard', '1/2'],
      '--benchmark full runs several stages and does not take --shard',
    ],
    [['bench', '--modles', 'knn'], "unknown option '--modles'"],
    [['models', 'svn'], 'unknown model: "svn"; did you mean "svm"?'],
    [['report', '--results', '/nowhere'], '/nowhere'],
    [['benhc'], "unknown command 'benhc'"],
  ])('%j exits with 2 and says what was wrong, without a stack', async (args, message) => {
    const printed = await run(...args);
    expect(printed.err).toContain(message);
    expectSafe(printed);
    expect([printed.code, printed.out]).toEqual([2, '']);
  });

  it('without a command shows the help and exits with 2', async () => {
    expect(await run()).toMatchObject({ out: '', err: expect.stringMatching(/^Usage: fitting-room /), code: 2 });
  });
});

it.each([[[]], [['bench']], [['models']], [['doctor']], [['report']]])('%j --help exits with 0', async (args) => {
  const { code, out } = await run(...args, '--help');
  expect(out).toMatch(/^Usage: /);
  expect(code).toBe(0);
});

it('the old name of references works, and says so', async () => {
  const { code, out, err } = await run('peers', '--help');
  expect(err).toBe('npm run peers is now npm run references');
  expect(out).toContain('references [options]');
  expect(code).toBe(0);
});

describe('an error', () => {
  const failing = async (error: unknown): Promise<Said> => {
    const said: Said = { out: [], err: [], code: null };
    const program = new Command('test').action(() => {
      throw error;
    });
    await runProgram(program, recordingIo(said), []);
    return said;
  };

  it.each([
    ['of the user', new UserError('unknown x')],
    ['of the operating system', Object.assign(new Error('unknown x'), { code: 'EMFILE', syscall: 'open' })],
  ])('%s has no stack and exits with 2', async (_, error) => {
    expect(await failing(error)).toEqual({ out: [], err: ['error: unknown x'], code: 2 });
  });

  it('that is a bug has its stack and its cause, and exits with 2', async () => {
    const { err, code } = await failing(new Error('\u001b[2Jbug', { cause: new Error('cause') }));
    expect(err[0]).toMatch(/^Error: \\u001b\[2Jbug\n +at [\s\S]*\ncaused by Error: cause\n/);
    expect(code).toBe(2);
  });

  it('is an object on standard output with --json, too', async () => {
    const { out, code } = await run('bench', '--models', 'knm', '--json');
    expect(readOutput(out)).toEqual({
      output: 'error',
      version: 1,
      error: { message: expect.stringMatching(/^unknown model: "knm"; did you mean "knn"/), exitCode: 2 },
    });
    expect(code).toBe(2);
    expect(readOutput((await run('bench', '--limit', '0', '--json')).out).error.message).toContain('at least 1');
  });

  it('of a command that a signal stopped is only the exit status: the command has said it', async () => {
    expect(await failing(new StoppedError('SIGTERM'))).toEqual({ out: [], err: [], code: 143 });
    expect(await failing(new StoppedError('SIGINT'))).toMatchObject({ code: 130 });
  });
});
