// Builds the one model of a report from records: pure, records in, data out. The renderers beside it turn it into text.
import { UserError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { slug } from '../../document/escape.ts';
import { bytes, integer, list } from '../../document/format.ts';
import { sortedParams } from '../../results/params.ts';
import type { FitRecord } from '../../results/schema.ts';
import { compareConditions } from './conditions.ts';
import { makeFindings, makePicks, makeSides } from './findings.ts';
import { makeHistoryPart, type Past } from './history-part.ts';
import { makeImagePart } from './image-part.ts';
import { kindOf, presentFits } from './present.ts';
import { libraryPairsOfRecords, REFERENCES_BENCHMARK, referencePairs } from './reference-pairs.ts';
import type {
  Comparison,
  EnginePart,
  Fact,
  LibraryPairs,
  ReportData,
  ReportOptions,
  ScalingPart,
} from './report-data.ts';
import { makeRows } from './rows.ts';
import { SCALING_BENCHMARK, scalingLines } from './scaling.ts';

export * from './report-data.ts';

const NO_PAST: Past = { records: [], graph: new Map() };

/**
 * Builds a report. Records of different benchmarks, splits or machines never meet in one comparison, but for references: they
 * join the comparison of their split and machine. Of a model's fits with one seed the newest counts, and fits of its
 * older code are left out and named. Fits on growing sets of images are one part, and so are pairs of libraryPairs.
 *
 * @param records in any order, at least one
 * @throws UserError when there are no records
 */
export function buildReport(
  records: readonly FitRecord[],
  { now, published = [], libraryPairs = [], tests = new Map(), past = NO_PAST }: ReportOptions,
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
    generatedAt: now.toISOString(),
    comparisons: withReferences([...groupBy(rest, keyOf).values()].sort(byWeight)).map((group) =>
      buildComparison(group, { published, tests, past }, taken),
    ),
    engines: [...groupBy(engines, keyOf).values()]
      .sort(byWeight)
      .map((group) => buildEngines(group, libraryPairsOf(group[0]!)!, taken)),
    scalings: [...groupBy(scaling, ({ dataset, machine }) => JSON.stringify([dataset.name, machine.id])).values()]
      .sort(byWeight)
      .map((group) => buildScaling(group, Object.assign({}, ...libraryPairs.map(({ pairs }) => pairs)), taken)),
  };
}

/** The fits of one comparison, and those of references in turn with ours: `own` alone decides what ours reached and took. */
interface Group {
  readonly own: readonly FitRecord[];
  readonly inTurn: readonly FitRecord[];
}

/** Puts the fits of references with the largest comparison of their split and machine; without one they come last. */
function withReferences(groups: readonly (readonly FitRecord[])[]): Group[] {
  const isReferences = ([first]: readonly FitRecord[]): boolean => first!.benchmark === REFERENCES_BENCHMARK;
  const place = ([first]: readonly FitRecord[]): string => keyOf({ ...first!, benchmark: '' });
  const hosts = groups.filter((group) => !isReferences(group));
  const guests = new Map(groups.filter(isReferences).map((group) => [place(group), group]));
  const housed = hosts.map((own) => {
    const inTurn = guests.get(place(own)) ?? [];
    guests.delete(place(own));
    return { own, inTurn };
  });
  return [...housed, ...Array.from(guests.values(), (own) => ({ own, inTurn: own }))];
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
  { own, inTurn }: Group,
  { published, tests, past }: Required<Pick<ReportOptions, 'published' | 'tests' | 'past'>>,
  taken: Set<string>,
): Comparison {
  const records = own === inTurn ? own : [...own, ...inTurn.filter((record) => isLikeOneOf(own, record, inTurn))];
  const { benchmark, dataset, machine } = own[0]!;
  const { train, validation, test } = dataset;
  // A printed result is comparable only where the model saw as many images.
  const comparable = published.filter((one) => one.dataset === dataset.name && one.trainImages === train + validation);
  const { rows, cautions, firstRecords } = makeRows(records, comparable);
  const images = tests.get(dataset.splitHash);
  const models = rows.filter(({ role }) => role === 'model');
  const ids = new Set(rows.map(({ modelId }) => modelId));
  const dirty = new Set(records.filter(({ git }) => git?.dirty).map(({ model }) => model.id));
  if (dirty.size > 0) cautions.push(`Measured with uncommitted changes: ${list([...dirty])}.`);
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
    references: referencePairs(presentFits(inTurn).kept),
    picks: makePicks(models, test),
    sides: makeSides(models),
    findings: makeFindings(models),
    ...compareConditions(records),
    cautions,
    otherPublished: comparable.filter(({ modelId }) => modelId === null || !ids.has(modelId)),
    images: images ? makeImagePart(models, firstRecords, images) : null,
    history: makeHistoryPart(
      { ...past, records: past.records.filter((record) => keyOf(record) === keyOf(own[0]!)) },
      tests,
    ),
  };
}

