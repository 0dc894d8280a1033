// The files of a new model: valid as they are written, all or none.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { projectRoot } from '../../src/base/root.ts';
import { writeNewModel } from '../../src/new-model/files.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A folder with a list of one model and nothing else. */
async function smallProject(list?: string): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(path.join(root, 'models'));
  const text = "import { knn } from './knn.ts';\n\nexport const models: readonly ModelAdapter[] = [\n  knn,\n];\n";
  await writeFile(path.join(root, 'models/index.ts'), list ?? text);
  return root;
}

/** All files and their texts. */
async function contentOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, i) => [path.relative(root, file).replaceAll('\\', '/'), texts[i]!]));
}

it('writes the three files, the name in place of the template’s', async () => {
  const root = await smallProject();
  await writeNewModel(root, 'k-means', 'plain');
  const files = await contentOf(root);
  expect(Object.keys(files).sort()).toEqual(['models/index.ts', 'models/k-means.ts', 'test/models/k-means.test.ts']);
  expect(files['models/k-means.ts']).toContain("export const kMeans = defineModel({\n  id: 'k-means',");
  expect(files['models/k-means.ts']).toContain("from '../src/types.ts'");
  expect(files['test/models/k-means.test.ts']).toContain("import { kMeans } from '../../models/k-means.ts';");
  for (const text of Object.values(files)) expect(text).not.toMatch(/my-?model/i);
});

it.each([
  ['the test', 'test/models/mine.test.ts'],
  ['the model', 'models/mine.ts'],
])('writes nothing when %s is there already', async (_, name) => {
  const root = await smallProject();
  await mkdir(path.join(root, 'test/models'), { recursive: true });
  await writeFile(path.join(root, name), 'mine');
  const before = await contentOf(root);
  const write = writeNewModel(root, 'mine', 'plain');
  await expect(write).rejects.toThrow(`name taken: there is a file ${name}`);
  await expect(write).rejects.toThrow(UserError);
  expect(await contentOf(root)).toEqual(before);
});

it('writes nothing when the list has a form that it does not know', async () => {
  const root = await smallProject('export const models = [];\n');
  const before = await contentOf(root);
  await expect(writeNewModel(root, 'mine', 'network')).rejects.toThrow('nothing was changed');
  expect(await contentOf(root)).toEqual(before);
});

it('writes files that the compiler, the formatter and their own tests accept', async () => {
  const root = await temporaryFolder();
  for (const name of ['src', 'models', 'test/models', 'test/fixtures', 'test/engine', 'test/provision.ts']) {
    await cp(path.join(projectRoot, name), path.join(root, name), { recursive: true });
  }
  for (const name of ['package.json', 'biome.json', 'tsconfig.json', 'vitest.config.ts']) {
    await cp(path.join(projectRoot, name), path.join(root, name));
  }
  await symlink(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'), 'junction');
  const made = [
    await writeNewModel(root, 'a', 'plain'),
    await writeNewModel(root, 'cnn-10', 'network'),
    await writeNewModel(root, 'z'.repeat(40), 'plain'),
    await writeNewModel(root, `y${'-y'.repeat(19)}`, 'network'),
  ];
  const files = ['models/index.ts', ...made.flatMap(({ model, test }) => [model, test])];
  const tests = made.slice(0, 2).map(({ test }) => test);
  // Only what was made and what it imports: the rest is checked where it lies.
  const project = { extends: './tsconfig.json', include: ['src/**/*.d.ts', ...files], exclude: [] };
  await writeFile(path.join(root, 'made.json'), JSON.stringify(project));
  await run(root, 'typescript/bin/tsc', '-p', 'made.json');
  await run(root, '@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...files);
  await run(root, 'vitest/vitest.mjs', 'run', ...tests);
}, 600_000);

/** Runs a tool of node_modules; what it prints is the error's message. */
async function run(root: string, tool: string, ...words: string[]): Promise<void> {
  const file = path.join(projectRoot, 'node_modules', tool);
  await promisify(execFile)(process.execPath, [file, ...words], { cwd: root }).catch(({ stdout, stderr }) => {
    throw new Error(`${tool}:\n${stdout}\n${stderr}`);
  });
}
