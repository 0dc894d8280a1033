// Chooses records together with their test images, and leaves out records whose scores disagree with the true classes.
import { disagreementWithLabels } from '../metrics/check-against-labels.ts';
import type { RecordProblem, StoredRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import type { LabelledImages } from '../types.ts';
import { testImagesBySplit } from './test-images.ts';

/** Test images by the hash of their split, without those that are not available. */
type Tests = ReadonlyMap<string, LabelledImages>;

/** How to choose records. */
export interface Choice<Chosen> {
  /** Chooses some of the given records. */
  choose(entries: readonly StoredRecord[]): Chosen;
  /** The records of a choice. */
  recordsOf(chosen: Chosen): readonly FitRecord[];
  /** Checks a record that was read by its head alone; null if it is valid. */
  check?(entry: StoredRecord): RecordProblem | null;
  /** Is called with each record that is left out. */
  leftOut(problem: RecordProblem): void;
}

/**
 * Chooses records, compares them with their test images and, when some disagree, chooses again without these, so that
 * another record of the same fit can take the place of one that is left out.
 *
 * @param entries all records
 * @param choice how to choose
 * @returns a choice of records that agree with the test images that are available
 * @throws whatever `choose` throws, such as that nothing is left to choose from
 */
export async function chooseWithTests<Chosen>(
  entries: readonly StoredRecord[],
  { choose, recordsOf, check, leftOut }: Choice<Chosen>,
): Promise<{ readonly chosen: Chosen; readonly tests: Tests }> {
  let left = entries;
  for (;;) {
    const chosen = choose(left);
    const wanted = new Set(recordsOf(chosen));
    const entriesOfChoice = left.filter(({ record }) => wanted.has(record));
    const invalid = entriesOfChoice.flatMap((entry) => check?.(entry) ?? []);
    const valid = withoutFiles(entriesOfChoice, invalid);
    const tests = await testImagesBySplit(valid.map(({ record }) => record).filter(isFinished));
    const problems = [...invalid, ...compareWithTests(valid, tests).problems];
    if (problems.length === 0) return { chosen, tests };
    for (const problem of problems) leftOut(problem);
    left = withoutFiles(left, problems);
  }
}

function withoutFiles(entries: readonly StoredRecord[], problems: readonly RecordProblem[]): readonly StoredRecord[] {
  const files = new Set(problems.map(({ file }) => file));
  return entries.filter(({ file }) => !files.has(file));
}

/**
 * Divides records into those that agree with their test images and those that do not.
 *
 * @param entries records, finished or not; those without test images agree
 * @param tests test images by the hash of their split
 */
export function compareWithTests(
  entries: readonly StoredRecord[],
  tests: Tests,
): { readonly agreeing: StoredRecord[]; readonly problems: RecordProblem[] } {
  const agreeing: StoredRecord[] = [];
  const problems: RecordProblem[] = [];
  for (const entry of entries) {
    const { file, record } = entry;
    const test = tests.get(record.dataset.splitHash);
    const message = test && isFinished(record) ? disagreementWithLabels(record, test) : null;
    if (message === null) agreeing.push(entry);
    else problems.push({ file, message });
  }
  return { agreeing, problems };
}
