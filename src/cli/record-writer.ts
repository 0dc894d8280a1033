// Writes the records of a run. A record that cannot be written, as on a full disk, does not end the run.
import { messageOf, UserError } from '../base/errors.ts';
import { type KeptRecord, keepRecord } from '../results/keep-record.ts';
import type { FitRecord } from '../results/schema.ts';
import { remarksOnRepeats } from '../run/repeat-remarks.ts';
import type { Io } from '../terminal/io.ts';

/** Writes records, and remembers those that could not be written. */
export interface RecordWriter {
  /**
   * Writes a record next to earlier runs of its fit. If the file system refuses it, prints why.
   *
   * @returns the record with its number, its file (null if it was not kept), and what became of earlier runs
   * @throws Error if the record is invalid
   */
  write(
    file: string,
    record: FitRecord,
  ): Promise<{ readonly record: FitRecord; readonly file: string | null; readonly remarks: readonly string[] }>;
  /** Tries to write again what could not be written. Returns why each remaining record could not be, in one line. */
  retry(): Promise<readonly string[]>;
}

/**
 * Creates a writer without failed records.
 *
 * @param io prints what cannot be written
 */
export function createRecordWriter(io: Io): RecordWriter {
  const failed = new Map<string, FitRecord>();
  const unreadable = (message: string): void => io.err(`${message}; the new record may take its place`);
  /** What was kept, or why the record could not be written. */
  const tryToWrite = async (file: string, record: FitRecord): Promise<KeptRecord | null | string> => {
    try {
      const kept = await keepRecord({ file, record }, { unreadable });
      failed.delete(file);
      return kept;
    } catch (error) {
      if (!(error instanceof UserError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      failed.set(file, record);
      return messageOf(error);
    }
  };
  return {
    async write(file, record) {
      const kept = await tryToWrite(file, record);
      if (typeof kept !== 'string') {
        return { record: kept?.record ?? record, file: kept?.file ?? null, remarks: remarksOnRepeats(record, kept) };
      }
      io.err(`${kept}; the run goes on and tries again at its end`);
      return { record, file: null, remarks: [] };
    },
    async retry() {
      const problems: string[] = [];
      for (const [file, record] of [...failed]) {
        const problem = await tryToWrite(file, record);
        if (typeof problem === 'string') problems.push(problem);
      }
      return problems;
    },
  };
}
