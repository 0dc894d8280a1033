import { expect, it } from 'vitest';
import { parseSimd } from '../../../src/engine/runtime/simd.ts';

it.each([
  ['flags\t\t: fpu sse sse2 sse4_1 sse4_2 avx fma avx2 bmi2', 'AVX2 + FMA'],
  ['flags\t\t: sse4_2 avx avx2', 'AVX'],
  ['flags\t\t: avx fma avx2 avx512f avx512dq avx512_vnni', 'AVX-512 VNNI'],
  ['flags\t\t: avx512f avx512_vnni avx512_bf16 amx_bf16 amx_tile amx_int8', 'AMX'],
  ['flags\t\t: fpu sse sse2 sse4_2', 'SSE4.2'],
  ['Features\t: fp asimd evtstrm crc32 atomics', 'NEON'],
  ['Features\t: fp asimd sve', 'SVE'],
])('finds the widest level in %j', (line, level) => {
  expect(parseSimd(`processor\t: 0\nvendor_id\t: x\n${line}\nbugs\t\t: spectre_v1 avx512f\n`)).toBe(level);
});

it('returns null without a line of flags or without a known flag', () => {
  expect(parseSimd('')).toBeNull();
  expect(parseSimd('processor : 0\n')).toBeNull();
  expect(parseSimd('flags : fpu vme\n')).toBeNull();
});
