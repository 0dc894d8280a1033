// Names a process in the names of files, so that others can tell whether it still runs, without any clock.
import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { readStatus } from './process-tree.mjs';

/** Whether the process of a mark runs; unknown without a mark, and for processes of other machines and containers. */
export type Owner = 'running' | 'ended' | 'unknown';

const MARK = /\b([0-9a-f]{8})-(\d+)-(\d+)\b/;

/**
 * Names this process: machine, process id and start, which together no other process has.
 *
 * @returns letters, digits and hyphens: `9f86d081-4711-183204`
 */
export function processMark(): string {
  return `${machineMark()}-${process.pid}-${readStatus(process.pid)?.start ?? 0}`;
}

/**
 * Tells whether the process that is named in a text still runs.
 *
 * @param text the name of a file, which contains a mark
 */
export function ownerOf(text: string): Owner {
  const [, machine, pid, start] = MARK.exec(text) ?? [];
  if (machine !== machineMark()) return 'unknown';
  const status = readStatus(Number(pid));
  if (status) return status.start === start && status.state !== 'Z' ? 'running' : 'ended';
  return isKnown(Number(pid)) ? 'running' : 'ended';
}

/** Eight hexadecimal digits of the machine, or of the container: process ids mean something only within it. */
function machineMark(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has namespaces.
  }
  return createHash('sha256').update(`${os.hostname()} ${namespace}`).digest('hex').slice(0, 8);
}

/** Whether the system has such a process. Linux may hide those of other users in `/proc`; other systems have none. */
function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
