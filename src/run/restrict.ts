// Hides data from a child process by Linux namespaces: it sees no data sets, splits, fitted models and records, has no
// network, and can write only to a folder that is gone when it ends. What it starts is restricted too. Node's permission
// model would not do: worker threads escape it, and Node 20 compiles no TypeScript under it.
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { type Command, runChild } from '../base/child-process.ts';
import { projectRoot } from '../base/root.ts';

/** Set to 0, it turns the restriction off. */
export const RESTRICT_VARIABLE = 'FITTING_ROOM_RESTRICT';

/** Folders of the cache that hold data, or what was learned from them. */
const HIDDEN_IN_CACHE = ['datasets', 'splits', 'fitted', 'checkpoints', 'worktrees'];
/** Other such folders; records hold predictions of the test images. */
const HIDDEN = ['/usr/share/datasets', path.join(projectRoot, 'results'), path.join(projectRoot, 'report')];

/**
 * Arguments: a folder for temporary files, the number of folders to hide, those folders, then the command. Everything is
 * mounted read-only, except for temporary files. The kernel writes spaces and other characters of paths as octal escapes. The second `unshare` gives up the right to change that.
 */
const SCRIPT = `set -e
tmp=$1
hidden=$2
shift 2
mount --make-rprivate /
while [ "$hidden" -gt 0 ]; do
  mount -t tmpfs -o size=64k tmpfs "$1"
  shift
  hidden=$((hidden - 1))
done
mount -t tmpfs tmpfs "$tmp"
mount -t tmpfs tmpfs /dev/shm
while read -r _ _ _ _ at _; do
  at=$(printf '%b.' "$at")
  at=\${at%.}
  case "$at" in
    "$tmp" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
    *) mount -o remount,bind,ro "$at" ;;
  esac
done < /proc/self/mountinfo
TMPDIR=$tmp exec unshare --user --map-root-user -- "$@"`;

let isPossible: Promise<boolean> | undefined;

/** A command that runs restricted. */
export interface Restricted {
  readonly command: Command;
  /** Removes what was made for it; call it when the process has ended. */
  release(): Promise<void>;
}

/**
 * Wraps a command so that its process is restricted. The process keeps its id, its pipes and its process group.
 *
 * @param command what to run
 * @param folders further folders to hide; missing ones and those that contain the code are left out
 * @returns null where the system does not allow it
 */
export async function restrict(command: Command, folders: readonly string[] = []): Promise<Restricted | null> {
  if (process.env[RESTRICT_VARIABLE] === '0') return null;
  isPossible ??= canRestrict();
  return (await isPossible) ? wrap(command, folders) : null;
}

async function wrap(command: Command, folders: readonly string[]): Promise<Restricted> {
  const inCache = HIDDEN_IN_CACHE.map((name) => cacheFolder(name));
  // A folder that appears later would not be hidden.
  for (const folder of inCache) await mkdir(folder, { recursive: true }).catch(() => undefined);
  const hidden: string[] = [];
  for (const folder of [...inCache, ...HIDDEN, ...folders]) {
    // A folder inside a hidden one is hidden already, and nothing can be mounted there any more.
    const isHidden = hidden.some((other) => !path.relative(other, folder).startsWith('..'));
    if (!isHidden && (await canBeHidden(folder))) hidden.push(folder);
  }
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-fit-'));
  const namespaces = ['unshare', '--user', '--map-root-user', '--mount', '--net', '--'] as const;
  return {
    command: [...namespaces, 'sh', '-c', SCRIPT, 'sh', temporary, String(hidden.length), ...hidden, ...command],
    release: () => rm(temporary, { recursive: true, force: true }),
  };
}

async function canBeHidden(folder: string): Promise<boolean> {
  const needed = [projectRoot, cacheFolder('engine'), process.execPath, os.tmpdir()];
  if (needed.some((place) => !path.relative(folder, place).startsWith('..'))) return false;
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function canRestrict(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const trial = await wrap(['true'], []).catch(() => null);
  if (!trial) return false;
  try {
    return (await runChild(trial.command, { timeoutSeconds: 10 })).code === 0;
  } finally {
    await trial.release();
  }
}
