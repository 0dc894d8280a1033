import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { referencesCommand } from '../../src/cli/references.ts';
import { recordingIo, type Said } from '../fixtures/recording-io.ts';

function run(...args: string[]): { said: Said; done: Promise<unknown> } {
  const said: Said = { out: [], err: [], code: null };
  const command = referencesCommand(recordingIo(said)).exitOverride();
  return { said, done: command.parseAsync(args, { from: 'user' }) };
}

describe('references', () => {
  it('lists every model and library in its help, and hides the old option', () => {
    const help = referencesCommand(recordingIo({ out: [], err: [], code: null })).helpInformation();
    for (const name of ['gradient-boosting', 'resnet-fast', 'scikit-learn', 'pytorch-compiled']) {
      expect(help.replaceAll(/\s+/g, ' ')).toContain(name);
    }
    expect(help).toContain('--libraries');
    expect(help).not.toContain('--peers');
  });

  it('takes --peers for --libraries and says so', async () => {
    const { said, done } = run('--models', 'knn', '--peers', 'keras');
    await expect(done).rejects.toThrow('knn has no reference in --libraries keras; it has: scikit-learn');
    expect(said.err).toContain('--peers is now --libraries');
  });

  it.each([
    [['--models', 'knm'], 'unknown model: "knm"; did you mean "knn"?'],
    [['--models', 'majority'], 'unknown model with a reference: "majority"'],
    [['--libraries', 'scikit'], 'unknown library in --libraries: "scikit"'],
    [['--models', 'knn', '--set', 'svm.C=1'], 'unknown model in --set: "svm"'],
    [['--scaling', '--models', 'knm'], 'unknown model: "knm"'],
  ])('refuses %j', async (args, message) => {
    const { done } = run(...args);
    await expect(done).rejects.toThrow(UserError);
    await expect(done).rejects.toThrow(message);
  });
});
