// Ends what a child process started: when the child has ended, and when this process dies before it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { killMarked, markLimit, markVariable } from './process-tree.mjs';

/** Watches over one child process and everything that it starts. */
export interface ChildGuard {
  /** For the child's environment. Everything that it starts inherits this mark, and is found by it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Declares that the child has started. If this process dies, even by SIGKILL, everything with its mark is killed.
   *
   * @param pid of the child
   */
  started(pid: number): void;
  /** Kills everything that has the child's mark. */
  kill(): void;
  /** Declares that the child has ended. */
  ended(): void;
}

/** The first 13 digits of the marks of this process's children; 5 more number the children. */
const OWN_MARK = String(1e12 + randomInt(2 ** 42));

let children = 0;
/** The process that outlives this one; null before the first child. */
let watch: ChildProcess | null = null;

/** Creates the guard of a child that is about to start. */
export function guardChild(): ChildGuard {
  const mark = `${OWN_MARK}${String(++children % 1e5).padStart(5, '0')}`;
  let leader: number | null = null;
  let isRunning = false;
  return {
    environment: markVariable(mark),
    started(pid) {
      leader = pid;
      isRunning = true;
      markLimit(mark, pid);
      tellWatch(`+${pid}`);
    },
    kill() {
      // Windows may already have given the id of an ended process to another one.
      const isKnown = leader !== null && (isRunning || process.platform !== 'win32');
      killMarked(mark, isKnown ? [leader!] : []);
    },
    ended() {
      isRunning = false;
      if (leader !== null) tellWatch(`-${leader}`);
    },
  };
}

/** Tells the watch about a child. The watch is started for the first one: one idle process, which ends with this one. */
function tellWatch(line: string): void {
  watch ??= startWatch();
  watch.stdin?.write(`${line}\n`);
}

function startWatch(): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const program = fileURLToPath(new URL('./orphan-watch.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, OWN_MARK], {
    env,
    // A signal to the group of this process does not reach it.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const forget = (): void => {
    if (watch === child) watch = null;
  };
  child.on('error', forget).on('exit', forget);
  child.stdin.on('error', forget);
  // This process may end while the watch runs.
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
