// Compares the records of two commits model by model: what got better, what got worse, what is inconclusive.
import { counted, pValue } from '../../document/format.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import { metricsIn } from '../../metrics/find-metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import { decodeConfidence, decodeLabels } from '../../results/encode.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed } from '../../results/select.ts';
import { holm } from '../../stats/holm.ts';
import type { LabelledImages } from '../../types.ts';
import { changedCells, compareClasses, confusionChange, flips, type PairedLabels } from './classes.ts';
import type { Diff, MetricChange, ModelDiff, Verdict } from './diff-data.ts';
import { differencesOf } from './differences.ts';
import { type PairedFits, pairFits } from './pair.ts';
import { resampleChanges } from './resample.ts';
import { decide, type Evidence, imageEvidence, runEvidence } from './verdict.ts';

/** Records of one benchmark, and what they are called. */
export interface NamedRecords {
  readonly name: string;
  readonly records: readonly FitRecord[];
}

/** How to compare. */
export interface CompareOptions {
  /** The test images by the hash of their split. Without them, metrics that need the true classes are inconclusive. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  /** Minimum effects that replace those of the metrics, by the metric's id. */
  readonly tolerance: Readonly<Record<string, number>>;
  /** Ids of the metrics to compare; by default those that diff shows. Resampling takes seconds for each model. */
  readonly metrics?: readonly string[];
  /** Further cautions for the reader. */
  readonly cautions?: readonly string[];
}

/** Models are listed by their first verdict in this order. */
const ORDER: readonly Verdict[] = ['worse', 'better', 'incomparable', 'inconclusive', 'unmeasured', 'same'];

/**
 * Compares records.
 *
 * @param before of one benchmark, the newest of every fit
 * @param after likewise
 * @param options test images, tolerances, cautions
 */
export function compareRecords(before: NamedRecords, after: NamedRecords, options: CompareOptions): Diff {
  const pairs = pairFits(before.records, after.records);
  const paired = pairs.filter((pair) => pair.before.length > 0 && pair.after.length > 0);
  const { metrics: wanted = metricsIn('diff').map(({ id }) => id), tolerance } = options;
  const metrics = allMetrics
    .filter(({ id }) => wanted.includes(id))
    .map((metric) => ({ ...metric, minimumEffect: tolerance[metric.id] ?? metric.minimumEffect }));
  const measured = paired.map((pair) => measure(pair, metrics, options));
  // Holm over all models that are shown, metric by metric.
  const verdicts = metrics.map((metric) => {
    const evidences = measured.map(({ evidence }) => evidence.get(metric.id)!);
    const tested = evidences.flatMap(({ p }, i) => (p === null ? [] : [{ p, i }]));
    const adjusted = holm(tested.map(({ p }) => p));
    const byModel = new Map(tested.map(({ i }, at) => [i, adjusted[at]!]));
    return evidences.map((evidence, i) => changeOf(metric, evidence, byModel.get(i) ?? null));
  });
  const models = measured.map(
    ({ evidence: _, ...model }, i): ModelDiff => ({ ...model, metrics: verdicts.map((column) => column[i]!) }),
  );
  return {
    before: { name: before.name, records: before.records.length },
    after: { name: after.name, records: after.records.length },
    benchmark: after.records[0]?.benchmark ?? '',
    machines: [...new Set([...before.records, ...after.records].map(({ machine }) => machine.id))],
    classNames: after.records[0]?.dataset.classNames ?? [],
    metrics: metrics.map(({ id }) => id),
    models: models.sort((a, b) => rankOf(a) - rankOf(b)),
    onlyBefore: pairs.filter((pair) => pair.after.length === 0).map(({ name }) => name),
    onlyAfter: pairs.filter((pair) => pair.before.length === 0).map(({ name }) => name),
    cautions: [...cautionsOf(before, after), ...(options.cautions ?? [])],
  };
}

/** The first place that one of a model's verdicts has. */
function rankOf({ metrics }: ModelDiff): number {
  return Math.min(...metrics.map(({ verdict }) => ORDER.indexOf(verdict)));
}

function changeOf(metric: Metric, evidence: Evidence, p: number | null): MetricChange {
  const chance = p === null ? '' : `, ${pValue(p)}`;
  return {
    metric: metric.id,
    verdict: decide(metric, evidence, p),
    before: evidence.before,
    after: evidence.after,
    interval: evidence.interval,
    evidence: evidence.text + chance,
  };
}

type Measured = Omit<ModelDiff, 'metrics'> & { readonly evidence: ReadonlyMap<string, Evidence> };

/** The fits of one seed before and after, and their predictions where the true classes are known. */
interface SeedPair {
  readonly before: FinishedRecord;
  readonly after: FinishedRecord;
  readonly labels: PairedLabels | null;
}

function measure(
  { name, modelId, before, after }: PairedFits,
  metrics: readonly Metric[],
  { tests }: CompareOptions,
): Measured {
  const finished = { before: before.filter(isFinished), after: after.filter(isFinished) };
  const seeds = { before: oneOfEachSeed(finished.before), after: oneOfEachSeed(finished.after) };
  const pairs = pairSeeds(seeds, tests);
  const classNames = (finished.after[0] ?? finished.before[0])?.dataset.classNames ?? [];
  const [first] = pairs;
  const labels = first?.labels;
  return {
    name,
    modelId,
    seeds: { before: seeds.before.map(({ seed }) => seed), after: seeds.after.map(({ seed }) => seed) },
    failures: { before: failuresOf(before), after: failuresOf(after) },
    evidence: gatherEvidence(metrics, finished, pairs, classNames.length),
    splitHash: labels ? first.before.dataset.splitHash : null,
    classes: labels ? compareClasses(labels, classNames) : [],
    confusion: labels ? confusionChange(labels, classNames.length) : [],
    cells: labels ? changedCells(labels, classNames) : [],
    flips: labels ? flips(labels) : [],
    differences: differencesOf(before[0]!, after[0]!),
  };
}

