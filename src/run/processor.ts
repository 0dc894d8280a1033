// Reads what tells processors of one name apart: family, model, stepping and the instruction sets that the engine uses.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { runChild } from '../base/child-process.ts';
import type { ProcessorFacts } from '../results/machine-facts.ts';

/** Vector instructions and the flags of /proc/cpuinfo that they need, widest first: the first that is there counts. */
const VECTORS: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ['AVX-512', ['avx512f']],
  ['AVX2', ['avx2', 'fma']],
  ['AVX', ['avx']],
  ['SSE4.2', ['sse4_2']],
  ['SVE', ['sve']],
  ['NEON', ['asimd']],
];
/** Further instructions of matrix products: all that are there count. */
const PRODUCTS: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ['bf16', ['avx512_bf16']],
  ['bf16', ['bf16']],
  ['AMX', ['amx_tile', 'amx_bf16']],
];
/** The names that macOS has for flags of /proc/cpuinfo. */
const MACOS_FLAGS: Readonly<Record<string, string>> = {
  'hw.optional.avx512f': 'avx512f',
  'hw.optional.avx512bf16': 'avx512_bf16',
  'hw.optional.avx2_0': 'avx2',
  'hw.optional.fma': 'fma',
  'hw.optional.avx1_0': 'avx',
  'hw.optional.sse4_2': 'sse4_2',
  'hw.optional.neon': 'asimd',
  'hw.optional.AdvSIMD': 'asimd',
  'hw.optional.arm.AdvSIMD': 'asimd',
  'hw.optional.arm.FEAT_BF16': 'bf16',
};
/** The tool answers at once. */
const SYSCTL_SECONDS = 10;

/**
 * Describes the processor of this machine, as far as the system tells. Does not throw.
 *
 * @param platform of this machine
 * @returns undefined where the system tells nothing, such as in a container without /proc
 */
export async function detectProcessor(platform = process.platform): Promise<ProcessorFacts | undefined> {
  if (platform === 'win32') return parseWindows(process.env['PROCESSOR_IDENTIFIER'] ?? '');
  if (platform === 'darwin') {
    const command = ['sysctl', 'machdep.cpu', 'hw.cpufamily', 'hw.optional'] as const;
    const { stdout } = await runChild(command, { timeoutSeconds: SYSCTL_SECONDS, isBrief: true });
    return parseSysctl(stdout);
  }
  return parseCpuinfo(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}

/**
 * Reads the text of Linux's /proc/cpuinfo, of x86 or ARM.
 *
 * @param text of the file; the first processor counts
 * @returns undefined if nothing of it is known
 */
export function parseCpuinfo(text: string): ProcessorFacts | undefined {
  const fields = fieldsOf(text);
  const [variant, revision] = [numberOf(fields.get('CPU variant')), numberOf(fields.get('CPU revision'))];
  return factsOf({
    family: numberOf(fields.get('cpu family') ?? fields.get('CPU implementer')),
    model: numberOf(fields.get('model') ?? fields.get('CPU part')),
    stepping:
      numberOf(fields.get('stepping')) ??
      (variant === undefined || revision === undefined ? undefined : 16 * variant + revision),
    instructionSets: instructionSetsOf((fields.get('flags') ?? fields.get('Features') ?? '').split(/\s+/)),
  });
}

/**
 * Reads what macOS's sysctl prints of `machdep.cpu`, `hw.cpufamily` and `hw.optional`, on Intel or Apple silicon.
 *
 * @param text its lines, `name: value`
 * @returns undefined if nothing of it is known
 */
export function parseSysctl(text: string): ProcessorFacts | undefined {
  const fields = fieldsOf(text);
  const flags = Object.entries(MACOS_FLAGS).flatMap(([name, flag]) => (fields.get(name) === '1' ? [flag] : []));
  return factsOf({
    family: numberOf(fields.get('machdep.cpu.family') ?? fields.get('hw.cpufamily')),
    model: numberOf(fields.get('machdep.cpu.model')),
    stepping: numberOf(fields.get('machdep.cpu.stepping')),
    instructionSets: instructionSetsOf(flags),
  });
}

/**
 * Reads the variable that Windows sets, which names no instruction sets.
 *
 * @param text `Intel64 Family 6 Model 158 Stepping 10, GenuineIntel`
 * @returns undefined if nothing of it is known
 */
export function parseWindows(text: string): ProcessorFacts | undefined {
  const [, family, model, stepping] = /\bFamily (\d+) Model (\d+) Stepping (\d+)\b/.exec(text) ?? [];
  return factsOf({
    family: numberOf(family),
    model: numberOf(model),
    stepping: numberOf(stepping),
    instructionSets: [],
  });
}

/** The first value of each name in lines such as `model : 17`. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([^:]+?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !fields.has(name)) fields.set(name, value);
  }
  return fields;
}

function instructionSetsOf(flags: readonly string[]): string[] {
  const has = ([, needed]: readonly [string, readonly string[]]): boolean =>
    needed.every((flag) => flags.includes(flag));
  const found = [...VECTORS.filter(has).slice(0, 1), ...PRODUCTS.filter(has)];
  return found.map(([name]) => name);
}

/** Decimal, or hexadecimal with 0x as ARM's numbers are; undefined where there is none. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(\d{1,12}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
}

function factsOf(found: {
  family: number | undefined;
  model: number | undefined;
  stepping: number | undefined;
  instructionSets: readonly string[];
}): ProcessorFacts | undefined {
  const { family, model, stepping, instructionSets } = found;
  const facts = {
    ...(family !== undefined && { family }),
    ...(model !== undefined && { model }),
    ...(stepping !== undefined && { stepping }),
    ...(instructionSets.length > 0 && { instructionSets: [...instructionSets] }),
  };
  return Object.keys(facts).length > 0 ? facts : undefined;
}
