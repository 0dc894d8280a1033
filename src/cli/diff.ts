// `npm run diff`: what got better and what got worse between two states of the code.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../base/errors.ts';
import { writeWhole } from '../base/files.ts';
import { projectRoot } from '../base/root.ts';
import { compareSides } from '../commits/compare/compare.ts';
import { METRICS, type MetricDefinition } from '../commits/compare/compared-metrics.ts';
import type { Diff, MetricId } from '../commits/compare/diff-data.ts';
import { diffDocument } from '../commits/compare/diff-document.ts';
import { renderDiffMarkdown } from '../commits/compare/diff-markdown.ts';
import { renderDiffHtml } from '../commits/compare/diff-page.ts';
import { type Outcome, outcomeOf } from '../commits/compare/outcome.ts';
import { createResolver, type Resolved, saveBaseline } from '../commits/compare/resolve-side.ts';
import { commonGround, type Ground, ofSide, pickSide } from '../commits/compare/sides.ts';
import { findTestImages } from '../data/test-images.ts';
import { list } from '../document/format.ts';
import { pageScript } from '../document/page-script.ts';
import { documentToTerminal } from '../document/to-terminal.ts';
import type { StoredRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import type { LabelledImages } from '../types.ts';
import { HEAD, measureSides } from './diff-run.ts';
import { commaList, wholeNumber } from './options.ts';

type Tolerance = Partial<Record<MetricId, number>>;

interface DiffCommandOptions {
  readonly results: string;
  readonly models?: readonly string[];
  readonly benchmark?: string;
  readonly quick?: boolean;
  readonly machine?: string;
  readonly acrossMachines?: boolean;
  readonly tolerance: Tolerance;
  readonly failOn: readonly MetricId[];
  readonly allowMissing?: boolean;
  /** true for standard output. */
  readonly markdown?: string | true;
  readonly html?: string | true;
  readonly json?: boolean;
  readonly saveBaseline?: string;
  readonly force?: boolean;
  readonly run?: boolean;
  readonly seeds?: number;
  readonly repeats?: number;
}

const METRIC_IDS = METRICS.map(({ id }) => id);
const DEFAULT_HTML = path.join('report', 'diff', 'index.html');
const DEFAULT_FAIL_ON: readonly MetricId[] = ['accuracy', 'macro-f1'];

/**
 * Builds the command that compares two states of the code.
 *
 * @param io where it prints
 * @param checkout anywhere in the git checkout that knows the commits
 */
export function diffCommand(io: Io, checkout = projectRoot): Command {
  return new Command('diff')
    .description('compare the records of two states of the code: what got better, what got worse')
    .argument('[before]', 'a commit, tag or branch, "dirty" for the work tree, a folder of records, a saved baseline')
    .argument('[after]', 'likewise; the newest records unless told')
    .option('--results <folder>', 'where the records lie', 'results')
    .option('--models <ids>', 'only these, separated by commas', commaList)
    .option('--benchmark <name>', 'only this benchmark; unless told, the one with most models on both sides')
    .option('--quick', 'short for --benchmark quick')
    .option('--machine <id>', 'only this machine; unless told, the one with most models on both sides')
    .option('--across-machines', 'pair fits of any machines; their times stay incomparable')
    .option('--run', `first measure what a side lacks, on this machine; AFTER is ${HEAD} unless told`)
    .option('--seeds <n>', 'with --run: so many seeds of every model; 1 unless told', wholeNumber(1))
    .option('--repeats <n>', 'with --run: every fit so often, the sides in turn; 1 unless told', wholeNumber(1))
    .option('--tolerance <metric=value>', `what is too little to matter; ${METRIC_IDS.join(', ')}`, tolerance, {})
    .option('--fail-on <metrics>', 'metrics that may not be worse', metricIds, DEFAULT_FAIL_ON)
    .option('--allow-missing', 'let models and metrics that one side lacks pass')
    .option('--markdown [file]', 'as Markdown that fits a pull-request comment; to standard output unless told')
    .option('--html [file]', `as a page with the images that flipped; to ${DEFAULT_HTML} unless told`)
    .option('--json', 'print everything as JSON')
    .option('--save-baseline <name>', 'keep the newest records, or those of the side named, under this name')
    .option('--force', 'replace a baseline of that name')
    .addHelpText('after', '\nExit status: 0 nothing worse, 1 something worse, 2 incomparable or nothing to compare.')
    .action((before: string | undefined, after: string | undefined, { quick, ...given }: DiffCommandOptions) => {
      if (quick && given.benchmark !== undefined && given.benchmark !== 'quick') {
        throw new UserError(`--quick is short for --benchmark quick; it cannot go with --benchmark ${given.benchmark}`);
      }
      const options = quick ? { ...given, benchmark: 'quick' } : given;
      if (options.saveBaseline !== undefined) return save(before, after, options, io, checkout);
      checkOptions(options);
      return options.run
        ? measureAndRun(before, after, options, io, checkout)
        : run(before, after, options, io, checkout);
    });
}

function checkOptions(options: DiffCommandOptions): void {
  if (options.machine !== undefined && options.acrossMachines) {
    throw new UserError('--machine and --across-machines exclude each other');
  }
  const isBothOnOut = options.json === true && options.markdown === true;
  if (isBothOnOut) throw new UserError('--json and --markdown both print; give --markdown a file');
  if (!options.run && (options.seeds !== undefined || options.repeats !== undefined)) {
    throw new UserError('--seeds and --repeats say what --run measures: add --run, or leave them out');
  }
  if (options.run && options.acrossMachines) {
    throw new UserError('--run measures both sides on this machine: --across-machines cannot go with it');
  }
}

/** Measures what is missing, then compares just what was asked for: one benchmark on this machine. */
async function measureAndRun(
  before: string | undefined,
  after: string = HEAD,
  options: DiffCommandOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  if (before === undefined) throw nothingToCompareWith();
  const ground = await measureSides([before, after], options, io, checkout);
  if (ground) return run(before, after, { ...options, ...ground }, io, checkout);
  io.exit(1);
}

function nothingToCompareWith(): UserError {
  return new UserError(
    'nothing to compare with; name a commit, a folder of records or a baseline: npm run diff -- main',
  );
}

async function run(
  nameBefore: string | undefined,
  nameAfter: string | undefined,
  options: DiffCommandOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  if (nameBefore === undefined) throw nothingToCompareWith();
  const resolve = createResolver({ results: options.results, checkout });
  const before = await resolve(nameBefore);
  const after = await resolve(nameAfter);
  warnOfProblems([before, after], io);
  const { sides, cautions } = choose(before, after, options);
  const { tests, missing } = await findTests(sides.flat());
  const diff = compareSides(
    { name: before.wanted.name, records: sides[0] },
    { name: after.wanted.name, records: sides[1] },
    { tests, tolerance: options.tolerance, cautions: [...cautions, ...missing] },
  );
  const outcome = outcomeOf(diff, { failOn: options.failOn, allowMissing: options.allowMissing ?? false });
  await write(diff, outcome, tests, options, io);
  io.exit(outcome.code);
}

/** The records of both sides that may be compared, and what was left out. */
function choose(
  before: Resolved,
  after: Resolved,
  options: DiffCommandOptions,
): { sides: readonly [FitRecord[], FitRecord[]]; cautions: string[] } {
  const isAsked = ({ record }: StoredRecord): boolean => options.models?.includes(record.model.id) ?? true;
  const candidates = [before, after].map(({ entries, wanted }) =>
    ofSide(entries, wanted)
      .filter(isAsked)
      .map(({ record }) => record),
  ) as [FitRecord[], FitRecord[]];
  for (const [i, { wanted, folder }] of [before, after].entries()) {
    const of = options.models ? ` of ${list(options.models)} at` : ' of';
    if (candidates[i]!.length === 0) throw new UserError(`no record${of} ${wanted.name} in ${folder}`);
  }
  const ground = commonGround(...candidates, options);
  if (!ground) throw nothingInCommon(before, after, candidates, options);
  const pick = ({ entries, wanted }: Resolved): FitRecord[] =>
    pickSide(entries.filter(isAsked), wanted, ground).map(({ record }) => record);
  return { sides: [pick(before), pick(after)], cautions: leftOut(ground, candidates, options) };
}

function nothingInCommon(
  before: Resolved,
  after: Resolved,
  candidates: readonly [FitRecord[], FitRecord[]],
  options: DiffCommandOptions,
): UserError {
  const { machine: _, ...elsewhere } = options;
  const isElsewhere = !options.acrossMachines && commonGround(...candidates, { ...elsewhere, acrossMachines: true });
  const cure = isElsewhere ? '; --across-machines compares what was measured on different machines' : '';
  const where = [options.benchmark, options.machine].filter((name) => name !== undefined);
  const limits = where.length > 0 ? ` in ${where.join(' on ')}` : '';
  return new UserError(
    `nothing to compare: ${before.wanted.name} and ${after.wanted.name} have no model in common${limits}${cure}`,
  );
}

/** Says what the choice of benchmark and machine leaves out, where the user left it to us. */
function leftOut(
  { benchmark, machineId }: Ground,
  [before, after]: readonly [FitRecord[], FitRecord[]],
  options: DiffCommandOptions,
): string[] {
  const others = (of: (record: FitRecord) => string, own: string): string[] => {
    const known = new Set(before.map(of));
    return [...new Set(after.map(of))].filter((name) => known.has(name) && name !== own);
  };
  const benchmarks = options.benchmark === undefined ? others((record) => record.benchmark, benchmark) : [];
  const machines =
    options.machine === undefined && machineId !== null ? others((record) => record.machine.id, machineId) : [];
  return [
    ...(benchmarks.length > 0 ? [`${list(benchmarks)}: not compared; --benchmark chooses.`] : []),
    ...(machines.length > 0 ? [`Fits on ${list(machines)}: not compared; --machine chooses.`] : []),
  ];
}

function warnOfProblems(sides: readonly Resolved[], io: Io): void {
  const problems = new Map(sides.flatMap((side) => side.problems.map(({ file, message }) => [file, message] as const)));
  for (const [file, message] of problems) io.err(`left out: ${file}: ${message}`);
}

/** The test images of both sides by the hash of their split, and a caution where they are not to be had. */
async function findTests(
  records: readonly FitRecord[],
): Promise<{ tests: Map<string, LabelledImages>; missing: string[] }> {
  const datasets = new Map(records.filter(isFinished).map(({ dataset }) => [dataset.splitHash, dataset]));
  const tests = new Map<string, LabelledImages>();
  for (const [splitHash, dataset] of datasets) {
    const test = await findTestImages(dataset);
    if (test) tests.set(splitHash, test);
  }
  const isMissing = tests.size < datasets.size;
  return {
    tests,
    missing: isMissing
      ? ['The test images are not here: a single seed has no test of its accuracy, and classes and images are missing.']
      : [],
  };
}

async function write(
  diff: Diff,
  outcome: Outcome,
  tests: ReadonlyMap<string, LabelledImages>,
  { markdown, html, json }: DiffCommandOptions,
  io: Io,
): Promise<void> {
  const files: string[] = [];
  if (typeof markdown === 'string') files.push(await writeFile(markdown, renderDiffMarkdown(diff, outcome)));
  if (html !== undefined) {
    const page = renderDiffHtml(diff, outcome, {
      tests,
      generatedAt: new Date().toISOString(),
      script: await pageScript('every-page'),
    });
    files.push(await writeFile(html === true ? DEFAULT_HTML : html, page));
  }
  if (json) io.out(JSON.stringify({ outcome, ...diff }, null, 2));
  else if (markdown === true) io.out(renderDiffMarkdown(diff, outcome).trimEnd());
  else io.out(documentToTerminal(diffDocument(diff, outcome), io));
  // Standard output is for the comparison alone.
  for (const file of files) io.err(`wrote ${file}`);
}

async function writeFile(file: string, text: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, text);
  return path.normalize(file);
}

