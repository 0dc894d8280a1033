// Compares the records of two commits model by model: what got better, what got worse, what is inconclusive.
import { counted, pValue } from '../../document/format.ts';
import { decodeConfidence, decodeLabels } from '../../results/encode.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed } from '../../results/select.ts';
import { holm } from '../../stats/holm.ts';
import type { LabelledImages } from '../../types.ts';
import { changedCells, compareClasses, confusionChange, flips, type PairedLabels } from './classes.ts';
import { METRICS, type MetricDefinition } from './compared-metrics.ts';
import type { Diff, MetricChange, MetricId, ModelDiff, Verdict } from './diff-data.ts';
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
  /** The smallest change that matters, in place of the default of a metric. */
  readonly tolerance: Readonly<Partial<Record<MetricId, number>>>;
  /** Only these metrics; by default all. Macro F1 and calibration error of single seeds take seconds for each model. */
  readonly metrics?: readonly MetricId[];
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
  const { metrics: wanted = METRICS.map(({ id }) => id), tolerance } = options;
  const metrics = METRICS.filter(({ id }) => wanted.includes(id)).map((metric) => ({
    ...metric,
    floor: tolerance[metric.id] ?? metric.floor,
  }));
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

function changeOf(metric: MetricDefinition, evidence: Evidence, p: number | null): MetricChange {
  const chance = p === null ? '' : `, ${pValue(p)}`;
  return {
    metric: metric.id,
    verdict: decide(metric, evidence, p),
    before: evidence.before,
    after: evidence.after,
    interval: evidence.interval,
    evidence: evidence.words + chance,
  };
}

type Measured = Omit<ModelDiff, 'metrics'> & { readonly evidence: ReadonlyMap<MetricId, Evidence> };

function measure(
  { name, modelId, before, after }: PairedFits,
  metrics: readonly MetricDefinition[],
  { tests }: CompareOptions,
): Measured {
  const [one, other] = [before.filter(isFinished), after.filter(isFinished)];
  const seeds = oneOfEachSeed(one).flatMap((record) => {
    const partner = oneOfEachSeed(other).find(({ seed }) => seed === record.seed);
    return partner ? [{ before: record, after: partner }] : [];
  });
  const isSameSplit = seeds.every((pair) => pair.before.dataset.splitHash === pair.after.dataset.splitHash);
  const paired = seeds.map((pair) => ({ ...pair, labels: isSameSplit ? labelsOf(pair, tests) : null }));
  const first = paired[0];
  const classNames = (other[0] ?? one[0])?.dataset.classNames ?? [];
  const needsResamples = metrics.some(({ id }) => id === 'macro-f1' || id === 'calibration-error');
  const resampled =
    needsResamples && first?.labels && paired.length === 1 && first.before.predictions !== first.after.predictions
      ? resampleChanges(
          first.labels.truth,
          { labels: first.labels.before, confidence: decodeConfidence(first.before.confidence) },
          { labels: first.labels.after, confidence: decodeConfidence(first.after.confidence) },
          classNames.length,
        )
      : null;
  const evidence = new Map(
    metrics.map((metric): [MetricId, Evidence] => {
      if (metric.test === 'runs') {
        const values = (records: readonly FinishedRecord[]): number[] =>
          records.flatMap((record) => metric.value(record) ?? []);
        return [metric.id, runEvidence(metric, values(one), values(other), unlikeRuns(one, other))];
      }
      if (one.length > 0 && other.length > 0 && seeds.length === 0) {
        return [metric.id, { ...NOTHING, words: 'no seed in common', settled: 'incomparable' }];
      }
      if (!isSameSplit) return [metric.id, { ...NOTHING, words: 'different test images', settled: 'incomparable' }];
      const interval = metric.id === 'macro-f1' ? resampled?.macroF1 : resampled?.calibrationError;
      const withIntervals = paired.map((pair) => ({ ...pair, ...(interval && { resampled: interval }) }));
      return [metric.id, imageEvidence(metric, withIntervals)];
    }),
  );
  return {
    name,
    modelId,
    seeds: { before: oneOfEachSeed(one).map(({ seed }) => seed), after: oneOfEachSeed(other).map(({ seed }) => seed) },
    failures: { before: failuresOf(before), after: failuresOf(after) },
    evidence,
    splitHash: first?.labels ? first.before.dataset.splitHash : null,
    classes: first?.labels ? compareClasses(first.labels, classNames) : [],
    confusion: first?.labels ? confusionChange(first.labels, classNames.length) : [],
    cells: first?.labels ? changedCells(first.labels, classNames) : [],
    flips: first?.labels ? flips(first.labels) : [],
    differences: differencesOf(before[0]!, after[0]!),
  };
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
