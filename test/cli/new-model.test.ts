import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newModelCommand } from '../../src/cli/new-model.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

async function run(root: string, ...args: string[]): Promise<{ out: string; code: number | null }> {
  const said = { out: '', code: null as number | null };
  const io = {
    out: (text: string) => {
      said.out += `${text}\n`;
    },
    err: () => {},
    exit: (code: 0 | 1 | 2) => {
      said.code = code;
    },
    isTerminal: false,
    columns: 80,
    colour: false,
  };
  const command = newModelCommand(io, root)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await command.parseAsync(['node', 'new-model', ...args]);
  return said;
}

async function project(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(path.join(root, 'models'));
  const list = "export const modelFiles = [\n  './knn.ts',\n];\n";
  await writeFile(path.join(root, 'models/index.ts'), list);
  return root;
}

it('prints what it wrote and what to do next', async () => {
  const root = await project();
  const { out, code } = await run(root, 'my-model');
  for (const file of ['models/my-model.ts', 'models/index.ts']) {
    expect(out).toContain(file);
    expect(await readFile(path.join(root, file), 'utf8')).toContain('my-model');
  }
  expect(out).toContain('npm run doctor -- my-model\n');
  expect(out).toContain('npm run bench -- --models my-model --quick --watch');
  expect(out).toContain('models/packages.d.ts');
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});

it('starts a short classifier of about 30 lines, and a longer one with --full', async () => {
  const root = await project();
  await run(root, 'short');
  const short = await readFile(path.join(root, 'models/short.ts'), 'utf8');
  expect(short.split('\n').length).toBeLessThanOrEqual(35);
  await run(root, 'long', '--full');
  const long = await readFile(path.join(root, 'models/long.ts'), 'utf8');
  for (const method of ['progress(', 'signal.', 'save(', 'load(']) {
    expect(long).toContain(method);
    expect(short).not.toContain(method);
  }
});

it('starts a network with --template network', async () => {
  const root = await project();
  await run(root, 'my-net', '--template', 'network');
  expect(await readFile(path.join(root, 'models/my-net.ts'), 'utf8')).toContain('export const myNet = defineNetwork({');
});

it.each([
  [['knn'], 'name taken'],
  [['Knn'], 'invalid name: "Knn"'],
  [[], 'missing required argument'],
  [['a', '--template', 'tree'], 'Allowed choices are plain, network'],
  [['a', '--template', 'network', '--full'], "option '--full' cannot be used with option '--template <template>'"],
])('refuses %j', async (args, message) => {
  await expect(run(await project(), ...args)).rejects.toThrow(message);
});
