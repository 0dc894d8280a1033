// Which NVIDIA card there is, as its own driver tells it.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A graphics card that CUDA could use. */
export interface Gpu {
  /** `'NVIDIA H200'`. */
  readonly model: string;
  /** Version of the kernel driver: `'570.133.20'`. */
  readonly driver: string;
  readonly memoryBytes: number;
}

/** What a search for a card came to. */
export type GpuSearch = { readonly gpu: Gpu } | NoGpu;

/** Why no card can be used. */
export interface NoGpu {
  readonly gpu: null;
  /** What is missing, and what to do about it. */
  readonly problem: string;
  /** Whether something tells of a card all the same, so that its owner should hear of the problem. */
  readonly isSuspected: boolean;
}

const MEBIBYTE = 2 ** 20;
/** A driver that is not kept loaded takes seconds a card to answer. */
const TIMEOUT_MILLISECONDS = 60_000;
const NVIDIA_VENDOR = '0x10de';
/** First digits of the PCI class of everything that draws or computes pictures. */
const DISPLAY_CLASS = '0x03';

/**
 * Asks `nvidia-smi` for the first card. Never throws: no tool, no driver and a tool that hangs all mean no card.
 *
 * @returns null where there is no NVIDIA card with a working driver
 */
export async function detectGpu(): Promise<Gpu | null> {
  return (await findGpu()).gpu;
}

/**
 * Asks `nvidia-smi` for the first card and, where there is none, says why. Never throws.
 *
 * @param pciFolder where the system lists the devices on its bus
 * @param milliseconds how long the tool may take
 */
export async function findGpu(
  pciFolder = '/sys/bus/pci/devices',
  milliseconds = TIMEOUT_MILLISECONDS,
): Promise<GpuSearch> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: milliseconds, killSignal: 'SIGKILL' });
    const gpu = parseGpu(stdout);
    return gpu ? { gpu } : { gpu: null, problem: formatAnswer(stdout), isSuspected: true };
  } catch (error) {
    const { code, killed, stdout, stderr } = error as {
      code?: string;
      killed?: boolean;
      stdout: string;
      stderr: string;
    };
    if (code === 'ENOENT') return withoutTool(await findPciCard(pciFolder));
    const problem = killed
      ? `nvidia-smi gave no answer in ${milliseconds / 1000} s: the card or its driver hangs; restart the machine`
      : formatAnswer(`${stdout}\n${stderr}`);
    return { gpu: null, problem, isSuspected: true };
  }
}

/**
 * Asks for the first card's compute capability, CUDA's number for what a generation of cards can do.
 *
 * @returns 9 for a Hopper; null where there is no card, or a driver so old that it does not say
 */
export async function readComputeCapability(): Promise<number | null> {
  try {
    const query = ['--query-gpu=compute_cap', '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: TIMEOUT_MILLISECONDS });
    return parseComputeCapability(stdout);
  } catch {
    return null;
  }
}

/**
 * Reads the answer of `nvidia-smi --query-gpu=compute_cap --format=csv,noheader`.
 *
 * @param text one line a card
 * @returns of the first card; null when the text is something else (`[N/A]`)
 */
export function parseComputeCapability(text: string): number | null {
  const match = /^\s*(\d+\.\d+)\s*$/m.exec(text.split('\n')[0]!);
  return match ? Number(match[1]) : null;
}

/**
 * Reads the answer of `nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader,nounits`.
 *
 * @param text one line a card, memory in MiB
 * @returns the first card; null when the text is something else (`No devices were found`)
 */
export function parseGpu(text: string): Gpu | null {
  const match = /^\s*(.+?)\s*,\s*([\d.]+)\s*,\s*(\d+|\[.*\])\s*$/m.exec(text);
  if (!match) return null;
  // Some virtual cards answer `[N/A]` for their memory.
  const mebibytes = Number(match[3]);
  return { model: match[1]!, driver: match[2]!, memoryBytes: Number.isFinite(mebibytes) ? mebibytes * MEBIBYTE : 0 };
}

function formatAnswer(text: string): string {
  const words = text.trim().split('\n')[0]!.trim().replace(/\.$/, '');
  return `nvidia-smi finds no NVIDIA GPU: "${words || 'no answer'}"; see that the driver is loaded, and restart the machine after it was updated`;
}

function withoutTool(card: string | null): NoGpu {
  const problem = card
    ? `there is an NVIDIA card (PCI ${card}), and nvidia-smi is not found: install NVIDIA's driver, or pass the card on to the container (--gpus all)`
    : "nvidia-smi finds no NVIDIA GPU: it is not installed; it comes with NVIDIA's driver";
  return { gpu: null, problem, isSuspected: card !== null };
}

/** Looks for a card on the bus: the system lists it there without any driver. */
async function findPciCard(folder: string): Promise<string | null> {
  const read = (device: string, file: string): Promise<string> =>
    readFile(path.join(folder, device, file), 'utf8').catch(() => '');
  for (const device of await readdir(folder).catch(() => [])) {
    const [vendor, kind] = await Promise.all([read(device, 'vendor'), read(device, 'class')]);
    if (vendor.trim() === NVIDIA_VENDOR && kind.startsWith(DISPLAY_CLASS)) return device;
  }
  return null;
}
