// A Python virtual environment for references, in the cache, one for each list of pinned packages.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../src/base/cache.ts';
import { UserError } from '../../src/base/errors.ts';

/** What an environment is made with; a test hands in others. */
export interface EnvironmentOptions {
  /** The program that makes it. */
  readonly python?: string;
  /** Where environments lie. */
  readonly folder?: string;
  /** Told what is under way, in words. */
  onStep?(step: string): void;
}

/**
 * Makes sure that there is a virtual environment with the packages of a requirements file, and nothing twice. It is
 * built beside its place and renamed, so that a killed or second process never leaves or meets half of one. Packages
 * come through the user's own pip settings.
 *
 * @param requirements absolute path of a file of pinned packages
 * @returns absolute path of the environment's Python
 * @throws UserError when Python 3 or its venv module is missing, or pip cannot install the packages
 */
export async function ensureEnvironment(requirements: string, options: EnvironmentOptions = {}): Promise<string> {
  const { python = 'python3', folder = cacheFolder('references'), onStep } = options;
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const place = path.join(folder, hash.slice(0, 16));
  const program = path.join(place, 'bin', 'python');
  if (await exists(program)) return program;

  const temporary = `${place}.${randomBytes(6).toString('hex')}.part`;
  await mkdir(folder, { recursive: true });
  try {
    onStep?.('making a Python environment');
    await run(python, ['-m', 'venv', temporary], (words) =>
      /ENOENT/.test(words)
        ? `${python}: not found; references are Python programs: apt-get install python3 python3-venv, or python.org`
        : `${python} -m venv failed (${words}); apt-get install python3-venv adds what is missing on Debian and Ubuntu`,
    );
    onStep?.('installing the references');
    const inside = path.join(temporary, 'bin', 'python');
    await run(
      inside,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
      (words) => `pip could not install ${requirements} (${words}); check the network and the index (pip config list)`,
    );
    await rename(temporary, place).catch(async (error: unknown) => {
      // Another process was faster, which is as good.
      if (!(await exists(program))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
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
 * Asks a Python which of some packages it has.
 *
 * @param python a program
 * @param packages names
 * @returns version by name, of those that it has
 * @throws UserError when it does not run
 */
export async function installedVersions(python: string, packages: readonly string[]): Promise<Record<string, string>> {
  const answer = await run(python, ['-c', VERSIONS_PROGRAM, ...packages], (words) =>
    /ENOENT/.test(words) ? `${python}: not found; --python names a Python 3` : `${python} failed (${words})`,
  );
  return JSON.parse(answer);
}

/** @returns what it printed */
async function run(program: string, args: readonly string[], describe: (words: string) => string): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (cause) {
    const { code, stdout = '', stderr = '' } = cause as { code?: unknown; stdout?: string; stderr?: string };
    const words = `${stdout}\n${stderr}`.trim().split('\n').slice(-2).join(' ').trim();
    throw new UserError(describe(words || String(code)), { cause });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
