// How wide the processor computes: TensorFlow picks its kernels by it, so times can be read only with it.
import { readFile } from 'node:fs/promises';

/** Widest first: the level's name, and the flags of /proc/cpuinfo that all must be there. */
const LEVELS: readonly (readonly [string, readonly string[]])[] = [
  ['AMX', ['amx_tile', 'amx_bf16']],
  ['AVX-512 BF16', ['avx512f', 'avx512_bf16']],
  ['AVX-512 VNNI', ['avx512f', 'avx512_vnni']],
  ['AVX-512', ['avx512f']],
  ['AVX2 + FMA', ['avx2', 'fma']],
  ['AVX', ['avx']],
  ['SSE4.2', ['sse4_2']],
  ['SVE', ['sve']],
  ['NEON', ['asimd']],
];

/** Tells this machine's SIMD level, or null where the system does not say (anything but Linux). */
export async function detectSimd(): Promise<string | null> {
  return parseSimd(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}

/**
 * Finds the widest SIMD level in the text of /proc/cpuinfo.
 *
 * @param cpuinfo the file's text; the first processor counts
 * @returns `'AVX2 + FMA'`, `'NEON'`, ...; null when there is no flags line or none that is known
 */
export function parseSimd(cpuinfo: string): string | null {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return null;
  const flags = new Set(line.split(/\s+/));
  return LEVELS.find(([, needed]) => needed.every((flag) => flags.has(flag)))?.[0] ?? null;
}
