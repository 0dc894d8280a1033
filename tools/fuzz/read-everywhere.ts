// Runs everything that reads records on some records, to find records on which it breaks.
import { engines, libraryPairs, unequal } from '../../benchmarks/engines.ts';
import { published } from '../../benchmarks/published.ts';
import { training, trainingPairs } from '../../benchmarks/training.ts';
import { UserError } from '../../src/base/errors.ts';
import { compareRecords } from '../../src/commits/compare/compare-records.ts';
import { diffDocument } from '../../src/commits/compare/diff-document.ts';
import { renderDiffMarkdown } from '../../src/commits/compare/diff-markdown.ts';
import { renderDiffHtml } from '../../src/commits/compare/diff-page.ts';
import { outcomeOf } from '../../src/commits/compare/outcome.ts';
import { buildHistory } from '../../src/commits/history/build-history.ts';
import { historySections } from '../../src/commits/history/history-sections.ts';
import { benchArgsOf } from '../../src/commits/measure/bench-args.ts';
import { numbersOf, verdictText } from '../../src/commits/measure/rerun-text.ts';
import { compareRerun } from '../../src/commits/measure/rerun-verdict.ts';
import { compareWithTests } from '../../src/data/choose-with-tests.ts';
import { toMarkdown } from '../../src/document/to-markdown.ts';
import { documentToTerminal, toTerminal } from '../../src/document/to-terminal.ts';
import { fileOf, identityOf } from '../../src/fitted/fit-identity.ts';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import { buildReport } from '../../src/report/model/build-report.ts';
import type { ReportOptions } from '../../src/report/model/report-data.ts';
import { renderHtml } from '../../src/report/render/report-html.ts';
import { renderMarkdown } from '../../src/report/render/report-markdown.ts';
import { summaryTable } from '../../src/report/render/summary-table.ts';
import { planMerge } from '../../src/results/merge.ts';
import { recordPath } from '../../src/results/path.ts';
import type { StoredRecord } from '../../src/results/read.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import { latestRecords } from '../../src/results/select.ts';
import type { LabelledImages } from '../../src/types.ts';

/** Test images by the hash of their split. */
type Tests = ReadonlyMap<string, LabelledImages>;

const PAIRS = [
  { benchmark: engines.id, title: 'Our engines and the given libraries', pairs: libraryPairs, unequal },
  { benchmark: training.id, title: 'Compiled training and tfjs', pairs: trainingPairs, unequal: {} },
];
const GENERATED_AT = '2026-02-03T04:05:06.000Z';
const TERMINAL = { columns: 80, colour: false };
const METRICS = allMetrics.map(({ id }) => id);

/**
 * Everything that reads records: each renders what it makes of one record among others. An error other than a UserError is
 * a fault.
 */
export const readers: Readonly<
  Record<string, (record: FitRecord, others: readonly FitRecord[], tests: Tests) => void>
> = {
  report(record, others, tests) {
    const records = latestRecords(agreeing([record, ...others], tests)).map((entry) => entry.record);
    buildReport(records, reportOptions(records, tests));
    summaryTable(records, TERMINAL);
  },
  pages(record, others, tests) {
    const records = latestRecords(agreeing([record, ...others], tests)).map((entry) => entry.record);
    const data = buildReport(records, reportOptions(records, tests));
    renderMarkdown(data);
    renderHtml(data);
  },
  diff(record, others, tests) {
    const one = agreeing([record], tests).map((entry) => entry.record);
    for (const [before, after] of [
      [one, others],
      [others, one],
    ] as const) {
      const named = [
        { name: 'before', records: before },
        { name: 'after', records: after },
      ] as const;
      const diff = compareRecords(...named, { tests, tolerance: {}, metrics: METRICS });
      const outcome = outcomeOf(diff, { failOn: METRICS, allowMissing: false });
      documentToTerminal(diffDocument(diff, outcome), TERMINAL);
      renderDiffMarkdown(diff, outcome);
      renderDiffHtml(diff, outcome, { tests, generatedAt: GENERATED_AT });
    }
  },
  history(record, others, tests) {
    const records = agreeing([record, ...others], tests).map((entry) => entry.record);
    const { benchmark } = record;
    const history = buildHistory(records, { benchmark, metrics: METRICS, graph: new Map(), tests });
    for (const isOneModel of [true, false]) {
      const sections = historySections(history, { isOneModel });
      toMarkdown(sections, { level: 3, chartPath: () => '' });
      toTerminal(sections, TERMINAL);
    }
  },
  merge(record, others) {
    const present = { name: 'results', entries: others.map((one) => stored(one, 'results')) };
    planMerge(present, [{ name: 'shard', entries: [stored(record, 'shard')] }], { out: 'results' });
  },
  rerun(record, [other]) {
    for (const [then, now] of [
      [record, other],
      [other, record],
    ] as [FitRecord, FitRecord][]) {
      const rerun = compareRerun(then, now, null);
      verdictText(rerun);
      numbersOf(rerun, then, now);
    }
    benchArgsOf(record.command);
  },
  predict(record) {
    fileOf(identityOf(record));
  },
};

/**
 * Runs every reader on a record among others.
 *
 * @param record one that `checkRecord` accepts
 * @param others valid records
 * @param tests test images by the hash of their split
 * @param names of the readers, by default all
 * @returns the readers that broke, with their errors
 */
export function readEverywhere(
  record: FitRecord,
  others: readonly FitRecord[],
  tests: Tests,
  names: readonly string[] = Object.keys(readers),
): { readonly reader: string; readonly error: unknown }[] {
  return names.flatMap((reader) => {
    try {
      readers[reader]!(record, others, tests);
      return [];
    } catch (error) {
      return error instanceof UserError ? [] : [{ reader, error }];
    }
  });
}

function reportOptions(records: readonly FitRecord[], tests: Tests): ReportOptions {
  return { tests, past: { records, graph: new Map() }, published, libraryPairs: PAIRS };
}

/** The records that a command uses when the test images are there. */
function agreeing(records: readonly FitRecord[], tests: Tests): StoredRecord[] {
  return compareWithTests(
    records.map((record) => stored(record, 'results')),
    tests,
  ).agreeing;
}

function stored(record: FitRecord, folder: string): StoredRecord {
  return { file: recordPath(folder, record), record };
}
