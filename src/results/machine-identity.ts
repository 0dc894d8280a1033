// Tells machines apart, and names their processors for people. Times are compared only where the processor is known to be the
// same: virtual machines of one name have processors of different families and instruction sets.
import { isDeepStrictEqual } from 'node:util';
import type { Machine } from './machine-facts.ts';

/** Why times are not compared where a record does not know its processor. */
export const UNKNOWN_PROCESSOR = 'unknown processor';
/** What a reader is told where times are left out because a record does not know its processor. */
export const UNKNOWN_PROCESSOR_NOTE =
  'Times and memory are not compared where records do not say which processor measured them beyond its name; ' +
  'with --times-of-any-machine diff and history compare them.';

/**
 * Tells whether a processor is known beyond its name, which those of different families share.
 *
 * @param machine of a record
 */
export function isKnownProcessor({ processor }: Pick<Machine, 'processor'>): boolean {
  return processor?.family !== undefined;
}

/**
 * Tells whether two machines have the same name and, as far as they say, the same processor. Two that say nothing are the
 * same; one that says nothing and one that does are not.
 */
export function isSameMachine(one: Machine, other: Machine): boolean {
  return machineKey(one) === machineKey(other);
}

/**
 * Gives a key of a machine for groups of records: name, processor and number of cores. Memory and system do not count.
 *
 * @param machine of a record
 */
export function machineKey({ id, cpu, cores, processor = {} }: Machine): string {
  return JSON.stringify([
    id,
    cpu,
    cores,
    processor.family,
    processor.model,
    processor.stepping,
    processor.instructionSets,
  ]);
}

/**
 * Says why times of several fits must not be compared.
 *
 * @param machines of their records
 * @returns `different machines`, `different processors`, `unknown processor`; null where they may be compared
 */
export function whyTimesDiffer(machines: readonly Machine[]): string | null {
  if (new Set(machines.map(({ id }) => id)).size > 1) return 'different machines';
  if (!machines.every(isKnownProcessor)) return UNKNOWN_PROCESSOR;
  return new Set(machines.map(machineKey)).size > 1 ? 'different processors' : null;
}

/**
 * Tells whether two processors are known to be different.
 *
 * @returns false where a record does not know its processor
 */
export function areKnownToDiffer(one: Machine, other: Machine): boolean {
  const isKnown = isKnownProcessor(one) && isKnownProcessor(other);
  return isKnown && !isDeepStrictEqual(one.processor, other.processor);
}

/**
 * Names a processor: `AMD EPYC, family 25 model 17 stepping 1, AVX-512, bf16`, `AMD EPYC, family unknown`.
 *
 * @param machine of a record
 */
export function processorText(machine: Pick<Machine, 'cpu' | 'processor'>): string {
  return [processorName(machine), ...(machine.processor?.instructionSets ?? [])].join(', ');
}

/**
 * Names a processor without its instruction sets: `AMD EPYC, family 25 model 17 stepping 1`.
 *
 * @param machine of a record
 */
export function processorName({ cpu, processor }: Pick<Machine, 'cpu' | 'processor'>): string {
  if (processor?.family === undefined) return `${cpu}, family unknown`;
  const { family, model, stepping } = processor;
  const numbers = Object.entries({ family, model, stepping }).filter(([, value]) => value !== undefined);
  return `${cpu}, ${numbers.map(([name, value]) => `${name} ${value}`).join(' ')}`;
}
