// Reads power, energy and memory of NVIDIA cards by `nvidia-smi` while they compute.
import { runChild } from '../../base/child-process.ts';

/** Power of all cards together at one moment. */
export interface PowerSample {
  /** Seconds on a monotonic clock. */
  readonly seconds: number;
  readonly watts: number;
}

/** What `nvidia-smi` reports about a process that computes. */
export interface CardUse {
  /** Whether the process is in the list of computing processes. In a container the list is often empty. */
  readonly isListed: boolean;
  /** Memory of the process; null if it is not reported. */
  readonly processBytes: number | null;
  /** Increase of the used memory of all cards; null if it is not reported. */
  readonly takenBytes: number | null;
}

const MEBIBYTE = 2 ** 20;
const TIMEOUT_SECONDS = 5;
const PROCESSES = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
/** A process that computes on a card uses at least some hundred megabytes. */
const LEAST_TAKEN_BYTES = 64 * MEBIBYTE;

/**
 * Returns the current power of all cards in watts.
 *
 * @returns null if there is no card, or it does not report its power
 */
export async function readPower(): Promise<number | null> {
  return parsePower(await ask('--query-gpu=power.draw', '--format=csv,noheader,nounits'));
}

/**
 * Returns the used memory of all cards in bytes.
 *
 * @returns null if there is no card, or it does not report its memory
 */
export async function readTakenMemory(): Promise<number | null> {
  return parseTakenMemory(await ask('--query-gpu=memory.used', '--format=csv,noheader,nounits'));
}

/**
 * Returns what `nvidia-smi` reports about a process.
 *
 * @param pid id of the process
 * @param takenBefore result of `readTakenMemory` before the process computed
 * @returns null if there is no card, or `nvidia-smi` does not answer
 */
export async function readCardUse(pid: number, takenBefore: number | null): Promise<CardUse | null> {
  const [processes, taken] = await Promise.all([ask(...PROCESSES), readTakenMemory()]);
  if (processes === '' && taken === null) return null;
  return {
    isListed: linesOf(processes).some((line) => line.split(',')[0]!.trim() === String(pid)),
    processBytes: parseProcessMemory(processes, pid),
    takenBytes: taken === null || takenBefore === null ? null : taken - takenBefore,
  };
}

/** Returns whether a process uses a card: it is listed, or the used memory has increased enough. */
export function showsOnCard({ isListed, takenBytes }: CardUse): boolean {
  return isListed || (takenBytes ?? 0) >= LEAST_TAKEN_BYTES;
}

/**
 * Returns the memory that a process uses on all cards in bytes.
 *
 * @param pid id of the process
 * @returns null if there is no card, or the memory is not reported
 */
export async function readProcessMemory(pid: number): Promise<number | null> {
  return parseProcessMemory(await ask(...PROCESSES), pid);
}

/**
 * Parses the output of `nvidia-smi --query-gpu=power.draw --format=csv,noheader,nounits`.
 *
 * @param text one line per card, in watts
 * @returns the sum; null if there is no line, or one has no number (`[N/A]`, `[Not Supported]`, `[Unknown Error]`)
 */
export function parsePower(text: string): number | null {
  return sumOf(text, 'W');
}

/**
 * Parses the output of `nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits`.
 *
 * @param text one line per card, in MiB
 * @returns bytes of all cards; null if there is no line, or one has no number
 */
export function parseTakenMemory(text: string): number | null {
  const mebibytes = sumOf(text, 'MiB');
  return mebibytes === null ? null : mebibytes * MEBIBYTE;
}

/**
 * Parses the output of `nvidia-smi --query-compute-apps=pid,used_memory --format=csv,noheader,nounits`.
 *
 * @param text one line per process and card, in MiB; empty while no process computes
 * @param pid id of the process
 * @returns bytes on all cards; null if the process is not listed, or its memory is not reported (`[N/A]`)
 */
export function parseProcessMemory(text: string, pid: number): number | null {
  const sizes = linesOf(text).flatMap((line) => {
    const match = /^(\d+)\s*,\s*(\d+)( MiB)?$/.exec(line);
    return match && Number(match[1]) === pid ? [Number(match[2]) * MEBIBYTE] : [];
  });
  return sizes.length > 0 ? sizes.reduce((total, bytes) => total + bytes, 0) : null;
}

/**
 * Computes energy from power samples by the trapezoidal rule.
 *
 * @param samples in order of time
 * @returns joules between the first and the last sample; null for fewer than two
 */
export function energyOf(samples: readonly PowerSample[]): number | null {
  if (samples.length < 2) return null;
  let joules = 0;
  for (let i = 1; i < samples.length; i++) {
    const [before, after] = [samples[i - 1]!, samples[i]!];
    joules += ((before.watts + after.watts) / 2) * (after.seconds - before.seconds);
  }
  return joules;
}

/** Sums one number per line; null if there is no line, or one has no number. */
function sumOf(text: string, unit: string): number | null {
  const numbers = linesOf(text).map((line) => Number(line.replace(new RegExp(` ${unit}$`), '')));
  const sum = numbers.reduce((total, value) => total + value, 0);
  return numbers.length > 0 && Number.isFinite(sum) ? sum : null;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Returns the output of `nvidia-smi`; empty if it is missing, fails or hangs. */
async function ask(...query: string[]): Promise<string> {
  const end = await runChild(['nvidia-smi', ...query], { timeoutSeconds: TIMEOUT_SECONDS, isBrief: true });
  return end.code === 0 ? end.stdout : '';
}
