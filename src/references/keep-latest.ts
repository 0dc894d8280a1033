// Keeps the newest finished record of a fit whose record stands for several rounds.
import { keepRecord } from '../results/keep-record.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { remarksOnRepeats } from '../run/repeat-remarks.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Writes a record. A finished one replaces the earlier one, because the rounds of one run belong together; an unfinished one
 * is kept next to a finished one.
 *
 * @param file where the record belongs
 * @returns the record as it was kept
 */
export async function keepLatest(file: string, record: FitRecord, io: Io): Promise<FitRecord> {
  const kept = await keepRecord({ file, record }, { most: 1 });
  if (!isFinished(record)) for (const remark of remarksOnRepeats(record, kept)) io.err(`  ${remark}`);
  return kept?.record ?? record;
}
