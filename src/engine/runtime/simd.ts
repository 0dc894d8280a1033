// Detects the SIMD level of the processor. TensorFlow selects its kernels by it, so records need it to explain times.
import { readFile } from 'node:fs/promises';

/** Name of each level and the flags of /proc/cpuinfo that it requires, widest first. */
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

/** Returns the SIMD level of this machine; null on systems other than Linux. */
export async function detectSimd(): Promise<string | null> {
  return parseSimd(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}

/**
 * Returns the widest SIMD level in the text of /proc/cpuinfo.
 *
 * @param cpuinfo text of the file; the first processor counts
 * @returns `'AVX2 + FMA'`, `'NEON'`, ...; null if there are no flags or no known ones
 */
export function parseSimd(cpuinfo: string): string | null {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return null;
  const flags = new Set(line.split(/\s+/));
  return LEVELS.find(([, needed]) => needed.every((flag) => flags.has(flag)))?.[0] ?? null;
}
