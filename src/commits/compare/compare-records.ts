// Compares the records of two commits model by model: what got better, what got worse, what is inconclusive.
import { groupBy } from '../../base/group-by.ts';
import { counted, pValue } from '../../document/format.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import { metricsIn } from '../../metrics/find-metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { type SeedVariances, seedVariancesOf } from '../../metrics/seed-variance.ts';
import { decodeLabels } from '../../results/encode.ts';
import {
  processorText,
  UNKNOWN_PROCESSOR,
  UNKNOWN_PROCESSOR_NOTE,
  whyTimesDiffer,
} from '../../results/machine-identity.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed, unsteadySeeds } from '../../results/select.ts';
import { testImagesKey } from '../../results/test-images-key.ts';
import { holm } from '../../stats/holm.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import type { LabelledImages } from '../../types.ts';
import { changedCells, compareClasses, confusionChange, flips, type PairedLabels } from './classes.ts';
import type { Compared, Diff, MetricChange, ModelDiff, UnpairedModel, Verdict } from './diff-data.ts';
import { differencesOf } from './differences.ts';
import { type CountedEvidence, gatherEvidence } from './gather-evidence.ts';
import { type PairedFits, pairFits } from './pair.ts';
import { decide, metricValueOf, type SeedFits } from './verdict.ts';

/** Records of one benchmark, and what they are called. */
export interface NamedRecords {
  readonly name: string;
  /** As `Compared` has them; null by default. */
  readonly commit?: string | null;
  readonly dirty?: boolean | null;
  readonly records: readonly FitRecord[];
}

/** How to compare. */
export interface CompareOptions {
  /** The test images by the hash of their split. Without them, metrics that need the true classes are inconclusive. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  /** Minimum effects that replace those of the metrics, by the metric's id. */
  readonly tolerance: Readonly<Record<string, number>>;
  /** Ids of the metrics to compare; by default those that diff shows. */
  readonly metrics?: readonly string[];
  /** How much each model varies from seed to seed; by default as the records before and after show it. */
  readonly seedVariances?: SeedVariances;
  /** Whether to list the classes and images that changed; they are listed by default. */
  readonly hasImages?: boolean;
  /** Whether times of different and unknown machines are compared too. */
  readonly timesOfAnyMachine?: boolean;
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
  const seedVariances = options.seedVariances ?? seedVariancesOf([...before.records, ...after.records]);
  const measured = paired.map((pair) => measure(pair, metrics, { ...options, seedVariances }));
  const verdicts = judgeAll(metrics, measured);
  const models = measured.map(({ evidence: _, ...model }, i): ModelDiff => ({ ...model, metrics: verdicts[i]! }));
  const machines = [...before.records, ...after.records].map(({ machine }) => machine);
  return {
    before: comparedOf(before),
    after: comparedOf(after),
    benchmark: after.records[0]?.benchmark ?? '',
    machines: [...new Set(machines.map(({ id }) => id))],
    processors: [...new Set(machines.map(processorText))],
    classNames: after.records[0]?.dataset.classNames ?? [],
    metrics: metrics.map(({ id }) => id),
    models: models.sort((a, b) => rankOf(a) - rankOf(b)),
    onlyBefore: pairs
      .filter((pair) => pair.after.length === 0)
      .map((pair) => unpairedModel(pair, pair.before, metrics)),
    onlyAfter: pairs.filter((pair) => pair.before.length === 0).map((pair) => unpairedModel(pair, pair.after, metrics)),
    cautions: [
      ...cautionsOf(before, after),
      ...unsteadyModels(before, after, paired),
      ...timeCautions(models),
      ...(options.cautions ?? []),
    ],
  };
}

function comparedOf({ name, commit = null, dirty = null, records }: NamedRecords): Compared {
  return { name, commit, dirty, records: records.length };
}

/**
 * Decides all verdicts. The p-values are adjusted by Holm: those of metrics tested on images in one family, over all metrics and
 * models, and those of times and memory in another.
 */
