// Finds the NVIDIA card of this machine by `nvidia-smi`.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ChildEnd, runChild } from '../../base/child-process.ts';

/** An NVIDIA card. */
export interface Gpu {
  /** `'NVIDIA H200'`. */
  readonly model: string;
  /** Version of the kernel driver: `'570.133.20'`. */
  readonly driver: string;
  readonly memoryBytes: number;
}

/** Result of a search for a card. */
export type GpuSearch = { readonly gpu: Gpu } | NoGpu;

/** Why no card can be used. */
export interface NoGpu {
  readonly gpu: null;
  /** What is missing, and what to do about it. */
  readonly problem: string;
  /** Whether there nevertheless seems to be a card. The user is then told about the problem. */
  readonly isSuspected: boolean;
}

const MEBIBYTE = 2 ** 20;
/** If the driver is not kept loaded, the answer takes seconds per card. */
const TIMEOUT_SECONDS = 60;
const NVIDIA_VENDOR = '0x10de';
/** Prefix of the PCI class of display controllers. */
const DISPLAY_CLASS = '0x03';

/**
 * Returns the first card that `nvidia-smi` lists. Does not throw if the tool is missing, fails or hangs.
 *
 * @returns null if there is no NVIDIA card with a working driver
 */
export async function detectGpu(): Promise<Gpu | null> {
  return (await findGpu()).gpu;
}

/**
 * Returns the first card that `nvidia-smi` lists, or the reason why there is none. Does not throw.
 *
 * @param pciFolder folder in which the system lists PCI devices
 * @param timeoutSeconds time limit of the tool
 */
export async function findGpu(
  pciFolder = '/sys/bus/pci/devices',
  timeoutSeconds = TIMEOUT_SECONDS,
): Promise<GpuSearch> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits'];
  const end = await runNvidiaSmi(query, timeoutSeconds);
  if (end.startError?.code === 'ENOENT') return withoutTool(await findPciCard(pciFolder));
  if (end.stopped === 'timed-out') {
    const problem = `nvidia-smi gave no answer in ${timeoutSeconds} s: the card or its driver hangs; restart the machine`;
    return { gpu: null, problem, isSuspected: true };
  }
  const gpu = end.code === 0 ? parseGpu(end.stdout) : null;
  return gpu ? { gpu } : { gpu: null, problem: formatAnswer(`${end.stdout}\n${end.stderr}`), isSuspected: true };
}

function runNvidiaSmi(query: readonly string[], timeoutSeconds: number): Promise<ChildEnd> {
  return runChild(['nvidia-smi', ...query], { timeoutSeconds, graceMilliseconds: 0, isBrief: true });
}

/**
 * Returns the compute capability of the first card, CUDA's version number of the card's features.
 *
 * @returns 9 for a Hopper; null if there is no card, or the driver is too old to report it
 */
export async function readComputeCapability(): Promise<number | null> {
  const end = await runNvidiaSmi(['--query-gpu=compute_cap', '--format=csv,noheader'], TIMEOUT_SECONDS);
  return end.code === 0 ? parseComputeCapability(end.stdout) : null;
}

/**
 * Parses the output of `nvidia-smi --query-gpu=compute_cap --format=csv,noheader`.
 *
 * @param text one line per card
 * @returns compute capability of the first card; null for any other text (`[N/A]`)
 */
export function parseComputeCapability(text: string): number | null {
  const match = /^\s*(\d+\.\d+)\s*$/m.exec(text.split('\n')[0]!);
  return match ? Number(match[1]) : null;
}

/**
 * Parses the output of `nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader,nounits`.
 *
 * @param text one line per card, memory in MiB
 * @returns the first card; null for any other text (`No devices were found`)
 */
export function parseGpu(text: string): Gpu | null {
  const match = /^\s*(.+?)\s*,\s*([\d.]+)\s*,\s*(\d+|\[.*\])\s*$/m.exec(text);
  if (!match) return null;
  // Some virtual cards report `[N/A]` for their memory.
  const mebibytes = Number(match[3]);
  return { model: match[1]!, driver: match[2]!, memoryBytes: Number.isFinite(mebibytes) ? mebibytes * MEBIBYTE : 0 };
}

function formatAnswer(text: string): string {
  const firstLine = text.trim().split('\n')[0]!.trim().replace(/\.$/, '');
  return `nvidia-smi finds no NVIDIA GPU: "${firstLine || 'no output'}"; check that the driver is loaded, and restart the machine after updating it`;
}

function withoutTool(card: string | null): NoGpu {
  const problem = card
    ? `there is an NVIDIA card (PCI ${card}), but nvidia-smi is not installed: install NVIDIA's driver, or pass the card to the container (--gpus all)`
    : "nvidia-smi finds no NVIDIA GPU: it is not installed; NVIDIA's driver includes it";
  return { gpu: null, problem, isSuspected: card !== null };
}

/** Looks for a card among the PCI devices, which are listed even without a driver. */
async function findPciCard(folder: string): Promise<string | null> {
  const read = (device: string, file: string): Promise<string> =>
    readFile(path.join(folder, device, file), 'utf8').catch(() => '');
  for (const device of await readdir(folder).catch(() => [])) {
    const [vendor, kind] = await Promise.all([read(device, 'vendor'), read(device, 'class')]);
    if (vendor.trim() === NVIDIA_VENDOR && kind.startsWith(DISPLAY_CLASS)) return device;
  }
  return null;
}
