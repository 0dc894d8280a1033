import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { ensureEnvironment } from '../../src/references/python-environment.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

it('says what to install when Python is missing', async () => {
  const folder = await temporaryFolder();
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, '');
  const made = ensureEnvironment(requirements, { python: 'no-such-python', folder: path.join(folder, 'references') });
  await expect(made).rejects.toThrow(UserError);
  await expect(made).rejects.toThrow('no-such-python: not found');
});

it('says what to install when Python has no venv, and leaves no partial environment', async () => {
  const folder = await temporaryFolder();
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, '');
  const references = path.join(folder, 'references');
  // Node refuses `-m venv` as a Python without that module would.
  const made = ensureEnvironment(requirements, { python: process.execPath, folder: references });
  await expect(made).rejects.toThrow('apt-get install python3-venv');
  expect(await readdir(references)).toEqual([]);
});

/** Makes a shell script that stands in for Python: its environments contain itself, and its pip runs the given line. */
async function fakePython(folder: string, pip: string): Promise<string> {
  const program = path.join(folder, 'python');
  const venv = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"';
  await writeFile(program, `#!/bin/sh\nif [ "$2" = venv ]; then ${venv}; else ${pip}; fi\n`, { mode: 0o755 });
  return program;
}

it('makes an environment once and finds it again', async () => {
  const folder = await temporaryFolder();
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, 'numpy==2.0\n');
  const references = path.join(folder, 'references');
  // Fails unless it has to install exactly these requirements.
  const python = await fakePython(folder, `[ "$3 \${7}" = "install ${requirements}" ]`);
  const first = await ensureEnvironment(requirements, { python, folder: references });
  const steps: string[] = [];
  const again = await ensureEnvironment(requirements, {
    python,
    folder: references,
    onStep: (step) => steps.push(step),
  });
  expect(again).toBe(first);
  expect(steps).toEqual([]);
  expect(await readdir(references)).toHaveLength(1);
});

it("passes on pip's message when it cannot install, and leaves no partial environment", async () => {
  const folder = await temporaryFolder();
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, 'numpy==0\n');
  const references = path.join(folder, 'references');
  const python = await fakePython(folder, 'echo "no matching distribution" >&2; exit 1');
  await expect(ensureEnvironment(requirements, { python, folder: references })).rejects.toThrow(
    /could not install .*\(no matching distribution\); check the network/,
  );
  expect(await readdir(references)).toEqual([]);
});
