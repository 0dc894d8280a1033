// Downloads wheels with the user's pip, and therefore with the user's mirrors, proxies and certificates.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ChildEnd, type Command, describeEnd, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';
import { partName } from './engine-plan.ts';
import { sha256OfFile } from './unpack-wheel.ts';
import type { Wheel } from './wheels.ts';

/** The commands that may run pip, the most reliable first. */
const CANDIDATES: readonly Command[] = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
const POLL_MILLISECONDS = 250;
/** Number of characters of pip's error output that are kept. */
const ERROR_LENGTH = 4000;

/**
 * Downloads one wheel and checks its SHA-256.
 *
 * @param wheel the wheel to download
 * @param folder an empty folder; pip's temporary files are also there, so that a killed run leaves nothing elsewhere
 * @param onBytes called a few times per second with the number of bytes so far
 * @returns path of the file
 * @throws UserError if there is no pip, pip cannot download the wheel, or its checksum is wrong
 */
export async function downloadWheel(wheel: Wheel, folder: string, onBytes: (done: number) => void): Promise<string> {
  const pip = await findPip();
  const poll = setInterval(() => void largestFile(folder).then(onBytes), POLL_MILLISECONDS);
  try {
    await runPip([...pip, ...pipArguments(wheel, folder)], folder, wheel);
  } finally {
    clearInterval(poll);
  }
  const file = path.join(folder, wheel.file);
  const found = await sha256OfFile(file).catch(() => null);
  if (found !== wheel.sha256) {
    const arrived = (await readdir(folder)).filter((name) => name.endsWith('.whl')).join(', ') || 'nothing';
    await rm(file, { force: true });
    throw new UserError(
      found === null
        ? `pip downloaded ${arrived} instead of ${wheel.file}; check its index and find-links (pip config list)`
        : `${wheel.file}: SHA-256 is ${found}, expected ${wheel.sha256}; the mirror or the connection changed the ` +
            'file: run the command again, or use another index (pip config list)',
    );
  }
  return file;
}

/**
 * Returns pip's arguments for downloading one wheel. The user's pip configuration (mirrors, find-links, certificates)
 * applies.
 *
 * @param wheel the wheel to download
 * @param folder destination
 */
export function pipArguments(wheel: Wheel, folder: string): string[] {
  const platforms = partName(wheel).split('-').at(-1)!.split('.');
  return [
    'download',
    `${wheel.name}==${wheel.version}`,
    '--no-deps',
    '--only-binary=:all:',
    '--implementation=cp',
    '--python-version=3.11',
    '--abi=cp311',
    ...platforms.map((platform) => `--platform=${platform}`),
    `--dest=${folder}`,
    '--retries=1',
    // The wheel is used once; a copy in pip's cache would only take disk space.
    '--no-cache-dir',
    '--no-input',
    '--progress-bar=off',
    '--disable-pip-version-check',
  ];
}

async function findPip(): Promise<Command> {
  for (const candidate of CANDIDATES) {
    if ((await runChild([...candidate, '--version'])).code === 0) return candidate;
  }
  throw new UserError(
    `pip is not installed (tried ${CANDIDATES.map((command) => command.join(' ')).join(', ')}); it downloads ` +
      "TensorFlow's library: apt-get install python3-pip, dnf install python3-pip, or python.org",
  );
}

async function runPip(command: Command, folder: string, wheel: Wheel): Promise<void> {
  const env = { ...process.env, TMPDIR: folder, PYTHONWARNINGS: 'ignore' };
  const end = await runChild(command, { env, stdout: 'ignore', outputLimit: ERROR_LENGTH });
  if (end.code !== 0) throw pipFailed(wheel, end);
}

function pipFailed(wheel: Wheel, end: ChildEnd): UserError {
  // The first warning reports a broken connection, the last error its consequence.
  const lines = end.stderr.split('\n').filter((line) => /^(?:error|warning)/i.test(line));
  const errors = [...new Set([lines[0], lines.at(-1)])].join(' ').trim();
  const reason = end.signal ?? (errors || end.stderr.trim() || describeEnd(end));
  return new UserError(
    `pip cannot download ${wheel.name}==${wheel.version} (${reason}); check the network and the index (pip config list), ` +
      `or put ${wheel.file} into a folder and set PIP_FIND_LINKS to it`,
  );
}

/** Returns the size of the largest file in a folder: pip writes a download to one temporary file. */
async function largestFile(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.map((entry) =>
    stat(path.join(entry.parentPath ?? entry.path, entry.name)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return Math.max(0, ...(await Promise.all(sizes)));
}
