// What the author of a model meets: files that cannot be loaded, wrong definitions, models that print and throw.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeScratchProject, type ScratchProject } from './scratch-project.ts';

const BENCH = ['bench', '--limit', '100', '--no-report', '--models'];

let project: ScratchProject;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Adds a copy of majority, changed as an author would. */
function add(id: string, change: (text: string) => string): void {
  const text = readFileSync(path.join(project.root, 'models/majority.ts'), 'utf8').replace(
    "id: 'majority'",
    `id: '${id}'`,
  );
  writeFileSync(path.join(project.root, 'models', `${id}.ts`), change(text));
  list(id);
}

function list(id: string): void {
  const file = path.join(project.root, 'models/index.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('\n];', `\n  './${id}.ts',\n];`));
}

it('a model that is broken breaks only itself, and every fault is said in one line', async () => {
  project = makeScratchProject(await temporaryFolder());
  add('bad-syntax', (text) => text.replace('create(', 'create(('));
  add('no-package', (text) => `${text}import { tree } from 'ml-cartt';\nvoid tree;\n`);
  add('no-file', (text) => `${text}import { tree } from './tree.ts';\nvoid tree;\n`);
  add('throws', (text) => `${text}\nthrow new Error('my own mistake');\n`);
  add('throws-null', (text) => `${text}\nthrow null;\n`);
  add('exits', (text) => `${text}\nprocess.exit(3);\n`);
  add('prints', (text) => `${text}\nconsole.log('at import \\u001b[31m');\n`);
  add('misspelt', (text) => text.replace('family:', 'famly:'));
  add('my-knn', (text) => text.replace("id: 'my-knn'", "id: 'knn'"));
  add('two-exports', (text) => `${text}export const x = 1;\n`);
  list('not-there');
  list('majority');
  project.commit('broken models');

  const { status, out, err } = await project.run('models');
  expect(status).toBe(1);
  expect(out).toMatch(/^prints /m);
  for (const fault of [
    /^left out: models\/bad-syntax\.ts:\d+:\d+: Expected .*\n {2}\d+ \| create\(\(.*\n +\| +\^$/m,
    /^left out: models\/no-package\.ts:\d+:\d+: the package "ml-cartt" is not installed$/m,
    /^left out: models\/no-file\.ts:\d+:\d+: no such file: tree\.ts$/m,
    /^left out: models\/throws\.ts:\d+:\d+: my own mistake$/m,
    /^left out: models\/throws-null\.ts: it threw null$/m,
    /^left out: models\/exits\.ts:\d+:\d+: it called process\.exit\(3\)$/m,
    /^prints: at import \\u001b\[31m$/m,
    /^left out: models\/misspelt\.ts: unknown field "famly"; did you mean "family"\?$/m,
    /^left out: models\/my-knn\.ts: id is "knn", the model of models\/knn\.ts; expected "my-knn", the name of the file$/m,
    /^left out: models\/two-exports\.ts exports .*; expected one model and nothing else/m,
    /^left out: models\/not-there\.ts: no such file, but models\/index\.ts lists it$/m,
    /^left out: models\/index\.ts lists "majority" twice: \.\/majority\.ts and \.\/majority\.ts; remove a line$/m,
  ]) {
    expect(err).toMatch(fault);
  }

  // A wrong definition is found before anything is fitted.
  const refused = await project.run(...BENCH, 'nearest-centroid,misspelt');
  expect(refused).toMatchObject({
    status: 2,
    out: '',
    err: 'error: models/misspelt.ts: unknown field "famly"; did you mean "family"?\n',
  });

  // Other commands go on.
  expect(await project.run('doctor', 'bad-syntax')).toMatchObject({ status: 2, out: '' });
  expect((await project.run('models', 'knn')).out).toMatch(/^knn: /);
}, 600_000);

it('the output of a fit, the line of an error and a file that cannot be loaded are seen in a comparison', async () => {
  project = makeScratchProject(await temporaryFolder());
  add('bad-syntax', (text) => text.replace('create(', 'create(('));
  add('fails', (text) => {
    const body =
      "for (let i = 0; i < 30; i++) console.log('line', i, '\\u001b[31m');\n        throw new RangeError('my own mistake');";
    return text.replace(/(async fit\(.*\{\n)/, `$1        ${body}\n`);
  });
  add('talks', (text) => text.replace(/(async fit\(.*\{\n)/, "$1        console.error('loss 0.5');\n"));
  project.commit('models');

  const several = await project.run(...BENCH, 'nearest-centroid,fails,bad-syntax');
  expect(several.status).toBe(1);
  expect(several.err).toMatch(/^✗ bad-syntax +models\/bad-syntax\.ts:\d+:\d+: Expected/m);
  expect(several.err).toMatch(/^failed: models\/bad-syntax\.ts:/m);
  expect(several.err).toMatch(/^✓ nearest-centroid /m);
  expect(several.err).toMatch(
    /^✗ fails +failed: my own mistake\n {2}models\/fails\.ts:\d+:\d+\n {2}\d+ \| throw new RangeError.*\n +\| +\^\n {2}output: results\/.*fails-s1-\w+\.log, which ends with\n {2}fails \| line 10 \\u001b/m,
  );
  const [, log] = /output: (\S+\.log)/.exec(several.err)!;
  expect(readFileSync(path.join(project.root, log!), 'utf8').split('\n')).toHaveLength(31);
  const record = JSON.parse(readFileSync(path.join(project.root, log!.replace(/log$/, 'json')), 'utf8'));
  expect(record.error).toMatchObject({
    kind: 'RangeError',
    message: 'my own mistake',
    place: { file: 'models/fails.ts', source: expect.stringContaining('throw new RangeError') },
  });

  const alone = await project.run(...BENCH, 'talks');
  expect(alone.err).toMatch(/^talks \| loss 0\.5\n✓ talks/m);
  const verbose = await project.run(...BENCH, 'fails', '--verbose');
  expect(verbose.err).toMatch(/^fails \| line 0 /m);
  expect(verbose.err).toMatch(/^ {2}RangeError: my own mistake\n {6}at .*models\/fails\.ts/m);
}, 600_000);
