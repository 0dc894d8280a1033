// Records of several commits, and what git would say of these, for the tests of histories.
import type { CommitGraph } from '../../../src/git/commit-graph.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import { makeRecord, type RecordShape } from '../../fixtures/records.ts';

/** The full hash of the commit of a number: forty digits, the number first. */
export function hashOf(number: number): string {
  return String(number).padStart(4, '0').padEnd(40, 'a');
}

/**
 * Makes the record of a fit at a commit; commit n is of the n-th hour.
 *
 * @param number of the commit
 * @param shape what the fit was like
 * @param dirty whether there were uncommitted changes
 */
export function fitAt(number: number, shape: RecordShape = {}, dirty = false): FinishedRecord {
  const committedAt = new Date(Date.UTC(2026, 0, 1, number)).toISOString();
  return makeRecord(shape, { git: { commit: hashOf(number), dirty, branch: 'main', committedAt } });
}

/** Sets parameters of a record. */
export function withParams(record: FinishedRecord, params: FinishedRecord['model']['params']): FinishedRecord {
  return { ...record, model: { ...record.model, params } };
}

/** Commits in a row, each built on the one before. */
export function chain(...numbers: readonly number[]): CommitGraph {
  return new Map(
    numbers.map((number, i) => [
      hashOf(number),
      { parents: i === 0 ? [] : [hashOf(numbers[i - 1]!)], subject: `change ${number}` },
    ]),
  );
}
