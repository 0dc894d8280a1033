// The real library in a copy of the real package in the state after an installation.
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { probeEngine } from '../../../src/engine/provision/probe-engine.ts';
import { ensureEngine } from '../../../src/engine/provision/provision-engine.ts';

const original = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
const modules = path.resolve(original, '..', '..');
/** Node programs to test: this one, and those in FITTING_ROOM_NODES, separated as in PATH. */
const nodes = [process.execPath, ...(process.env['FITTING_ROOM_NODES']?.split(path.delimiter) ?? [])];
let folder: string;
let packageDir: string;

beforeAll(async () => {
  await ensureEngine({ device: 'auto' });
  folder = await mkdtemp(path.join(os.tmpdir(), 'package-'));
  const scope = path.join(folder, 'node_modules', '@tensorflow');
  packageDir = path.join(scope, 'tfjs-node-gpu');
  await mkdir(scope, { recursive: true });
  // All other packages are linked next to the package, as npm installs them.
  for (const [from, to] of [
    [modules, path.join(folder, 'node_modules')],
    [path.join(modules, '@tensorflow'), scope],
  ] as const) {
    for (const name of await readdir(from)) {
      if (name !== '@tensorflow' && name !== 'tfjs-node-gpu') await symlink(path.join(from, name), path.join(to, name));
    }
  }
  await cp(original, packageDir, {
    recursive: true,
    filter: (file) => !['deps', 'lib'].some((name) => file === path.join(original, name)),
  });
});
afterAll(() => rm(folder, { recursive: true }));

it('makes a newly installed package work from the cache', async () => {
  await expect(probeEngine({ packageDir })).rejects.toThrow(
    /^TensorFlow's library does not load: Error: .*tfjs_binding/,
  );
  const steps = new Set<string>();
  const status = await ensureEngine({ device: 'auto', packageDir, onProgress: ({ step }) => void steps.add(step) });
  expect(status.kind).toBe('native');
  expect([...steps]).toEqual(['linking', 'trying the engine']);
});

it.each(nodes)('computes a matrix product under %s', async (node) => {
  const probe = await probeEngine({ packageDir, node });
  expect(probe.version).toBe('2.21.0');
});