/** Tells whether a fit is a reference's that did the work of a row of ours; one of other parameters is found among the pairs. */
function isLikeOneOf(own: readonly FitRecord[], { model, command }: FitRecord, inTurn: readonly FitRecord[]): boolean {
  if (model.role !== 'reference') return false;
  const ours = inTurn.find((other) => other.model.id === model.referenceOf && other.command === command);
  return !ours || own.some((record) => kindOf(record) === kindOf(ours));
}

function buildEngines(records: readonly FitRecord[], libraryPairs: LibraryPairs, taken: Set<string>): EnginePart {
  const { benchmark, dataset, machine } = records[0]!;
  const { conditions, differences } = compareConditions(records);
  return {
    slug: slug(`${benchmark}-${machine.id}`, taken),
    title: `${libraryPairs.title} on ${machine.id}`,
    headline:
      `Each of ours beside the library that does the same, with equal parameters, on what the library can do: fitted on ` +
      `${integer(dataset.train)} images of ${dataset.name}, tested on ${integer(dataset.test)}; ${describe(machine)}.`,
    pairs: libraryPairsOfRecords(records, libraryPairs),
    conditions,
    differences: [...differences, ...parametersOf(records)],
    commands: commandsOf(records),
  };
}

function buildScaling(records: readonly FitRecord[], pairs: LibraryPairs['pairs'], taken: Set<string>): ScalingPart {
  const { dataset, machine } = records[0]!;
  const { conditions, differences } = compareConditions(records);
  // Every size has a split of its own: the table says so.
  const bySize = new Set(['images', 'split hash']);
  return {
    slug: slug(`growth-${machine.id}`, taken),
    title: `How cost grows on ${machine.id}`,
    headline:
      `Fitted on more and more images of ${dataset.name}, ${integer(dataset.test)} predicted at every size; ` +
      `${describe(machine)}.`,
    testImages: dataset.test,
    ...scalingLines(records, pairs),
    conditions,
    differences: [...differences.filter(({ name }) => !bySize.has(name)), ...parametersOf(records)],
    commands: commandsOf(records),
  };
}

function describe({ cpu, cores, memoryBytes, gpu }: FitRecord['machine']): string {
  return `${cpu} (${cores} core${cores === 1 ? '' : 's'}, ${bytes(memoryBytes)})${gpu ? `, ${gpu.model}` : ''}`;
}

/** The parameters of each model, where no table of models shows them. */
function parametersOf(records: readonly FitRecord[]): Fact[] {
  return [...groupBy(presentFits(records).kept, ({ model }) => model.id).values()].map(([newest]) => ({
    name: `parameters of ${newest!.model.id}`,
    value: sortedParams(newest!.model.params)
      .map(([key, value]) => `${key}=${value}`)
      .join(', '),
  }));
}

function commandsOf(records: readonly FitRecord[]): string[] {
  return [...new Set(records.map(({ command }) => command))];
}