type BeforeAndAfter = Readonly<Record<'before' | 'after', readonly FinishedRecord[]>>;

function pairSeeds({ before, after }: BeforeAndAfter, tests: CompareOptions['tests']): SeedPair[] {
  const pairs = before.flatMap((record) => {
    const partner = after.find(({ seed }) => seed === record.seed);
    return partner ? [{ before: record, after: partner }] : [];
  });
  return pairs.map((pair) => ({ ...pair, labels: pairs.every(isSameSplit) ? labelsOf(pair, tests) : null }));
}

function isSameSplit({ before, after }: Pick<SeedPair, 'before' | 'after'>): boolean {
  return before.dataset.splitHash === after.dataset.splitHash;
}

function gatherEvidence(
  metrics: readonly Metric[],
  { before, after }: BeforeAndAfter,
  pairs: readonly SeedPair[],
  classCount: number,
): ReadonlyMap<string, Evidence> {
  const resampled = resampleSingleSeed(metrics, pairs, classCount);
  return new Map(
    metrics.map((metric): [string, Evidence] => {
      if (metric.test === 'runs') {
        const values = (records: readonly FinishedRecord[]): number[] =>
          records.flatMap((record) => metricValue(metric, record) ?? []);
        return [metric.id, runEvidence(metric, values(before), values(after), unlikeRuns(before, after))];
      }
      if (before.length > 0 && after.length > 0 && pairs.length === 0) {
        return [metric.id, { ...NOTHING, text: 'no seed in common', settled: 'incomparable' }];
      }
      if (!pairs.every(isSameSplit)) {
        return [metric.id, { ...NOTHING, text: 'different test images', settled: 'incomparable' }];
      }
      const interval = resampled?.get(metric.id);
      const withIntervals = pairs.map((pair) => ({ ...pair, ...(interval && { resampled: interval }) }));
      return [metric.id, imageEvidence(metric, withIntervals)];
    }),
  );
}

/** Intervals of the changes of a single seed, by the id of the metric; null where they are not needed or unknown. */
function resampleSingleSeed(metrics: readonly Metric[], pairs: readonly SeedPair[], classCount: number) {
  // The accuracy has McNemar's exact test.
  const toResample = metrics.filter(({ id, test }) => test === 'images' && id !== 'accuracy');
  const [pair] = pairs;
  if (pairs.length !== 1 || toResample.length === 0 || !pair?.labels) return null;
  const { before, after, labels } = pair;
  if (before.predictions === after.predictions) return null;
  return resampleChanges(toResample, {
    truth: labels.truth,
    before: { labels: labels.before, confidence: decodeConfidence(before.confidence) },
    after: { labels: labels.after, confidence: decodeConfidence(after.confidence) },
    classCount,
  });
}

function failuresOf(records: readonly FitRecord[]): string[] {
  return records.flatMap((record) => (isFinished(record) ? [] : `seed ${record.seed}: ${record.error.message}`));
}

const NOTHING = { before: null, after: null, interval: null, p: null } as const;

function labelsOf(
  { before, after }: { readonly before: FinishedRecord; readonly after: FinishedRecord },
  tests: ReadonlyMap<string, LabelledImages>,
): PairedLabels | null {
  const test = tests.get(before.dataset.splitHash);
  if (!test) return null;
  const labels = {
    truth: test.labels,
    before: decodeLabels(before.predictions),
    after: decodeLabels(after.predictions),
  };
  const isWhole = labels.before.length === test.count && labels.after.length === test.count;
  return isWhole ? labels : null;
}

/** Why times must not be compared; null when they may be. */
function unlikeRuns(before: readonly FinishedRecord[], after: readonly FinishedRecord[]): string | null {
  const kinds: readonly (readonly [string, (record: FinishedRecord) => string])[] = [
    ['machines', ({ machine }) => machine.id],
    ['devices', ({ software }) => software.engine.device],
    ['images', ({ dataset }) => `${dataset.train}, ${dataset.test}`],
  ];
  const unlike = kinds.find(([, of]) => new Set([...before, ...after].map(of)).size > 1);
  return unlike ? `different ${unlike[0]}` : null;
}

function cautionsOf(before: NamedRecords, after: NamedRecords): string[] {
  const keyOf = ({ model, seed, startedAt, machine, git, predictions }: FitRecord): string =>
    JSON.stringify([model.id, model.params, seed, startedAt, machine.id, git?.commit, predictions]);
  const known = new Set(before.records.map(keyOf));
  const shared = after.records.filter((record) => known.has(keyOf(record)));
  const sharedModels = new Set(shared.map(({ model }) => model.id)).size;
  return [
    ...[before, after]
      .filter(({ records }) => records.some(({ git }) => git?.dirty))
      .map(({ name }) => `${name}: measured with uncommitted changes.`),
    ...(shared.length > 0
      ? [
          `${counted(shared.length, 'record')} ${shared.length === 1 ? 'is' : 'are'} the same before and after ` +
            `(${counted(sharedModels, 'model')}) and cannot show a change.`,
        ]
      : []),
  ];
}
