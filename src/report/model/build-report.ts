// Builds the data of a report from records: pure, records in, data out. The sections and renderers make text of it.
import { UserError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { slug } from '../../document/escape.ts';
import { bytes, integer, list } from '../../document/format.ts';
import { seedVariancesOf } from '../../metrics/seed-variance.ts';
import { machineKey, processorText } from '../../results/machine-identity.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';
import { compareConditions } from './conditions.ts';
import { makeFindings, makePicks, makeSides } from './findings.ts';
import { makeHistoryPart, type Past } from './history-part.ts';
import { makeImagePart } from './image-part.ts';
import { mostFrequentCommit, originOf } from './origin.ts';
import type { EnginePart, Fact, LibraryPairs, ScalingPart } from './part-data.ts';
import { libraryPairsOfRecords, REFERENCES_BENCHMARK, referencePairs } from './reference-pairs.ts';
import type { Comparison, ReportData, ReportOptions } from './report-data.ts';
import type { Row } from './row-data.ts';
import { makeRows } from './rows.ts';
import { SCALING_BENCHMARK, scalingLines } from './scaling.ts';
import { fitKey, shownFits } from './shown-fits.ts';

const NO_PAST: Past = { records: [], graph: new Map() };

/** The options that comparisons need, all of them set. */
type ComparisonOptions = Required<Pick<ReportOptions, 'published' | 'tests' | 'past' | 'isCurrent'>>;

/**
 * Builds a report. A comparison holds records of one benchmark, split and machine; reference implementations join the
 * comparison of their split and machine. The newest fit of a model and seed is shown; fits of a model's older code are
 * left out and named. Fits on training sets of several sizes are one part, and so are the pairs of `libraryPairs`.
 *
 * @param records in any order, at least one
 * @throws UserError when there are no records
 */
export function buildReport(
  records: readonly FitRecord[],
  { published = [], libraryPairs = [], tests = new Map(), past = NO_PAST, isCurrent = () => true }: ReportOptions = {},
): ReportData {
  if (records.length === 0) throw new UserError('nothing to report: no records (npm run bench makes some)');
  const libraryPairsOf = ({ benchmark, model }: FitRecord): LibraryPairs | undefined =>
    libraryPairs.find((some) => some.benchmark === benchmark && Object.entries(some.pairs).flat().includes(model.id));
  const {
    scaling = [],
    engines = [],
    rest = [],
  } = Object.fromEntries(
    groupBy(records, (record) => {
      if (record.benchmark === SCALING_BENCHMARK) return 'scaling';
      return libraryPairsOf(record) ? 'engines' : 'rest';
    }),
  );
  const taken = new Set<string>();
  return {
    newestRecordAt: new Date(newestOf(records)).toISOString(),
    comparisons: withReferences([...groupBy(rest, keyOf).values()].sort(byWeight)).map((group) =>
      buildComparison(group, { published, tests, past, isCurrent }, taken),
    ),
    engines: [...groupBy(engines, keyOf).values()]
      .sort(byWeight)
      .map((group) => buildEngines(group, libraryPairsOf(group[0]!)!, taken)),
    scalings: [
      ...groupBy(scaling, ({ dataset, machine }) => JSON.stringify([dataset.name, machineKey(machine)])).values(),
    ]
      .sort(byWeight)
      .map((group) => buildScaling(group, Object.assign({}, ...libraryPairs.map(({ pairs }) => pairs)), taken)),
  };
}

/** The fits of one comparison. */
interface Group {
  /** Fits of the comparison's benchmark: our models' numbers come from these alone. */
  readonly own: readonly FitRecord[];
  /** Fits of reference implementations, and of our models alternating with them. */
  readonly paired: readonly FitRecord[];
}

/** Adds the fits of references to the largest comparison of their split and machine; without one they come last. */
function withReferences(groups: readonly (readonly FitRecord[])[]): Group[] {
  const isReferences = ([first]: readonly FitRecord[]): boolean => first!.benchmark === REFERENCES_BENCHMARK;
  const place = ([first]: readonly FitRecord[]): string => keyOf({ ...first!, benchmark: '' });
  const comparisons = groups.filter((group) => !isReferences(group));
  const references = new Map(groups.filter(isReferences).map((group) => [place(group), group]));
  const joined = comparisons.map((own) => {
    const paired = references.get(place(own)) ?? [];
    references.delete(place(own));
    return { own, paired };
  });
  return [...joined, ...Array.from(references.values(), (own) => ({ own, paired: own }))];
}

/** One table may hold only fits that agree in this. */
function keyOf({ benchmark, dataset, machine }: FitRecord): string {
  const { name, splitHash, shape, train, validation, test, classNames } = dataset;
  return JSON.stringify([benchmark, name, splitHash, shape, train, validation, test, classNames, machineKey(machine)]);
}

/** The largest comparison first: most training images, most test images, most fits, newest. */
function byWeight(a: readonly FitRecord[], b: readonly FitRecord[]): number {
  return (
    b[0]!.dataset.train - a[0]!.dataset.train ||
    b[0]!.dataset.test - a[0]!.dataset.test ||
    b.length - a.length ||
    newestOf(b) - newestOf(a)
  );
}

/** When the newest record was measured, in milliseconds. */
function newestOf(records: readonly FitRecord[]): number {
  return Math.max(...records.map(({ startedAt }) => Date.parse(startedAt)));
}

function buildComparison(
  { own, paired }: Group,
  { published, tests, past, isCurrent }: ComparisonOptions,
  taken: Set<string>,
): Comparison {
  const records = own === paired ? own : [...own, ...paired.filter((record) => isLikeOneOf(own, record, paired))];
  const { benchmark, dataset, machine } = own[0]!;
  const { train, validation, test } = dataset;
  // A published result is comparable only where the model saw as many images.
  const comparable = published.filter((one) => one.dataset === dataset.name && one.trainImages === train + validation);
  const seedVariances = seedVariancesOf([...new Set([...past.records, ...records])]);
  const { rows, kept, cautions, seedRecords } = makeRows(records, { published: comparable, isCurrent, seedVariances });
  const images = tests.get(dataset.splitHash);
  const models = rows.filter(({ role }) => role === 'model');
  const ids = new Set(rows.map(({ modelId }) => modelId));
  const pairedFits = shownFits(paired).kept;
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
      `tested on ${integer(test)}; ${describe(machine)}.`,
    rows,
    references: referencePairs(pairedFits),
    referencesOrigin: pairedFits.length > 0 ? originOf(pairedFits) : null,
    picks: makePicks(models, test),
    sides: makeSides(models),
    findings: makeFindings(models),
    origin: originOf(kept),
    mainCommit: mostFrequentCommit(models.map(({ commits }) => commits)),
    ...compareConditions(records),
    cautions: [...cautions, ...uncommitted(records), ...doubtful(rows)],
    otherPublished: comparable.filter(({ modelId }) => modelId === null || !ids.has(modelId)),
    images: images ? makeImagePart(models, seedRecords, images, seedVariances) : null,
    history: makeHistoryPart(
      { ...past, records: past.records.filter((record) => keyOf(record) === keyOf(own[0]!)) },
      tests,
    ),
  };
}

