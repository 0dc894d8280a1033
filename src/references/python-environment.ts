// Python virtual environments for the reference implementations: one per requirements file, in the cache folder.
import { createHash, randomBytes } from 'node:crypto';
import { access, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { trimCache } from '../base/cache-policy.ts';
import { describeEnd, runChild } from '../base/child-process.ts';
import { cacheFault } from '../base/disk-errors.ts';
import { UserError } from '../base/errors.ts';
import { useInCache } from '../base/in-use.ts';
import { markLastUsed } from '../base/last-used.ts';
import { makeFolder } from '../base/make-folder.ts';
import { processMark } from '../base/process-mark.ts';

/** How an environment is made; tests use other values. */
export interface EnvironmentOptions {
  /** The Python that makes it; `python3` by default. */
  readonly python?: string;
  /** Folder of all environments; in the cache folder by default. */
  readonly folder?: string;
  /** Receives a text for each step. */
  onStep?(step: string): void;
}

/**
 * Finds or makes the virtual environment with the packages of a requirements file. It is built in a temporary folder and
 * then renamed, so that a process that is killed, or runs at the same time, never leaves or finds a partial environment.
 * pip uses the user's settings.
 *
 * @param requirements absolute path of a file of pinned packages
 * @returns absolute path of the environment's Python
 * @throws UserError when Python 3 or its venv module is missing, pip cannot install the packages, or the cache is not
 *   writable
 */
export async function ensureEnvironment(requirements: string, options: EnvironmentOptions = {}): Promise<string> {
  const { python = 'python3', folder = cacheFolder('references'), onStep } = options;
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const place = path.join(folder, hash.slice(0, 16));
  const program = path.join(place, 'bin', 'python');
  await useInCache(place);
  if (await exists(program)) {
    await markLastUsed(place);
    return program;
  }

  const temporary = `${place}.${processMark()}-${randomBytes(6).toString('hex')}.part`;
  await makeFolder(folder).catch((error: unknown) => {
    throw cacheFault(folder, error) ?? error;
  });
  try {
    onStep?.('creating a Python environment');
    await run(python, ['-m', 'venv', temporary], (output) =>
      /ENOENT/.test(output)
        ? `${python}: not found; reference implementations need Python 3: apt-get install python3 python3-venv, or see python.org`
        : `${python} -m venv failed (${output}); on Debian and Ubuntu: apt-get install python3-venv`,
    );
    onStep?.(`installing the packages of ${path.basename(requirements)}`);
    const inside = path.join(temporary, 'bin', 'python');
    await run(
      inside,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
      (output) =>
        `pip could not install ${requirements} (${output}); check the network and the package index (pip config list)`,
    );
    await rename(temporary, place).catch(async (error: unknown) => {
      // Another process has made the same environment in the meantime.
      if (!(await exists(program))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await markLastUsed(place);
  await trimCache('references', { folder });
  return program;
}

const VERSIONS_PROGRAM = `
import json, sys
from importlib import metadata
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
`;

/**
 * Reads which of some packages a Python has installed.
 *
 * @param python a program
 * @param packages names
 * @returns version by name of the packages that are installed
 * @throws UserError when the program does not run
 */
export async function installedVersions(python: string, packages: readonly string[]): Promise<Record<string, string>> {
  const answer = await run(python, ['-c', VERSIONS_PROGRAM, ...packages], (output) =>
    /ENOENT/.test(output)
      ? `${python}: not found; --python takes the path of a Python 3`
      : `${python} failed (${output})`,
  );
  return JSON.parse(answer);
}

/** Runs a program and returns its standard output; `describe` turns the end of its output into an error message. */
async function run(program: string, args: readonly string[], describe: (output: string) => string): Promise<string> {
  const end = await runChild([program, ...args]);
  if (end.code === 0) return end.stdout;
  const output = `${end.stdout}\n${end.stderr}`.trim().split('\n').slice(-2).join(' ').trim();
  throw new UserError(describe(output || describeEnd(end)));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
