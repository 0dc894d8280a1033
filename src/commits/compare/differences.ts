// What two fits of one model differ in besides their results: parameters, code, versions, the machine.
import { isKnownProcessor, processorName } from '../../results/machine-identity.ts';
import { isSameCode } from '../../results/same-code.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { Diff, Difference } from './diff-data.ts';
import { someOf } from './diff-text.ts';

/** Digits of a hash that people see. */
const SHOWN_DIGITS = 12;
/** The name of a difference in the model's source. */
export const MODEL_CODE = 'code of the model';
const PROCESSOR = 'processor';
/** The name of a machine, which says nothing that its processor and system do not say. */
const MACHINE = 'machine';
const SYSTEM = 'operating system';
const GRAPHICS = 'graphics processor';

/**
 * Lists what differs.
 *
 * @param before one fit
 * @param after a fit of the same model
 * @returns parameters first, then the code, the data, the engine, packages, the machine
 */
export function differencesOf(before: FitRecord, after: FitRecord): Difference[] {
  const [one, other] = [factsOf(before), factsOf(after)];
  if (isSameCode(before, after)) other.set(MODEL_CODE, one.get(MODEL_CODE)!);
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, before: one.get(name) ?? 'absent', after: other.get(name) ?? 'absent' }))
    .filter((fact) => fact.before !== fact.after);
}

/**
 * Keeps the differences that the bits of a result may depend on: parameters, code, data, engine, threads, processor,
 * instruction sets, versions of libraries and of the system. A processor that is not known in both fits may differ.
 *
 * @param differences of two fits
 * @param before one fit, whose device says whether the graphics processor counts
 * @param after the other fit
 */
export function bitDifferences(
  differences: readonly Difference[],
  { software, machine: one }: FitRecord,
  { machine: other }: FitRecord,
): Difference[] {
  const isOnCpu = software.engine.device === 'cpu';
  const counting = differences.filter(({ name, before, after }) => {
    if (name === MACHINE || (isOnCpu && name === GRAPHICS)) return false;
    return name !== SYSTEM || withoutKernel(before) !== withoutKernel(after);
  });
  const isNamed = counting.some(({ name }) => name === PROCESSOR);
  if (isNamed || (isKnownProcessor(one) && isKnownProcessor(other))) return counting;
  return [...counting, { name: PROCESSOR, before: processorName(one), after: processorName(other) }];
}

/** The libraries of a Linux system belong to its distribution; the release of the kernel says nothing about them. */
function withoutKernel(system: string): string {
  return system.replace(/(?<=\bLinux) \S+(?= \S+$)/i, '');
}

function factsOf({ model, dataset, software, machine }: FitRecord): Map<string, string> {
  const { engine } = software;
  return new Map([
    ...Object.entries(model.params).map(([name, value]): [string, string] => [`parameter ${name}`, String(value)]),
    [MODEL_CODE, model.codeHash ?? model.sourceHash],
    ['split', dataset.splitHash],
    ['data', Object.values(dataset.files).join(' ')],
    ['images', `${dataset.train} to fit, ${dataset.validation} to validate, ${dataset.test} to test`],
    ['engine', [engine.name, engine.version, engine.backend].filter((part) => part !== null).join(' ')],
    ['device', engine.device],
    ['threads', String(engine.threads)],
    ...Object.entries(engine.settings ?? {}),
    ['Node', software.node],
    ...Object.entries(software.packages),
    [MACHINE, machine.id],
    [PROCESSOR, processorName(machine)],
    ['instruction sets', machine.processor?.instructionSets?.join(', ') ?? 'unknown'],
    ['cores', String(machine.cores)],
    [SYSTEM, machine.os],
    [GRAPHICS, machine.gpu ? `${machine.gpu.model}, driver ${machine.gpu.driver}` : 'none'],
  ]);
}

/**
 * Shortens hashes for people.
 *
 * @param value of a difference
 * @returns the first digits of a hash, or of the first of several; any other value as it is
 */
export function shownValue(value: string): string {
  return /^[0-9a-f]{64}( [0-9a-f]{64})*$/.test(value) ? value.slice(0, SHOWN_DIGITS) : value;
}

/** A difference, and the models that have it. */
export interface SharedDifference {
  readonly name: string;
  /** `63445c83d8a5 → 179cb991dee3`, or `differs` where the values of the models are different. */
  readonly change: string;
  /** `all models`, or their names. */
  readonly models: string;
}

/**
 * Gathers the differences of all models, equal ones once.
 *
 * @returns those of the fewest models first: they say most about a model
 */
export function sharedDifferences({ models }: Diff): SharedDifference[] {
  const found = new Map<string, { name: string; change: string; names: string[] }>();
  for (const { name: model, differences } of models) {
    for (const { name, before, after } of differences) {
      // Each model has its own code: where the code of several models differs, the hashes say nothing.
      const isCode = name === MODEL_CODE;
      const key = JSON.stringify(isCode ? [name] : [name, before, after]);
      const known = found.get(key);
      const change = isCode && known ? 'differs' : `${shownValue(before)} → ${shownValue(after)}`;
      found.set(key, { name, change, names: [...(known?.names ?? []), model] });
    }
  }
  return [...found.values()]
    .sort((a, b) => a.names.length - b.names.length)
    .map(({ names, ...difference }) => ({
      ...difference,
      models: names.length === models.length && names.length > 1 ? 'all models' : someOf(names),
    }));
}
