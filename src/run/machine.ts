// The machine that measures: times of one machine are never mixed with those of another, so each has a name.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { UserError } from '../base/errors.ts';
import { detectGpu } from '../engine/runtime/nvidia-card.ts';
import type { FitRecord } from '../results/schema.ts';

/** A name that is a folder's name on every system: lower-case letters, digits, single dashes. */
const MACHINE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_NAME = 80;

/**
 * Describes this machine. Its id is made of processor, cores and GPU (`amd-epyc-2-cores`), never of its host name;
 * `FITTING_ROOM_MACHINE` overrides it.
 *
 * @throws UserError when `FITTING_ROOM_MACHINE` could not be a folder's name
 */
export async function describeMachine(): Promise<FitRecord['machine']> {
  const gpu = await detectGpu();
  const cpu = os.cpus()[0]?.model.trim() || `${os.arch()} processor`;
  const cores = os.availableParallelism();
  const chosen = process.env['FITTING_ROOM_MACHINE'];
  return {
    id: chosen ? checkMachineName(chosen) : machineId({ cpu, cores, gpu: gpu?.model ?? null }),
    os: await describeSystem(),
    cpu,
    cores,
    memoryBytes: os.totalmem(),
    gpu: gpu && { ...gpu },
  };
}

/**
 * Makes a machine's name from its parts.
 *
 * @param facts processor and GPU as they call themselves
 * @returns `'intel-core-i7-8650u-8-cores'`, `'amd-epyc-16-cores-nvidia-h200'`
 */
export function machineId({ cpu, cores, gpu }: { cpu: string; cores: number; gpu: string | null }): string {
  const model = cpu
    .replace(/\((?:r|tm|c)\)/gi, ' ')
    // Clock, core count and the words for "processor" tell nothing that tells machines apart.
    .replace(/@.*$/, ' ')
    .replace(/\b\d+(?:th|nd|rd|st) gen\b/gi, ' ')
    .replace(/\b(?:[\w]+|\d+)-core\b/gi, ' ')
    .replace(/\b(?:processor|cpu)\b/gi, ' ');
  const words = [model, `${cores} ${cores === 1 ? 'core' : 'cores'}`, gpu ?? ''].map(slug);
  return words.filter(Boolean).join('-').slice(0, LONGEST_NAME).replace(/-$/, '');
}

/**
 * Accepts a name for a machine.
 *
 * @param source where the name was given, for the message
 * @throws UserError when it is not made of lower-case letters, digits and single dashes, or is too long
 */
export function checkMachineName(name: string, source = 'FITTING_ROOM_MACHINE'): string {
  if (MACHINE_NAME.test(name) && name.length <= LONGEST_NAME) return name;
  throw new UserError(
    `${source}: "${name}" cannot name a folder of results; ` +
      `use at most ${LONGEST_NAME} lower-case letters, digits and single dashes, such as "lab-box-2"`,
  );
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

async function describeSystem(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const distribution = /^PRETTY_NAME="?(.*?)"?$/m.exec(release)?.[1];
  const kernel = `${os.type()} ${os.release()} ${os.arch()}`;
  return distribution ? `${distribution}, ${kernel}` : kernel;
}
