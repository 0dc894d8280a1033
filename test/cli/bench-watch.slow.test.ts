// `npm run bench -- --watch` as an author sees it: edit, save, look.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { runHere } from './run-command.ts';
import { makeScratchProject } from './scratch-project.ts';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  vi.unstubAllEnvs();
});

/** Starts a command and reads what it prints. */
function start(root: string, ...args: string[]) {
  const child = spawn(process.execPath, ['--import', './bin/typescript.mjs', 'src/cli/main.ts', ...args], {
    cwd: root,
  });
  children.push(child);
  let unread = '';
  let [all, look] = ['', () => {}];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    unread += text;
    all += text;
    look();
  });
  const closed = once(child, 'close').then(([code]) => code as number);
  return {
    stop: () => child.kill('SIGINT'),
    closed,
    /** Waits for a text and returns what was printed up to it. */
    until: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        look = () => {
          const found = pattern.exec(unread);
          if (!found) return;
          look = () => {};
          const end = found.index + found[0].length;
          resolve(unread.slice(0, end));
          unread = unread.slice(end);
        };
        look();
        void closed.then(() => reject(new Error(`ended without ${pattern}:\n${all}`)));
      }),
  };
}

const MODEL = `import { defineModel } from '../src/types.ts';
import { label } from './part.ts';

export const mine = defineModel({
  id: 'mine',
  family: 'constant',
  kind: 'baseline',
  engine: 'none',
  summary: 'the same label for every image',
  params: { label },
  create: ({ params }) => ({
    fit() {},
    predict: ({ count }) => ({ labels: new Array<number>(count).fill(params.label) }),
  }),
});
`;

it('runs again at each save, compares with the run before, goes on after mistakes, and keeps nothing', async () => {
  const project = makeScratchProject(await temporaryFolder());
  project.write('models/mine.ts', MODEL);
  project.write('models/part.ts', 'export const label = 1;\n');
  const list = readFileSync(path.join(project.root, 'models/index.ts'), 'utf8');
  project.write('models/index.ts', list.replace('\n];', "\n  './mine.ts',\n];"));
  const watch = start(project.root, 'bench', '--models', 'mine', '--quick', '--limit', '100', '--watch');

  const first = await watch.until(/^watching 4 files of mine; press Ctrl-C to end$/m);
  expect(first).toMatch(/^✓ mine +10\.00 %, fit /m);
  expect(first).not.toContain('accuracy: ');

  // A file that the model loads, with what the definition takes from it.
  project.write('models/part.ts', 'export const label = 2;\n');
  const second = await watch.until(/ after the save$/m);
  expect(second).toMatch(/^saved: models\/part\.ts$/m);
  expect(second).toMatch(/^ {2}accuracy: 10\.00 → 10\.00 %, ≈ inconclusive, .*, fixed 200, broke 200, p = 1$/m);
  expect(second).toMatch(/^ {2}fit: .* → .*, predict: .* → .*$/m);

  project.write('models/part.ts', 'export const label == 2;\n');
  const wrong = await watch.until(/\n +\| +\^\n/);
  expect(wrong).toMatch(/^✗ mine +models\/part\.ts:1:20: .*\n {2}1 \| export const label == 2;$/m);

  // As editors do that write another file first.
  project.write('models/part.ts~', 'export const label = 1;\n');
  renameSync(path.join(project.root, 'models/part.ts~'), path.join(project.root, 'models/part.ts'));
  expect(await watch.until(/ after the save$/m)).toMatch(/fixed 200, broke 200/);

  project.write(
    'models/mine.ts',
    MODEL.replace('fit() {}', "fit() {\n      throw new Error('my own mistake');\n    }"),
  );
  expect(await watch.until(/\n +\| +\^\n/)).toMatch(/^✗ mine +failed: my own mistake\n {2}models\/mine\.ts:13:13$/m);

  // A save during a fit that never ends starts it again.
  project.write('models/mine.ts', MODEL.replace('fit() {}', 'fit() {\n      for (;;);\n    }'));
  await watch.until(/^\[1\/1\] mine \.\.\.$/m);
  project.write('models/mine.ts', MODEL);
  expect(await watch.until(/ after the save$/m)).toContain(
    '= same, +0.00 points (+0.00 to +0.00), the same predictions',
  );

  watch.stop();
  expect(await watch.closed).toBe(130);
  for (const folder of ['results', 'trials', 'report']) expect(existsSync(path.join(project.root, folder))).toBe(false);
  expect(readdirSync(path.join(project.root, '../cache/fitted'))).toEqual([]);
}, 120_000);

it.each([
  [['--quick', '--watch', '--json'], "option '--watch' cannot be used with option '--json'"],
  [['--benchmark', 'full', '--watch'], '--benchmark full runs several stages and does not take --watch'],
  [['--quick', '--watch', '--models', 'knnn'], 'unknown model: "knnn"; did you mean "knn"?'],
])('refuses %j', async (args, message) => {
  const { status, err } = await runHere('bench', ...args);
  expect(status).toBe(2);
  expect(err).toContain(message);
});
