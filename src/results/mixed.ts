// Refuses to merge records that must not be compared: fits of one benchmark on different data, times of one machine id on
// different hardware.
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { bytes, count } from '../document/format.ts';
import { areKnownToDiffer, processorText } from './machine-identity.ts';
import type { FitRecord } from './schema.ts';

/** The memory that a machine reports varies slightly from one boot to the next. */
const MEMORY_TOLERANCE = 0.05;
/** Digits of a checksum that a message shows. */
const DIGITS = 8;

/** A record and the folder that it comes from. */
export interface Sourced {
  readonly record: FitRecord;
  /** The folder, as the user named it. */
  readonly folder: string;
  /** Whether it is in the merged folder already. Records that are mixed there already are no reason to refuse others. */
  readonly isPresent: boolean;
}

/**
 * Refuses fits of one benchmark, commit and size that did not use the same split of the same files.
 *
 * @throws UserError naming the folders of each split
 */
export function refuseMixedSplits(all: readonly Sourced[]): void {
  for (const fits of groupBy(all, ({ record }) => comparisonOf(record)).values()) {
    const kinds = kindsOf(fits, isSameData);
    if (kinds.length < 2) continue;
    const { benchmark, dataset } = fits[0]!.record;
    const named = [...new Set(kinds.flatMap(([first]) => Object.keys(first!.record.dataset.files)))];
    const differing = named.filter(
      (name) => new Set(kinds.map(([first]) => first!.record.dataset.files[name])).size > 1,
    );
    const describe = ({ splitHash, files }: FitRecord['dataset']): string =>
      [
        `split ${splitHash.slice(0, DIGITS)}`,
        ...differing.map((name) => `${name} ${files[name]?.slice(0, DIGITS) ?? 'missing'}`),
      ].join(', ');
    throw new UserError(
      [
        `mixed splits: fits of ${benchmark} on ${count(dataset.train)} images of ${dataset.name} used different data:`,
        ...kinds.map((fitsOfKind) => `  ${describe(fitsOfKind[0]!.record.dataset)}: ${foldersOf(fitsOfKind)}`),
        'their scores cannot be compared; merge them into separate folders with --out, or run one of them again on the same files',
      ].join('\n'),
    );
  }
}

/**
 * Refuses records of one machine id that were measured on different processors, memory or graphics cards.
 *
 * @throws UserError naming the folders of each kind of hardware
 */
export function refuseMixedHardware(all: readonly Sourced[]): void {
  for (const fits of groupBy(all, ({ record }) => record.machine.id).values()) {
    const kinds = kindsOf(fits, isSameHardware);
    if (kinds.length < 2) continue;
    throw new UserError(
      [
        `mixed hardware: the times of machine "${fits[0]!.record.machine.id}" would come from different hardware:`,
        ...kinds.map((fitsOfKind) => `  ${describeHardware(fitsOfKind[0]!.record.machine)}: ${foldersOf(fitsOfKind)}`),
        'merge the folders of each kind of hardware separately, and give their records a separate machine id with --machine NAME',
      ].join('\n'),
    );
  }
}

/** A key that is equal for fits that will be compared with each other. */
function comparisonOf({ git, benchmark, dataset }: FitRecord): string {
  const { name, train, validation, test } = dataset;
  return JSON.stringify([git?.commit, git?.dirty, benchmark, name, train, validation, test]);
}

function isSameData({ dataset: one }: FitRecord, { dataset: other }: FitRecord): boolean {
  return one.splitHash === other.splitHash && isDeepStrictEqual(one.files, other.files);
}

function isSameHardware({ machine: one }: FitRecord, { machine: other }: FitRecord): boolean {
  return (
    one.cpu === other.cpu &&
    one.cores === other.cores &&
    !areKnownToDiffer(one, other) &&
    one.gpu?.model === other.gpu?.model &&
    isSameMemory(one.memoryBytes, other.memoryBytes) &&
    isSameMemory(one.gpu?.memoryBytes ?? 0, other.gpu?.memoryBytes ?? 0)
  );
}

function isSameMemory(one: number, other: number): boolean {
  return Math.abs(one - other) <= MEMORY_TOLERANCE * Math.max(one, other);
}

function describeHardware(machine: FitRecord['machine']): string {
  const { cores, memoryBytes, gpu } = machine;
  const card = gpu ? `${gpu.model} of ${bytes(gpu.memoryBytes)}` : 'no GPU';
  return `${processorText(machine)}, ${cores} core${cores === 1 ? '' : 's'}, ${bytes(memoryBytes)}, ${card}`;
}

/** Groups records of the same kind. Returns one group only when all are of one kind or no incoming record is among them. */
function kindsOf(fits: readonly Sourced[], isSame: (one: FitRecord, other: FitRecord) => boolean): Sourced[][] {
  const kinds: Sourced[][] = [];
  for (const fit of fits) {
    const kind = kinds.find(([first]) => isSame(first!.record, fit.record));
    if (kind) kind.push(fit);
    else kinds.push([fit]);
  }
  const isOld = (kind: readonly Sourced[]): boolean => kind.every(({ isPresent }) => isPresent);
  return kinds.every(isOld) ? kinds.slice(0, 1) : kinds;
}

function foldersOf(fits: readonly Sourced[]): string {
  const counts = new Map<string, number>();
  for (const { folder } of fits) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return [...counts].map(([folder, fits]) => `${folder} (${fits} fit${fits === 1 ? '' : 's'})`).join(', ');
}
