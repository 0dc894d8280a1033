// Writes the records of a run. A record that cannot be written, as on a full disk, does not end the run.
import { messageOf, UserError } from '../base/errors.ts';
import type { FitRecord } from '../results/schema.ts';
import { writeRecord } from '../results/write.ts';
import type { Io } from '../terminal/io.ts';

/** Writes records, and remembers those that could not be written. */
export interface RecordWriter {
  /**
   * Writes a record. If the file system refuses it, prints why.
   *
   * @throws Error if the record is invalid
   */
  write(file: string, record: FitRecord): Promise<void>;
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
  /** Why the record could not be written; null if it was. */
  const tryToWrite = async (file: string, record: FitRecord): Promise<string | null> => {
    try {
      await writeRecord(file, record);
      failed.delete(file);
      return null;
    } catch (error) {
      if (!(error instanceof UserError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
      failed.set(file, record);
      return messageOf(error);
    }
  };
  return {
    async write(file, record) {
      const problem = await tryToWrite(file, record);
      if (problem !== null) io.err(`${problem}; the run goes on and tries again at its end`);
    },
    async retry() {
      const problems: string[] = [];
      for (const [file, record] of [...failed]) {
        const problem = await tryToWrite(file, record);
        if (problem !== null) problems.push(problem);
      }
      return problems;
    },
  };
}
