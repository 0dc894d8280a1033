// What NVIDIA's own tool says of a card while it works: power drawn, energy used, memory held by a process.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The power that all cards drew together at one moment. */
export interface PowerSample {
  /** Seconds on any clock that runs evenly. */
  readonly seconds: number;
  readonly watts: number;
}

/** What the cards showed of a process that computed. */
export interface CardUse {
  /** Whether the process stands in the list of those that compute. In a container the list is often empty. */
  readonly isListed: boolean;
  /** Memory that the process holds; null where that is not told. */
  readonly processBytes: number | null;
  /** Memory of all cards that is taken now and was free before; null where that is not told. */
  readonly takenBytes: number | null;
}

const MEBIBYTE = 2 ** 20;
const TIMEOUT_MILLISECONDS = 5_000;
const PROCESSES = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
/** A process that computes on a card takes some hundreds of megabytes at once. */
const LEAST_TAKEN_BYTES = 64 * MEBIBYTE;

/**
 * Asks how much power the cards draw now, in watts, added up.
 *
 * @returns null where there is no card, or it does not say
 */
export async function readPower(): Promise<number | null> {
  return parsePower(await ask('--query-gpu=power.draw', '--format=csv,noheader,nounits'));
}

/**
 * Asks how much memory of all cards is taken, in bytes.
 *
 * @returns null where there is no card, or it does not say
 */
export async function readTakenMemory(): Promise<number | null> {
  return parseTakenMemory(await ask('--query-gpu=memory.used', '--format=csv,noheader,nounits'));
}

/**
 * Asks what the cards show of a process.
 *
 * @param pid of the process
 * @param takenBefore of `readTakenMemory`, before the process began
 * @returns null where there is no card, or its tool does not answer
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

/** Tells whether a process shows on a card: it is listed, or the memory that a process takes is gone. */
export function showsOnCard({ isListed, takenBytes }: CardUse): boolean {
  return isListed || (takenBytes ?? 0) >= LEAST_TAKEN_BYTES;
}

/**
 * Asks how much memory processes hold on the cards, in bytes.
 *
 * @param pid of the process
 * @returns null where there is no card, or it does not say
 */
export async function readProcessMemory(pid: number): Promise<number | null> {
  return parseProcessMemory(await ask(...PROCESSES), pid);
}

/**
 * Reads the answer of `nvidia-smi --query-gpu=power.draw --format=csv,noheader,nounits`.
 *
 * @param text one line a card, in watts
 * @returns their sum; null when there is none, or one does not say (`[N/A]`, `[Not Supported]`, `[Unknown Error]`)
 */
export function parsePower(text: string): number | null {
  return sumOf(text, 'W');
}

/**
 * Reads the answer of `nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits`.
 *
 * @param text one line a card, in MiB
 * @returns bytes of all cards; null when there is none, or one does not say
 */
export function parseTakenMemory(text: string): number | null {
  const mebibytes = sumOf(text, 'MiB');
  return mebibytes === null ? null : mebibytes * MEBIBYTE;
}

/**
 * Reads the answer of `nvidia-smi --query-compute-apps=pid,used_memory --format=csv,noheader,nounits`.
 *
 * @param text one line a process and card, in MiB; none while no process computes
 * @param pid the process
 * @returns bytes on all cards; null when the process is not listed, or its memory is not told (`[N/A]`)
 */
export function parseProcessMemory(text: string, pid: number): number | null {
  const own = linesOf(text).flatMap((line) => {
    const match = /^(\d+)\s*,\s*(\d+)( MiB)?$/.exec(line);
    return match && Number(match[1]) === pid ? [Number(match[2]) * MEBIBYTE] : [];
  });
  return own.length > 0 ? own.reduce((total, bytes) => total + bytes, 0) : null;
}

/**
 * Adds up the energy of power samples by the trapezoid rule.
 *
 * @param samples in the order of time
 * @returns joules between the first and the last; null with fewer than two
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

/** Adds up one number a line; null when there is none, or a line holds something else. */
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

/** No tool, no driver and a tool that hangs all answer nothing. */
async function ask(...query: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('nvidia-smi', query, { timeout: TIMEOUT_MILLISECONDS })).stdout;
  } catch {
    return '';
  }
}