function doubtful(rows: readonly Row[]): string[] {
  const names = rows.filter((row) => row.cautions.length > 0).map(({ name }) => name);
  return names.length > 0 ? [`The numbers of ${list(names)} are doubtful: see the notes of the leaderboard.`] : [];
}

function uncommitted(records: readonly FitRecord[]): string[] {
  const dirty = new Set(records.filter(({ git }) => git?.dirty).map(({ model }) => model.id));
  return dirty.size > 0 ? [`Measured with uncommitted changes: ${list([...dirty])}.`] : [];
}

/** Tells whether a fit is of a reference that did the work of one of our rows; others are shown in the pairs only. */
function isLikeOneOf(own: readonly FitRecord[], { model, command }: FitRecord, paired: readonly FitRecord[]): boolean {
  if (model.role !== 'reference') return false;
  const ours = paired.find((other) => other.model.id === model.referenceOf && other.command === command);
  return !ours || own.some((record) => fitKey(record) === fitKey(ours));
}

function buildEngines(records: readonly FitRecord[], libraryPairs: LibraryPairs, taken: Set<string>): EnginePart {
  const { benchmark, dataset, machine } = records[0]!;
  return {
    slug: slug(`${benchmark}-${machine.id}`, taken),
    title: `${libraryPairs.title} on ${machine.id}`,
    headline:
      'Each of our models and the library that does the same, with equal parameters, on as much data as the library can ' +
      `handle: fitted on ${integer(dataset.train)} images of ${dataset.name}, tested on ${integer(dataset.test)}; ` +
      `${describe(machine)}.`,
    pairs: libraryPairsOfRecords(records, libraryPairs),
    ...circumstances(records),
  };
}

function buildScaling(records: readonly FitRecord[], pairs: LibraryPairs['pairs'], taken: Set<string>): ScalingPart {
  const { dataset, machine } = records[0]!;
  const { differences, ...others } = circumstances(records);
  // Every size has a separate split: the table shows it.
  const bySize = new Set(['images', 'split hash']);
  return {
    slug: slug(`scaling-${machine.id}`, taken),
    title: `Scaling on ${machine.id}`,
    headline:
      `Fitted on training sets of several sizes of ${dataset.name}, ${integer(dataset.test)} images predicted at every ` +
      `size; ${describe(machine)}.`,
    testImages: dataset.test,
    ...scalingLines(records, pairs),
    ...others,
    differences: differences.filter(({ name }) => !bySize.has(name)),
  };
}

/** What a part says of its records apart from their numbers. */
function circumstances(
  records: readonly FitRecord[],
): Pick<EnginePart, 'origin' | 'conditions' | 'differences' | 'commands'> {
  const { conditions, differences } = compareConditions(records);
  const { kept } = shownFits(records);
  return {
    origin: originOf(kept),
    conditions,
    differences: [...differences, ...parametersOf(kept)],
    commands: [...new Set(records.map(({ command }) => command))],
  };
}

function describe(machine: FitRecord['machine']): string {
  const { cores, memoryBytes, gpu } = machine;
  return `${processorText(machine)} (${cores} core${cores === 1 ? '' : 's'}, ${bytes(memoryBytes)})${gpu ? `, ${gpu.model}` : ''}`;
}

/** The parameters of each model, where no table of models shows them. */
function parametersOf(kept: readonly FitRecord[]): Fact[] {
  return [...groupBy(kept, ({ model }) => model.id).values()].map(([newest]) => ({
    name: `parameters of ${newest!.model.id}`,
    value: sortedParams(newest!.model.params)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
  }));
}
