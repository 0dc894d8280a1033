// Describes and names the machine that measures: times of different machines are never mixed.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { UserError } from '../base/errors.ts';
import { detectGpu } from '../engine/runtime/nvidia-card.ts';
import type { Machine, ProcessorFacts } from '../results/machine-facts.ts';
import { detectProcessor } from './processor.ts';

/** A name that is a valid folder name on every system: lower-case letters, digits, single dashes. */
const MACHINE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 80;
const HASH_DIGITS = 6;

/** What the id of a machine is made of. */
interface MachineParts {
  readonly cpu: string;
  readonly processor?: ProcessorFacts | undefined;
  readonly cores: number;
  /** null without a GPU. */
  readonly gpu: string | null;
}

/**
 * Describes this machine. Its id is made of processor, cores and GPU, without the host name (see `machineId`);
 * `FITTING_ROOM_MACHINE` overrides it.
 *
 * @throws UserError if `FITTING_ROOM_MACHINE` is not a valid folder name
 */
export async function describeMachine(): Promise<Machine> {
  const [gpu, processor] = await Promise.all([detectGpu(), detectProcessor()]);
  const cpu = os.cpus()[0]?.model.trim() || `${os.arch()} processor`;
  const cores = os.availableParallelism();
  const chosen = process.env['FITTING_ROOM_MACHINE'];
  return {
    id: chosen ? checkMachineName(chosen) : machineId({ cpu, processor, cores, gpu: gpu?.model ?? null }),
    os: await describeSystem(),
    cpu,
    ...(processor && { processor }),
    cores,
    memoryBytes: os.totalmem(),
    gpu: gpu && { ...gpu },
  };
}

/**
 * Builds the id of a machine from its parts. Where the processor is known beyond its name, the id ends with a hash of it:
 * processors of one name have different families and instruction sets.
 *
 * @param facts processor, number of cores, and GPU if there is one
 * @returns `'amd-epyc-16-cores-nvidia-h200-3f9a1c'`; without the hash where nothing but the name is known
 */
export function machineId({ cpu, processor, cores, gpu }: MachineParts): string {
  const model = cpu
    .replace(/\((?:r|tm|c)\)/gi, ' ')
    // Clock rate, core count and the word "processor" do not distinguish machines.
    .replace(/@.*$/, ' ')
    .replace(/\b\d+(?:th|nd|rd|st) gen\b/gi, ' ')
    .replace(/\b(?:[\w]+|\d+)-core\b/gi, ' ')
    .replace(/\b(?:processor|cpu)\b/gi, ' ');
  const parts = [model, `${cores} ${cores === 1 ? 'core' : 'cores'}`, gpu ?? ''].map(slug);
  const hash = processor ? `-${hashOf(cpu, processor)}` : '';
  const name = parts
    .filter(Boolean)
    .join('-')
    .slice(0, MAX_NAME_LENGTH - hash.length);
  return `${name.replace(/-$/, '')}${hash}`;
}

/**
 * Checks the name of a machine.
 *
 * @param name as the user gave it
 * @param source where it was given, for the message
 * @returns the name
 * @throws UserError if it has other characters than lower-case letters, digits and single dashes, or is too long
 */
export function checkMachineName(name: string, source = 'FITTING_ROOM_MACHINE'): string {
  if (MACHINE_NAME.test(name) && name.length <= MAX_NAME_LENGTH) return name;
  throw new UserError(
    `${source}: "${name}" is not a valid folder name; ` +
      `use at most ${MAX_NAME_LENGTH} lower-case letters, digits and single dashes, such as "lab-box-2"`,
  );
}

function hashOf(cpu: string, { family, model, stepping, instructionSets }: ProcessorFacts): string {
  const identity = JSON.stringify([cpu, family, model, stepping, instructionSets]);
  return createHash('sha256').update(identity).digest('hex').slice(0, HASH_DIGITS);
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
