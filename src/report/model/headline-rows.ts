// The rows of the README's table: one of our models and one reference each, measured alternating.
import { groupBy } from '../../base/group-by.ts';
import { machineKey } from '../../results/machine-identity.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { Pair } from './part-data.ts';
import { REFERENCES_BENCHMARK, referencePairs } from './reference-pairs.ts';

/** A row that the table should have. */
export interface HeadlineRequest {
  /** Our model. */
  readonly modelId: string;
  /** The reference's id as in records: `svm-scikit-learn`. */
  readonly referenceId: string;
  /** The command that measures both, as records state it; the number of threads may differ. */
  readonly command: string;
}

/** A row with its numbers. */
export interface HeadlineRow {
  readonly request: HeadlineRequest;
  readonly pair: Pair;
  /** The records of our model and of the reference. */
  readonly ours: FitRecord;
  readonly reference: FitRecord;
}

/**
 * Finds the pairs of a table among records. They come from one machine and one split: the one with the most rows, and of
 * those the one with the most images.
 *
 * @param records of any benchmarks
 * @param requests the rows to look for
 * @returns the rows that were measured, highest accuracy of our model first, failed ones last; empty when there is none
 */
export function headlineRows(
  records: readonly FitRecord[],
  requests: readonly HeadlineRequest[],
): readonly HeadlineRow[] {
  const measured = records.filter(
    (record) => record.benchmark === REFERENCES_BENCHMARK && !hasOtherConditions(record, requests),
  );
  const groups = groupBy(measured, ({ machine, dataset }) => JSON.stringify([machineKey(machine), dataset.splitHash]));
  const tables = Array.from(groups.values(), (group) => requests.flatMap((request) => findRow(group, request) ?? []));
  const [best = []] = tables.sort((a, b) => b.length - a.length || imagesOf(b) - imagesOf(a));
  return best.sort((a, b) => (b.pair.ours.accuracy ?? -1) - (a.pair.ours.accuracy ?? -1));
}

/** Records of the requested command come before others, newer ones before older ones. */
function findRow(records: readonly FitRecord[], request: HeadlineRequest): HeadlineRow | null {
  const newestFirst = records
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
    .toSorted((a, b) => Number(isRequested(b, request)) - Number(isRequested(a, request)));
  const reference = newestFirst.find(({ model }) => model.role === 'reference' && model.id === request.referenceId);
  const isOurs = ({ model }: FitRecord): boolean => model.role === 'model' && model.id === request.modelId;
  const ours =
    newestFirst.find((record) => isOurs(record) && record.command === reference?.command) ?? newestFirst.find(isOurs);
  if (!ours || !reference) return null;
  const [pair] = referencePairs([ours, reference]);
  return pair ? { request, pair, ours, reference } : null;
}

/**
 * Tells whether a record was made by the command that the row is requested with.
 *
 * @param record of our model or the reference
 */
export function isRequested({ command }: FitRecord, request: HeadlineRequest): boolean {
  return withoutThreads(command) === withoutThreads(request.command);
}

/** Fits on fewer images or with other parameters are not what the table is about. */
function hasOtherConditions(record: FitRecord, requests: readonly HeadlineRequest[]): boolean {
  return / --(limit|set) /.test(record.command) && !requests.some((request) => isRequested(record, request));
}

function withoutThreads(command: string): string {
  return command.replace(/ --threads \d+$/, '');
}

function imagesOf([first]: readonly HeadlineRow[]): number {
  return first?.ours.dataset.train ?? 0;
}