async function save(
  name: string | undefined,
  second: string | undefined,
  { saveBaseline: baseline, results, force = false }: DiffCommandOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  if (second !== undefined)
    throw new UserError('--save-baseline takes one side: npm run diff -- --save-baseline good main');
  const side = await createResolver({ results, checkout })(name);
  warnOfProblems([side], io);
  const { folder, records } = await saveBaseline(baseline!, side, { results, force });
  io.out(`saved ${records} records of ${side.wanted.name} in ${folder}`);
  io.exit(0);
}

function metricOf(name: string): MetricDefinition {
  const metric = METRICS.find(({ id }) => id === name);
  if (!metric) throw new InvalidArgumentError(`Unknown metric "${name}"; known: ${METRIC_IDS.join(', ')}.`);
  return metric;
}

function metricIds(text: string): MetricId[] {
  return [...new Set(text.split(',').map((name) => metricOf(name.trim()).id))];
}

function tolerance(text: string, known: Tolerance): Tolerance {
  const at = text.indexOf('=');
  const { id, unit } = metricOf(at < 0 ? text : text.slice(0, at).trim());
  const written = at < 0 ? '' : text.slice(at + 1).trim();
  const value = written === '' ? Number.NaN : Number(written);
  if (unit === 'share') {
    if (!(value >= 0 && value < 1)) throw new InvalidArgumentError(`${id} takes a share from 0 to 1: ${id}=0.002.`);
  } else if (!(value >= 1 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError(`${id} takes a factor from 1: ${id}=1.2.`);
  }
  return { ...known, [id]: value };
}
