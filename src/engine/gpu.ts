// Which NVIDIA card there is, as its own driver tells it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A graphics card that CUDA could use. */
export interface Gpu {
  /** `'NVIDIA H200'`. */
  readonly model: string;
  /** Version of the kernel driver: `'570.133.20'`. */
  readonly driver: string;
  readonly memoryBytes: number;
}

const MEBIBYTE = 2 ** 20;
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Asks `nvidia-smi` for the first card. Never throws: no tool, no driver and a tool that hangs all mean no card.
 *
 * @returns null where there is no NVIDIA card with a working driver
 */
export async function detectGpu(): Promise<Gpu | null> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: TIMEOUT_MILLISECONDS });
    return parseGpu(stdout);
  } catch {
    return null;
  }
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
