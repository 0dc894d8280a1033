// The files of a new model. test/conformance/checks.slow.test.ts runs the conformance checks on all templates.
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { projectRoot } from '../../src/base/root.ts';
import { writeNewModel } from '../../src/new-model/write-new-model.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Makes a folder with a list of one model and nothing else. */
async function smallProject(list = "export const modelFiles = [\n  './knn.ts',\n];\n"): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(path.join(root, 'models'));
  await writeFile(path.join(root, 'models/index.ts'), list);
  return root;
}

/** Returns the content of all files by their path. */
async function contentOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, i) => [path.relative(root, file).replaceAll('\\', '/'), texts[i]!]));
}

it('writes the model with its name instead of that of the template, and its line in the list', async () => {
  const root = await smallProject();
  const written = await writeNewModel(root, 'k-means', 'plain');
  const files = await contentOf(root);
  expect(written).toEqual({ model: 'models/k-means.ts', list: 'models/index.ts' });
  expect(Object.keys(files).sort()).toEqual(['models/index.ts', 'models/k-means.ts']);
  expect(files['models/k-means.ts']).toContain("export const kMeans = defineModel({\n  id: 'k-means',");
  expect(files['models/k-means.ts']).toContain("from '../src/types.ts'");
  expect(files['models/index.ts']).toContain("  './k-means.ts',\n");
  for (const text of Object.values(files)) expect(text).not.toMatch(/my-?model/i);
});

it('changes nothing if the file of the model exists', async () => {
  const root = await smallProject();
  await writeFile(path.join(root, 'models/mine.ts'), 'mine');
  const before = await contentOf(root);
  const write = writeNewModel(root, 'mine', 'plain');
  await expect(write).rejects.toThrow('name taken: the file models/mine.ts exists');
  await expect(write).rejects.toThrow(UserError);
  expect(await contentOf(root)).toEqual(before);
});

it('changes nothing if the list has an unknown form', async () => {
  const root = await smallProject('export const modelFiles = [];\n');
  const before = await contentOf(root);
  await expect(writeNewModel(root, 'mine', 'network')).rejects.toThrow('Nothing was changed');
  expect(await contentOf(root)).toEqual(before);
});

it('writes files that the compiler and the formatter accept, and that the list loads', async () => {
  const root = await temporaryFolder();
  for (const name of ['bin', 'src', 'models', 'package.json', 'biome.json', 'tsconfig.json']) {
    await cp(path.join(projectRoot, name), path.join(root, name), { recursive: true });
  }
  await symlink(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'), 'junction');
  const ids = ['a', 'cnn-10', 'z'.repeat(40), `y${'-y'.repeat(19)}`, 'b', `x${'-x'.repeat(19)}`];
  const templates = ['plain', 'network', 'full'] as const;
  for (const [i, id] of ids.entries()) await writeNewModel(root, id, templates[i % templates.length]!);
  const own = 'models/own.ts';
  await writeFile(path.join(root, own), WITHOUT_TYPES);
  const types = 'models/packages.d.ts';
  await appendFile(path.join(root, types), "declare module 'ml-cart';\ndeclare module 'cart-2';\n");
  const files = ['models/index.ts', ...ids.map((id) => `models/${id}.ts`), own, types];
  // Only the written files and what they import; the rest is checked in this project.
  const project = { extends: './tsconfig.json', include: ['src/**/*.d.ts', ...files], exclude: [] };
  await writeFile(path.join(root, 'written.json'), JSON.stringify(project));
  const bin = (file: string): string => path.join(projectRoot, 'node_modules', file);
  await run(root, bin('typescript/bin/tsc'), '-p', 'written.json');
  await run(root, bin('@biomejs/biome/bin/biome'), 'check', '--vcs-enabled=false', ...files);
  const listed = await run(root, '--import', './bin/typescript.mjs', 'src/cli/main.ts', 'models', '--json');
  expect(JSON.parse(listed).models.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(ids));
}, 600_000);

/** Uses a package without types, an npm alias of another and WebAssembly, and returns what packages return. */
const WITHOUT_TYPES = `import { DecisionTreeClassifier as Other } from 'cart-2';
import { DecisionTreeClassifier } from 'ml-cart';
import { toRows } from '../src/solvers/library-input.ts';
import { toPixels } from '../src/solvers/to-pixels.ts';
import { defineModel } from '../src/types.ts';

export const own = defineModel({
  id: 'own',
  family: 'decision-tree',
  kind: 'traditional',
  engine: 'ml-cart',
  summary: 'a decision tree of ml-cart and WebAssembly',
  needsPixels: true,
  params: {},
  create() {
    const tree = new DecisionTreeClassifier();
    const code = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
    return {
      async fit(train) {
        tree.train(toRows(train), Array.from(train.labels));
        new Other().train(toPixels(train), code.exports['labels']());
        await WebAssembly.instantiate(new Uint8Array());
      },
      predict(images) {
        const labels: number[] = tree.predict(toRows(images));
        const probabilities: number[][] = labels.map(() => [1, 0]);
        return images.count > 1 ? { labels, probabilities } : { labels: Int32Array.from(labels) };
      },
    };
  },
});
`;

/** Runs Node in a folder and returns its standard output. The error of a failure contains all output. */
async function run(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd }).catch((error) => {
    throw new Error(`${args.join(' ')}:\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}
