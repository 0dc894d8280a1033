// Finds the record of a planned fit among records of any commits: the same fit of the same code.
import { isDeepStrictEqual } from 'node:util';
import { isOfCode } from '../fitted/model-code.ts';
import { shortCommit } from '../git/short-commit.ts';
import type { Machine } from '../results/machine-facts.ts';
import { isKnownProcessor, isSameMachine } from '../results/machine-identity.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import type { Device } from '../types.ts';
import type { PlannedFit } from './run-fits.ts';

/** What a planned fit does not hold itself. */
export interface FitPlace {
  readonly benchmark: string;
  /** This machine. */
  readonly machine: Machine;
  /** What the model computes on. */
  readonly device: Device;
}

/**
 * Finds a finished record of a fit: of the same benchmark, machine, device, model, code, parameters, images and seed. The
 * commit does not matter. The n-th repeat of a plan is the n-th of these records by their numbers, of equal numbers the
 * newest.
 * A record that does not know its processor is of another machine than this one, unless nothing is known here either.
 *
 * @param fit of a plan
 * @param records in any order, their code hashes filled in
 * @returns null if there is none
 */
export function findMeasured(
  { job, facts }: PlannedFit,
  records: readonly FitRecord[],
  { benchmark, machine, device }: FitPlace,
): FinishedRecord | null {
  const { sourceHash, codeHash } = facts.model;
  // Larger batches than there are images are not measured.
  const batches = job.latencyBatches.filter((batch) => batch <= job.split.counts.test);
  const own = records.filter(isFinished).filter(
    (record) =>
      record.benchmark === benchmark &&
      isSameMachine(record.machine, machine) &&
      record.software.engine.device === device &&
      record.model.id === job.modelId &&
      record.model.role === 'model' &&
      (codeHash === undefined ? record.model.sourceHash === sourceHash : isOfCode(record, { sourceHash, codeHash })) &&
      isDeepStrictEqual({ ...record.model.params }, { ...job.params }) &&
      record.dataset.splitHash === job.split.splitHash &&
      isDeepStrictEqual(
        record.latency.map(({ batch }) => batch),
        batches,
      ) &&
      record.seed === job.seed,
  );
  const newest = new Map(byDate(own).map((record) => [record.repeat, record]));
  return [...newest.values()].sort((a, b) => a.repeat - b.repeat)[facts.repeat - 1] ?? null;
}

/**
 * Says what a reader should know of a record that stands for a fit: the other commit that it was measured at, and what may
 * have changed without notice.
 *
 * @param record from `findMeasured`
 * @param git the checked-out code
 * @returns sentences without a full stop; empty for a record of the same commit with known code
 */
export function remarksOf({ git: then, model, machine }: FinishedRecord, git: FitRecord['git']): string[] {
  const isHere = then?.commit === git?.commit && then?.dirty === git?.dirty;
  const { codeHash, unhashed = [] } = model;
  return [
    ...(isHere ? [] : [`measured at ${nameOf(then)}, with the same code`]),
    ...(codeHash === undefined ? ['only its TypeScript is known to be the same'] : []),
    ...(isKnownProcessor(machine) ? [] : ['its processor is not known to be the same']),
    ...unhashed.map((one) => `not known to be the same: ${one}`),
  ];
}

function byDate(records: readonly FinishedRecord[]): FinishedRecord[] {
  return records.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function nameOf(git: FitRecord['git']): string {
  if (git === null) return 'no commit';
  return `${shortCommit(git.commit)}${git.dirty ? ' with uncommitted changes' : ''}`;
}