function judgeAll(metrics: readonly Metric[], measured: readonly Measured[]): MetricChange[][] {
  const tests = measured.flatMap(({ evidence }, model) =>
    metrics.flatMap((metric) => {
      const { p } = evidence.get(metric.id)!;
      return p === null ? [] : [{ key: `${model} ${metric.id}`, test: metric.test, p }];
    }),
  );
  const adjusted = new Map(
    (['images', 'runs'] as const).flatMap((test) => {
      const family = tests.filter((one) => one.test === test);
      const values = holm(family.map(({ p }) => p));
      return family.map(({ key }, i) => [key, values[i]!] as const);
    }),
  );
  return measured.map(({ evidence }, model) =>
    metrics.map((metric) => changeOf(metric, evidence.get(metric.id)!, adjusted.get(`${model} ${metric.id}`) ?? null)),
  );
}

function unpairedModel(
  { name, modelId }: PairedFits,
  records: readonly FitRecord[],
  metrics: readonly Metric[],
): UnpairedModel {
  const finished = records.filter(isFinished);
  const values = metrics.map((metric) => ({ metric: metric.id, value: metricValueOf(metric, finished) }));
  return { name, modelId, values, failures: failuresOf(records) };
}

/** The first place that one of a model's verdicts has. */
function rankOf({ metrics }: ModelDiff): number {
  return Math.min(...metrics.map(({ verdict }) => ORDER.indexOf(verdict)));
}

function changeOf(metric: Metric, evidence: CountedEvidence, p: number | null): MetricChange {
  const chance = p === null ? '' : `, ${pValue(p)}`;
  const verdict = decide(metric, evidence, p);
  return {
    metric: metric.id,
    verdict,
    before: evidence.before,
    after: evidence.after,
    interval: evidence.interval,
    ratioInterval: evidence.ratioInterval ?? null,
    p,
    runs: evidence.runs,
    evidence: evidence.text + chance,
    isTested: verdict !== 'inconclusive' || p !== null || evidence.interval !== null,
  };
}

/** One fit before and one after. */
interface Pair {
  readonly before: FinishedRecord;
  readonly after: FinishedRecord;
}

type Measured = Omit<ModelDiff, 'metrics'> & { readonly evidence: ReadonlyMap<string, CountedEvidence> };

function measure(
  { name, modelId, before, after }: PairedFits,
  metrics: readonly Metric[],
  options: CompareOptions & { readonly seedVariances: SeedVariances },
): Measured {
  const { tests, seedVariances, hasImages = true, timesOfAnyMachine = false } = options;
  const finished = { before: before.filter(isFinished), after: after.filter(isFinished) };
  const seeds = { before: oneOfEachSeed(finished.before), after: oneOfEachSeed(finished.after) };
  const classNames = (finished.after[0] ?? finished.before[0])?.dataset.classNames ?? [];
  const shown = shownPair(seeds);
  const labels = shown && labelsOf(shown, tests);
  const listed = hasImages ? labels : null;
  return {
    name,
    modelId,
    seeds: { before: seeds.before.map(({ seed }) => seed), after: seeds.after.map(({ seed }) => seed) },
    failures: { before: failuresOf(before), after: failuresOf(after) },
    unfinishedSeeds: { before: unfinishedSeeds(before), after: unfinishedSeeds(after) },
    evidence: gatherEvidence(metrics, {
      runs: finished,
      seeds,
      labels,
      varianceOf: (metric) => seedVariances(modelId, metric),
      unlike: unlikeRuns([...finished.before, ...finished.after], timesOfAnyMachine),
    }),
    mcnemar: labels && flipsOf(shown!, labels),
    splitHash: labels ? shown!.before.dataset.splitHash : null,
    classes: listed ? compareClasses(listed, classNames) : [],
    confusion: listed ? confusionChange(listed, classNames.length) : [],
    cells: listed ? changedCells(listed, classNames) : [],
    flips: listed ? flips(listed) : [],
    differences: differencesOf(before[0]!, after[0]!),
  };
}

