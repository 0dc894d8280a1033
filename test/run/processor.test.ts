import { afterEach, expect, it, vi } from 'vitest';
import { detectProcessor, parseCpuinfo, parseSysctl, parseWindows } from '../../src/run/processor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The lines of a processor on Linux. The second processor and the line of bugs do not count. */
function cpuinfo(family: number, model: number, stepping: number, flags: string): string {
  return [
    'processor\t: 0',
    'vendor_id\t: x',
    `cpu family\t: ${family}`,
    `model\t\t: ${model}`,
    'model name\t: AMD EPYC',
    `stepping\t: ${stepping}`,
    `flags\t\t: fpu ${flags}`,
    'bugs\t\t: avx512f',
    '',
    'processor\t: 1',
    'cpu family\t: 99',
  ].join('\n');
}

it.each([
  ['avx avx2 fma avx512f avx512_vnni avx512_bf16', ['AVX-512', 'bf16']],
  ['avx avx2 fma avx512f avx512_bf16 amx_tile amx_bf16', ['AVX-512', 'bf16', 'AMX']],
  ['avx avx2 fma avx512f avx512_vnni', ['AVX-512']],
  ['avx avx2 fma', ['AVX2']],
  ['avx avx2', ['AVX']],
  ['sse4_2', ['SSE4.2']],
])('reads a processor on Linux with %s', (flags, instructionSets) => {
  expect(parseCpuinfo(cpuinfo(25, 17, 1, flags))).toEqual({ family: 25, model: 17, stepping: 1, instructionSets });
});

it('reads an ARM processor on Linux: implementer, part, variant and revision', () => {
  const text = [
    'processor\t: 0',
    'Features\t: fp asimd sve bf16',
    'CPU implementer\t: 0x41',
    'CPU architecture: 8',
    'CPU variant\t: 0x1',
    'CPU part\t: 0xd40',
    'CPU revision\t: 1',
  ].join('\n');
  expect(parseCpuinfo(text)).toEqual({ family: 65, model: 3392, stepping: 17, instructionSets: ['SVE', 'bf16'] });
});

it('leaves out what the system does not tell', () => {
  expect(parseCpuinfo('')).toBeUndefined();
  expect(parseCpuinfo('processor : 0\nmodel : unknown\nflags : fpu\n')).toBeUndefined();
  expect(parseCpuinfo('cpu family : 6\nCPU revision : 1\n')).toEqual({ family: 6 });
  expect(parseCpuinfo(`cpu family : ${'9'.repeat(40)}\n`)).toBeUndefined();
  expect(parseSysctl('')).toBeUndefined();
  expect(parseWindows('')).toBeUndefined();
});

it('reads what macOS prints, of Intel and of Apple silicon', () => {
  const intel = [
    'machdep.cpu.family: 6',
    'machdep.cpu.model: 158',
    'machdep.cpu.stepping: 10',
    'hw.cpufamily: 260141638',
    'hw.optional.avx1_0: 1',
    'hw.optional.avx2_0: 1',
    'hw.optional.fma: 1',
    'hw.optional.avx512f: 0',
  ].join('\n');
  expect(parseSysctl(intel)).toEqual({ family: 6, model: 158, stepping: 10, instructionSets: ['AVX2'] });
  const apple =
    'machdep.cpu.brand_string: Apple M2\nhw.cpufamily: 3660830781\nhw.optional.arm.FEAT_BF16: 1\nhw.optional.neon: 1';
  expect(parseSysctl(apple)).toEqual({ family: 3660830781, instructionSets: ['NEON', 'bf16'] });
});

it('reads the variable of Windows, which names no instruction sets', async () => {
  const text = 'Intel64 Family 6 Model 158 Stepping 10, GenuineIntel';
  const facts = { family: 6, model: 158, stepping: 10 };
  expect(parseWindows(text)).toEqual(facts);
  vi.stubEnv('PROCESSOR_IDENTIFIER', text);
  expect(await detectProcessor('win32')).toEqual(facts);
});
