// `npm run diff`: what got better and what got worse between two commits.
import { Command, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { checkedSeedVariances } from '../commits/compare/checked-seed-variances.ts';
import { type ChosenRecords, chooseRecords } from '../commits/compare/choose-records.ts';
import { compareRecords, type NamedRecords } from '../commits/compare/compare-records.ts';
import { outcomeOf } from '../commits/compare/outcome.ts';
import { type ComparedNames, parseNames, tipNotes } from '../commits/compare/parse-range.ts';
import { createResolver, type ResolvedName } from '../commits/compare/resolve-name.ts';
import { saveBaseline } from '../commits/compare/save-baseline.ts';
import { recordsOf, type Selection } from '../commits/compare/select-records.ts';
import { chooseWithTests } from '../data/choose-with-tests.ts';
import { counted, list } from '../document/format.ts';
import { problemOf, readHeads, type StoredRecord } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { describeMachine } from '../run/machine.ts';
import type { Io } from '../terminal/io.ts';
import { missingText } from './diff-missing.ts';
import {
  checkOptions,
  DEFAULT_FAIL_ON,
  DEFAULT_HTML,
  DEFAULT_METRICS,
  type DiffOptions,
  defaultModels,
  readMetricIds,
  readTolerance,
  withBenchmark,
} from './diff-options.ts';
import { measureTargets } from './diff-run.ts';
import { createLeftOut } from './left-out.ts';
import { commaList, jsonOption, metricList, wholeNumber } from './options.ts';
import { type Outputs, replaceOutputs } from './replace-outputs.ts';
import { writeDiff } from './write-diff.ts';

const NO_TEST_IMAGES =
  'The test images are not on this machine: changes of scores are inconclusive, and classes and images are not ' +
  'compared. Any fit of the same benchmark on this machine prepares them.';

/**
 * Builds the command that compares two commits.
 *
 * @param io where it prints
 * @param checkout anywhere in the git checkout that knows the commits
 */
export function diffCommand(io: Io, checkout = projectRoot): Command {
  return new Command('diff')
    .description('compare the records of two commits: what got better, what got worse')
    .argument(
      '[before]',
      'a commit, tag or branch, "dirty" for uncommitted changes, a folder of records, a saved baseline, or a range ' +
        '(a..b, or a...b for the merge base); the merge base with the upstream or the main branch by default',
    )
    .argument('[after]', 'the same, but no range; the checked-out code, with its changes, by default')
    .option('--results <folder>', 'folder of records', 'results')
    .option(
      '--models <ids>',
      'only these models, separated by commas, or all; by default those of the benchmark and all whose code differs',
      commaList,
    )
    .option('--benchmark <name>', 'only this benchmark; by default the one with the most models before and after')
    .option('--quick', 'short for --benchmark quick')
    .option('--machine <id>', 'only this machine; by default the one with the most models before and after')
    .option('--across-machines', 'pair fits of different machines, without their times')
    .option('--times-of-any-machine', 'compare times and memory of different and unknown processors too')
    .option('--run', 'first measure missing fits on this machine')
    .option('--seeds <n>', 'with --run: number of seeds of every model; 1 by default', wholeNumber(1))
    .option(
      '--repeats <n>',
      'with --run: number of runs of every fit, alternating before and after; 1 by default',
      wholeNumber(1),
    )
    .option(
      '--metrics <ids>',
      `metrics to compare, separated by commas (default: ${DEFAULT_METRICS.join(', ')}); those of --fail-on are always compared`,
      readMetricIds,
    )
    .addOption(
      new Option('--tolerance <metric=value>', 'the smallest change that matters: accuracy=0.002; may be repeated')
        .argParser(readTolerance)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--fail-on <metrics>', 'metrics that must not get worse, separated by commas')
        .argParser(readMetricIds)
        .default(DEFAULT_FAIL_ON, DEFAULT_FAIL_ON.join(', ')),
    )
    .option('--allow-missing', 'accept models and metrics that are missing before or after')
    .option('--markdown [file]', 'write Markdown that fits a pull request comment; to standard output by default')
    .option('--html [file]', `write a page with the images that flipped; to ${DEFAULT_HTML} by default`)
    .addOption(jsonOption('everything'))
    .option('--save-baseline <name>', 'save the newest records, or those of BEFORE, under this name')
    .option('--force', 'replace a baseline of that name')
    .addHelpText('after', `\n${metricList()}`)
    .action((before: string | undefined, after: string | undefined, given: DiffOptions) => {
      const options = withBenchmark(given);
      if (options.saveBaseline !== undefined) return save(before, after, options, io, checkout);
      return replaceOutputs('Nothing compared', outputsOf(options), async () => {
        checkOptions(options);
        await measureAndCompare(before, after, options, io, checkout);
      });
    });
}

/** The files that the user named. */
function outputsOf({ markdown, html }: DiffOptions): Outputs {
  return {
    markdown: typeof markdown === 'string' ? markdown : undefined,
    html: html === true ? DEFAULT_HTML : html,
  };
}

/** Compares. With --run it first measures what is missing, and then compares one benchmark on this machine. */
async function measureAndCompare(
  first: string | undefined,
  second: string | undefined,
  options: DiffOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  const names = await parseNames(first, second, checkout);
  for (const note of await tipNotes(names, checkout)) io.err(note);
  if (!options.run) return compare(names, options, io, checkout);
  const scope = await measureTargets([names.before, names.after], options, io, checkout);
  if ('unchanged' in scope) {
    const text = 'Not compared, because the code of all models is the same before and after.';
    return writeUnchanged(text, ...scope.unchanged, options, io);
  }
  return compare(names, { ...options, ...scope }, io, checkout);
}

async function compare(names: ComparedNames, options: DiffOptions, io: Io, checkout: string): Promise<void> {
  const resolve = createResolver({ results: options.results, checkout, read: readHeads });
  const before = await resolve(names.before);
  const after = await resolve(names.after);
  const leftOut = createLeftOut(io);
  for (const problem of [...before.problems, ...after.problems]) leftOut(problem);
  const entries = [...new Set([...before.entries, ...after.entries])];
  const { chosen, tests } = await chooseWithTests(entries, {
    choose: (left) =>
      chooseRecords(amongEntries(before, left), amongEntries(after, left), { ...options, defaultModels }),
    recordsOf: (records) => [...records.before, ...records.after],
    check: problemOf,
    leftOut,
  });
  const missing = await missingOf(chosen, { names, before, after }, options);
  const isOfBoth = chosen.before.length > 0 && chosen.after.length > 0;
  const isOfAdded = chosen.after.some(({ model }) => chosen.added.includes(model.id));
  if (!isOfBoth && !isOfAdded && missing !== null) throw new UserError(missing);
  if (!isOfBoth && !isOfAdded && chosen.removed.length === 0) {
    const text = unchangedText(chosen, before, after);
    return writeUnchanged(text, before.selection, after.selection, options, io);
  }
  const finished = [...chosen.before, ...chosen.after].filter(isFinished);
  const ids = new Set(finished.map(({ model }) => model.id));
  const isComplete = finished.every(({ dataset }) => tests.has(dataset.splitHash));
  const { metrics = DEFAULT_METRICS, failOn, tolerance } = options;
  const diff = compareRecords(
    namedRecords(before.selection, chosen.before),
    namedRecords(after.selection, chosen.after),
    {
      tests,
      tolerance,
      timesOfAnyMachine: options.timesOfAnyMachine ?? false,
      seedVariances: checkedSeedVariances(
        entries.filter(({ record }) => ids.has(record.model.id)),
        leftOut,
      ),
      metrics: [...metrics, ...failOn, ...Object.keys(tolerance)],
      cautions: [
        ...(missing === null ? [] : [capitalize(missing)]),
        ...chosen.cautions,
        ...(chosen.unchanged.length > 0 ? [unchangedText(chosen, before, after)] : []),
        ...(isComplete ? [] : [NO_TEST_IMAGES]),
      ],
    },
  );
  const lacking = chosen.lacking.map(({ modelId, place }) => `${modelId} (no record ${place})`);
  const { removed, added } = chosen;
  const outcome = outcomeOf(diff, { failOn, allowMissing: options.allowMissing ?? false, lacking, removed, added });
  await writeDiff(diff, outcome, tests, options, io);
  io.exit(outcome.code);
}

/** Writes that nothing had to be compared, and exits with 0: nothing can be worse. */
async function writeUnchanged(
  text: string,
  before: Selection,
  after: Selection,
  options: DiffOptions,
  io: Io,
): Promise<void> {
  const { markdown, html, json, failOn, tolerance } = options;
  if (markdown === undefined && html === undefined && !json) {
    io.out(text);
  } else {
    const diff = compareRecords(namedRecords(before, []), namedRecords(after, []), {
      tests: new Map(),
      tolerance,
      cautions: [text],
    });
    await writeDiff(diff, { code: 0, reasons: [], failOn }, new Map(), options, io);
  }
  io.exit(0);
}

function namedRecords(selection: Selection, records: readonly FitRecord[]): NamedRecords {
  const { name } = selection;
  if (selection.kind !== 'commit') return { name, records };
  return { name, commit: selection.commit, dirty: selection.dirty, records };
}

/** Keeps the given records of those that a name stands for. */
function amongEntries(name: ResolvedName, entries: readonly StoredRecord[]): ResolvedName {
  const kept = new Set(entries);
  return { ...name, entries: name.entries.filter((entry) => kept.has(entry)) };
}

/** Says which models lack a record and how to measure them; null if none does. */
async function missingOf(
  chosen: ChosenRecords,
  { names, before, after }: { names: ComparedNames; before: ResolvedName; after: ResolvedName },
  { results }: DiffOptions,
): Promise<string | null> {
  if (chosen.lacking.length === 0) return null;
  const titles = { before: before.selection.name, after: after.selection.name };
  const records = [before, after].flatMap(({ entries, selection }) => recordsOf(entries, selection));
  const { id: machineId } = await describeMachine();
  return missingText(
    chosen,
    records.map(({ record }) => record),
    { names, titles, results, machineId },
  );
}

function unchangedText({ unchanged }: ChosenRecords, before: ResolvedName, after: ResolvedName): string {
  const [one, other] = [before.selection.name, after.selection.name];
  return `Not compared, because the code is the same at ${one} and ${other}: ${list(unchanged)}.`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

async function save(
  name: string | undefined,
  second: string | undefined,
  { saveBaseline: baseline, results, force = false }: DiffOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  if (second !== undefined) {
    throw new UserError('--save-baseline takes one name of records: npm run diff -- main --save-baseline good');
  }
  const resolved = await createResolver({ results, checkout })(name);
  resolved.problems.forEach(createLeftOut(io));
  const { folder, records } = await saveBaseline(baseline!, resolved, { results, force });
  io.out(`saved ${counted(records, 'record')} of ${resolved.selection.name} in ${folder}`);
  io.exit(0);
}