function flipsOf({ before, after }: Pair, labels: PairedLabels): ModelDiff['mcnemar'] {
  const test = compareByMcNemar(labels.truth, labels.before, labels.after);
  return { seeds: { before: before.seed, after: after.seed }, images: labels.truth.length, ...test };
}

/** The two fits whose images are shown: those of the first seed before that was also fitted after, else the first ones. */
function shownPair({ before, after }: SeedFits): Pair | null {
  const first = before.find(({ seed }) => after.some((other) => other.seed === seed)) ?? before[0];
  const other = after.find(({ seed }) => seed === first?.seed) ?? after[0];
  const isSame = first && other && testImagesKey(first.dataset) === testImagesKey(other.dataset);
  return isSame ? { before: first, after: other } : null;
}

function failuresOf(records: readonly FitRecord[]): string[] {
  return records.flatMap((record) => (isFinished(record) ? [] : `seed ${record.seed}: ${record.error.message}`));
}

/** The seeds without a finished fit. */
function unfinishedSeeds(records: readonly FitRecord[]): number[] {
  return oneOfEachSeed(records).flatMap((record) => (isFinished(record) ? [] : record.seed));
}

function labelsOf({ before, after }: Pair, tests: ReadonlyMap<string, LabelledImages>): PairedLabels | null {
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
function unlikeRuns(records: readonly FinishedRecord[], timesOfAnyMachine: boolean): string | null {
  const unlike = timesOfAnyMachine ? null : whyTimesDiffer(records.map(({ machine }) => machine));
  if (unlike !== null) return unlike;
  if (new Set(records.map(({ software }) => software.engine.device)).size > 1) return 'different devices';
  const sizes = new Set(records.map(({ dataset }) => `${dataset.train}, ${dataset.test}`));
  return sizes.size > 1 ? 'different images' : null;
}

/** Says once why times are left out, where records do not know their processor. */
function timeCautions(models: readonly ModelDiff[]): string[] {
  const isUnknown = models.some(({ metrics }) => metrics.some(({ evidence }) => evidence === UNKNOWN_PROCESSOR));
  return isUnknown ? [UNKNOWN_PROCESSOR_NOTE] : [];
}

/** Names the models whose repeats of a seed do not predict the same labels. */
function unsteadyModels(before: NamedRecords, after: NamedRecords, paired: readonly PairedFits[]): string[] {
  const named = paired.flatMap((pair) => [
    { place: before.name, model: pair.name, records: pair.before },
    { place: after.name, model: pair.name, records: pair.after },
  ]);
  return named
    .filter(({ records }) => unsteadySeeds(records.filter(isFinished)).length > 0)
    .map(({ place, model }) => `${place}: ${model}: fits of the same seed do not predict the same labels.`);
}

function cautionsOf(before: NamedRecords, after: NamedRecords): string[] {
  const keyOf = ({ model, seed, startedAt, machine, git }: FitRecord): string =>
    JSON.stringify([model.id, model.params, seed, startedAt, machine.id, git?.commit]);
  const known = groupBy(before.records, keyOf);
  const shared = after.records.filter((record) =>
    known.get(keyOf(record))?.some(({ predictions }) => predictions === record.predictions),
  );
  const sharedModels = new Set(shared.map(({ model }) => model.id)).size;
  return [
    ...[before, after]
      .filter(({ records }) => records.some(({ git }) => git?.dirty))
      .map(({ name }) => `${name}: measured with uncommitted changes.`),
    ...[before, after].flatMap(({ name, records }) =>
      records.flatMap(({ model, seed, cautions }) =>
        cautions.map((text) => `${name}: ${model.id}, seed ${seed}: ${text}`),
      ),
    ),
    ...(shared.length > 0
      ? [
          `${counted(shared.length, 'record')} ${shared.length === 1 ? 'is' : 'are'} the same before and after ` +
            `(${counted(sharedModels, 'model')}) and cannot show a change.`,
        ]
      : []),
  ];
}
