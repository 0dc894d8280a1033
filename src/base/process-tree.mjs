// Kills processes with all that they started. JavaScript, so that `orphan-watch.mjs` runs without a compiler.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** Searches at most; each one finds what was started during the one before. */
const MAX_SEARCHES = 100;

/**
 * One process of Linux.
 *
 * @typedef {object} ProcessStatus
 * @property {number} pid
 * @property {string} state one letter: `R` running, `Z` ended but not yet reaped, ...
 * @property {number} parent process id of its parent
 * @property {number} group its process group
 * @property {number} session its session
 * @property {string} start its start, in clock ticks since the system's start
 */

/**
 * Reads the status of a process from `/proc`.
 *
 * @param {number} pid
 * @returns {ProcessStatus | null} null if there is no such process, and on systems without `/proc`
 */
export function readStatus(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, group, session] = fields;
    return {
      pid,
      state,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      start: fields[19] ?? '',
    };
  } catch {
    return null;
  }
}

/** Start of the name of the environment variable that marks a child. */
const VARIABLE = 'FITTING_ROOM_CHILD_';

/**
 * Makes the variable that marks a child and what it starts, unless they clear their environment.
 *
 * @param {string} mark digits
 * @returns {Record<string, string>}
 */
export function markVariable(mark) {
  return { [`${VARIABLE}${mark}`]: '1' };
}

/**
 * Marks a process of Linux and what it starts from now on, even with a cleared environment: its limit of file locks, which
 * Linux has ignored since version 2.4.25, becomes the mark. Does nothing where the program `prlimit` is missing.
 *
 * @param {string} mark 18 digits
 * @param {number} pid
 */
export function markLimit(mark, pid) {
  if (process.platform !== 'linux') return;
  const program = spawn('prlimit', ['--pid', String(pid), `--locks=${mark}:`], { stdio: 'ignore' });
  program.on('error', () => {}).unref();
}

/**
 * Kills every process that has a mark, and every descendant of such a process. Marks are inherited, so a process that has
 * left its group and its session, and whose parent has ended, is found, too. Other systems than Linux have no `/proc`: the
 * groups of the given processes are killed.
 *
 * @param {string} mark digits, or the first of them for all marks that begin with them
 * @param {readonly number[]} pids processes that lead a group; they may have ended
 */
export function killMarked(mark, pids) {
  if (process.platform === 'linux') killFound(mark, pids);
  else for (const pid of pids) killGroup(pid);
}

/**
 * @param {string} mark
 * @param {readonly number[]} leaders
 */
function killFound(mark, leaders) {
  const killed = new Set();
  for (let search = 0; search < MAX_SEARCHES; search++) {
    const found = findMarked(mark, leaders).filter(({ pid, start }) => !killed.has(`${pid} ${start}`));
    if (found.length === 0) return;
    for (const { pid, start } of found) {
      killed.add(`${pid} ${start}`);
      kill(pid);
    }
  }
}

/**
 * @param {string} mark
 * @param {readonly number[]} leaders
 * @returns {ProcessStatus[]}
 */
function findMarked(mark, leaders) {
  const running = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStatus(Number(name)))
    .filter((status) => status !== null && status.state !== 'Z' && status.state !== 'X' && status.pid !== process.pid);
  const isLed = ({ group, session }) => leaders.includes(group) || leaders.includes(session);
  const found = new Map(
    running.filter((status) => isLed(status) || isMarked(status.pid, mark)).map((status) => [status.pid, status]),
  );
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const status of running) if (found.has(status.parent)) found.set(status.pid, status);
  }
  return [...found.values()];
}

/**
 * @param {number} pid
 * @param {string} mark
 */
function isMarked(pid, mark) {
  try {
    const read = (/** @type {string} */ file) => readFileSync(`/proc/${pid}/${file}`, 'latin1');
    // The variables are separated by zero bytes.
    if (`\0${read('environ')}`.includes(`\0${VARIABLE}${mark}`)) return true;
    return new RegExp(`^Max file locks +${mark}`, 'm').test(read('limits'));
  } catch {
    // It has ended, or belongs to another user.
    return false;
  }
}

/** @param {number} pid */
function killGroup(pid) {
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
  else kill(-pid);
}

/** @param {number} pid of a process, or minus the id of a group */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}
