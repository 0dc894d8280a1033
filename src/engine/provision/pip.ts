// Fetching wheels with the user's own pip, and so through the user's own mirrors, proxies and certificates.
import { execFile, spawn } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../base/errors.ts';
import { pipArguments, type Wheel } from './engine-plan.ts';
import { sha256OfFile } from './unpack.ts';

/** Every way that pip may be called by, the surest first. */
const CANDIDATES: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];
const POLL_MILLISECONDS = 250;
const LAST_WORDS = 4000;

/**
 * Fetches one wheel and checks its SHA-256.
 *
 * @param wheel what to fetch
 * @param folder an empty folder, also used for pip's temporary files, so that a kill leaves nothing elsewhere
 * @param onBytes told the bytes fetched so far, a few times a second
 * @returns the file
 * @throws UserError when there is no pip, when pip cannot get the wheel, or when it is not the wheel that was asked for
 */
export async function downloadWheel(wheel: Wheel, folder: string, onBytes: (done: number) => void): Promise<string> {
  const [program, ...before] = await findPip();
  const poll = setInterval(() => void largestFile(folder).then(onBytes), POLL_MILLISECONDS);
  try {
    await runPip(program, [...before, ...pipArguments(wheel, folder)], folder, wheel);
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
        ? `pip fetched ${arrived} instead of ${wheel.file}; look at its index and find-links (pip config list)`
        : `${wheel.file}: SHA-256 is ${found}, expected ${wheel.sha256}; the mirror or the connection changed the ` +
            'file: run the command again, or choose another index (pip config list)',
    );
  }
  return file;
}

async function findPip(): Promise<readonly [string, ...string[]]> {
  for (const candidate of CANDIDATES) {
    const [program, ...before] = candidate;
    const works = await promisify(execFile)(program, [...before, '--version']).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  throw new UserError(
    `pip: none found (tried ${CANDIDATES.map((words) => words.join(' ')).join(', ')}); it fetches TensorFlow's library: ` +
      'apt-get install python3-pip, dnf install python3-pip, or python.org',
  );
}

function runPip(program: string, args: string[], folder: string, wheel: Wheel): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: folder, PYTHONWARNINGS: 'ignore' },
    });
    // A pip that outlives this process would go on fetching for nobody.
    const kill = (): void => void child.kill();
    process.once('exit', kill);
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-LAST_WORDS);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', kill);
      if (code === 0) resolve();
      else reject(pipFailed(wheel, words, signal));
    });
  });
}

function pipFailed(wheel: Wheel, words: string, signal: string | null): UserError {
  // The first warning tells a broken connection, the last error what came of it.
  const lines = words.split('\n').filter((line) => /^(?:error|warning)/i.test(line));
  const said = [...new Set([lines[0], lines.at(-1)])].join(' ').trim();
  return new UserError(
    `pip could not fetch ${wheel.name}==${wheel.version} (${signal ?? (said || words.trim() || 'no reason given')}); check the ` +
      `network and the index (pip config list), or put ${wheel.file} into a folder and name it in PIP_FIND_LINKS`,
  );
}

/** Bytes of the file that grows: pip writes a download to one temporary file. */
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
