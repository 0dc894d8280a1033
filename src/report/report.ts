// Builds the one model of a report from records: pure, records in, data out. The renderers beside it turn it into text.
import { UserError } from '../errors.ts';
import type { FitRecord } from '../results/schema.ts';
import { compareConditions } from './conditions.ts';
import { slug } from './escape.ts';
import { makeFindings, makePicks, makeSides } from './findings.ts';
import { bytes, integer, list } from './format.ts';
import { groupBy } from './group.ts';
import { makeRows } from './rows.ts';
import type { Comparison, PublishedResult, ReportData, ReportOptions } from './types.ts';

export * from './types.ts';

/**
 * Builds a report. Records of different benchmarks, splits or machines never meet in one comparison; of a model's fits
 * with one seed the newest counts, and fits of its older code are left out and named.
 *
 * @param records in any order, at least one
 * @throws UserError when there are no records
 */
export function buildReport(records: readonly FitRecord[], { now, published = [] }: ReportOptions): ReportData {
  if (records.length === 0) throw new UserError('nothing to report: no records (npm run bench makes some)');
  const taken = new Set<string>();
  const groups = [...groupBy(records, keyOf).values()].sort(byWeight);
  return {
    generatedAt: now.toISOString(),
    comparisons: groups.map((group) => buildComparison(group, published, taken)),
  };
}

/** Only fits that agree in this may stand in one table. */
function keyOf({ benchmark, dataset, machine }: FitRecord): string {
  return JSON.stringify([benchmark, dataset.name, dataset.splitHash, machine.id]);
}

/** The largest comparison first: most images to fit, most to test, most fits, newest. */
function byWeight(a: readonly FitRecord[], b: readonly FitRecord[]): number {
  const newest = (group: readonly FitRecord[]): number => Math.max(...group.map((r) => Date.parse(r.startedAt)));
  return (
    b[0]!.dataset.train - a[0]!.dataset.train ||
    b[0]!.dataset.test - a[0]!.dataset.test ||
    b.length - a.length ||
    newest(b) - newest(a)
  );
}

function buildComparison(
  records: readonly FitRecord[],
  published: readonly PublishedResult[],
  taken: Set<string>,
): Comparison {
  const { benchmark, dataset, machine } = records[0]!;
  const { train, validation, test } = dataset;
  // A printed result is comparable only where the model saw as many images.
  const comparable = published.filter((one) => one.dataset === dataset.name && one.trainImages === train + validation);
  const { rows, cautions } = makeRows(records, comparable);
  const competitors = rows.filter(({ role }) => role === 'competitor');
  const ids = new Set(rows.map(({ modelId }) => modelId));
  const dirty = new Set(records.filter(({ git }) => git?.dirty).map(({ model }) => model.id));
  if (dirty.size > 0) cautions.push(`Measured with uncommitted changes: ${list([...dirty])}.`);
  const cores = `${machine.cores} core${machine.cores === 1 ? '' : 's'}`;
  return {
    slug: slug(`${benchmark}-${machine.id}`, taken),
    title: `${benchmark}: ${integer(train)} images on ${machine.id}`,
    benchmark,
    dataset: dataset.name,
    classNames: dataset.classNames,
    counts: { train, validation, test },
    machineId: machine.id,
    headline:
      `Fitted on ${integer(train)} images of ${dataset.name}, ${integer(validation)} held out for validation, ` +
      `tested on ${integer(test)}; ${machine.cpu} (${cores}, ${bytes(machine.memoryBytes)})` +
      `${machine.gpu ? `, ${machine.gpu.model}` : ''}.`,
    rows,
    picks: makePicks(competitors, test),
    sides: makeSides(competitors),
    findings: makeFindings(competitors),
    ...compareConditions(records),
    cautions,
    otherPublished: comparable.filter(({ modelId }) => modelId === null || !ids.has(modelId)),
  };
}
