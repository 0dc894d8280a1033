// `npm run history`: a metric over commits, and which commit changed it.
import path from 'node:path';
import { Command } from 'commander';
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { projectRoot } from '../base/root.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { checkedSeedVariances } from '../commits/compare/checked-seed-variances.ts';
import { buildHistory, shownRecords } from '../commits/history/build-history.ts';
import type { History } from '../commits/history/history-data.ts';
import { renderHistoryMarkdown } from '../commits/history/history-markdown.ts';
import { historySections } from '../commits/history/history-sections.ts';
import { stateKey } from '../commits/history/order.ts';
import { relocateRecords } from '../commits/history/relocate-records.ts';
import { chooseWithTests } from '../data/choose-with-tests.ts';
import { toTerminal } from '../document/to-terminal.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { type CommitGraph, reachableCommits, readCommits } from '../git/commit-graph.ts';
import { findMetric, metricIds, metricsIn } from '../metrics/find-metric.ts';
import { problemOf, readHeads, type StoredRecord } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { createLeftOut } from './left-out.ts';
import { jsonOption, metricList, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { historyJson, historyOutput } from './outputs/history-output.ts';
import { replaceOutputs } from './replace-outputs.ts';
import { warnNoCommit } from './warn-no-commit.ts';

interface HistoryOptions {
  readonly results: string;
  readonly benchmark?: string;
  readonly machine?: string;
  readonly timesOfAnyMachine?: boolean;
  readonly last?: number;
  readonly json?: boolean;
  /** true for standard output. */
  readonly markdown?: string | true;
}

/** What the user asked for; without a model, all. */
interface Asked {
  readonly model?: string;
  readonly metrics: readonly string[];
}

const DEFAULT_METRICS: readonly string[] = metricsIn('history').map(({ id }) => id);

/**
 * Builds the command that shows metrics over commits.
 *
 * @param io where it prints
 * @param checkout anywhere in the git checkout that knows the commits
 */
export function historyCommand(io: Io, checkout = projectRoot): Command {
  return new Command('history')
    .description('show metrics over commits, and which commit changed them')
    .argument('[model]', 'one model, commit by commit; all by default')
    .argument('[metric]', `one metric; ${DEFAULT_METRICS.join(' and ')} by default`)
    .option('--results <folder>', 'folder of records', 'results')
    .option('--benchmark <name>', 'only this benchmark; by default the one measured at the most commits')
    .option('--machine <id>', 'only this machine; by default all, each separately')
    .option('--times-of-any-machine', 'compare times and memory of different and unknown processors too')
    .option('--last <n>', 'only the latest n commits', wholeNumber(1))
    .option('--markdown [file]', 'write Markdown that fits a pull request comment; to standard output by default')
    .addOption(jsonOption('everything'))
    .addHelpText('after', `\n${metricList()}`)
    .action((first: string | undefined, second: string | undefined, options: HistoryOptions) =>
      replaceOutputs('No history', typeof options.markdown === 'string' ? { markdown: options.markdown } : {}, () =>
        run(first, second, options, io, checkout),
      ),
    );
}

async function run(
  first: string | undefined,
  second: string | undefined,
  options: HistoryOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  const isBothOnOut = options.json === true && options.markdown === true;
  if (isBothOnOut) throw new UserError('--json and --markdown both print to standard output; give --markdown a file');
  const { records, problems } = await readHeads(options.results);
  const leftOut = createLeftOut(io);
  problems.forEach(leftOut);
  refuseNone(records, options);
  const entries = (await relocated(records, checkout, io)).filter(({ record: { model } }) => model.role === 'model');
  refuseNone(entries, options);
  await warnNoCommit(checkout, 'commits are ordered by their dates alone', io);
  const asked = understand(first, second, recordsOf(entries));
  const { last } = options;
  const graph = await graphOf(choose(recordsOf(entries), asked, options), checkout);
  const { chosen, tests } = await chooseWithTests(entries, {
    choose(left) {
      refuseNone(left, options);
      return choose(recordsOf(left), asked, options);
    },
    // Of the others, only the order of their commits counts.
    recordsOf: (all) => shownRecords(all, { graph, last }),
    check: problemOf,
    leftOut,
  });
  const benchmark = chosen[0]!.benchmark;
  const history = buildHistory(chosen, {
    benchmark,
    metrics: asked.metrics,
    graph: await graphOf(chosen, checkout),
    tests,
    last,
    seedVariancesOf: (own) => checkedSeedVariances(entriesOf(own, entries), leftOut),
    ...(asked.model !== undefined && { model: asked.model }),
    timesOfAnyMachine: options.timesOfAnyMachine ?? false,
  });
  if (history.machines.length === 0) throw new UserError(nothingToShow(benchmark, asked));
  if (tests.size === 0 && asked.metrics.some((id) => findMetric(id).test === 'images')) {
    io.err('the test images are not on this machine: changes of scores are inconclusive');
  }
  await write(history, asked, options, io);
  io.exit(0);
}

/** Gives records of lost commits and of uncommitted changes the commits that have their code now, and says so. */
async function relocated(records: readonly StoredRecord[], checkout: string, io: Io): Promise<StoredRecord[]> {
  return withCodeIndex(checkout, async (index) => {
    const filled = await index.fill(records);
    const commits = await reachableCommits(checkout);
    const { records: placed, notes } = await relocateRecords(recordsOf(filled), commits, index);
    for (const note of notes) io.err(note);
    return filled.map((entry, i) => ({ ...entry, record: placed[i]! }));
  });
}

function refuseNone(entries: readonly StoredRecord[], { results }: HistoryOptions): void {
  if (entries.length > 0) return;
  throw new UserError(`nothing to show: no record in ${results}; npm run bench creates records`);
}

function recordsOf(entries: readonly StoredRecord[]): FitRecord[] {
  return entries.map(({ record }) => record);
}

function entriesOf(records: readonly FitRecord[], entries: readonly StoredRecord[]): StoredRecord[] {
  const own = new Set(records);
  return entries.filter(({ record }) => own.has(record));
}

function graphOf(records: readonly FitRecord[], checkout: string): Promise<CommitGraph> {
  return readCommits(
    records.flatMap(({ git }) => git?.commit ?? []),
    checkout,
  );
}

/** A single name is that of a model, or else that of a metric. */
function understand(first: string | undefined, second: string | undefined, records: readonly FitRecord[]): Asked {
  const models = [...new Set(records.map(({ model }) => model.id))].sort();
  const isMetricAlone =
    second === undefined && first !== undefined && !models.includes(first) && metricIds().includes(first);
  const [model, metric] = isMetricAlone ? [undefined, first] : [first, second];
  if (model !== undefined && !models.includes(model)) {
    throw unknownName('model', model, models, 'these have records');
  }
  return {
    ...(model !== undefined && { model }),
    metrics: metric === undefined ? DEFAULT_METRICS : [findMetric(metric).id],
  };
}

/** The records of the benchmark and the machine that the user asked for; by default of the benchmark with most commits. */
function choose(records: readonly FitRecord[], { model }: Asked, { benchmark, machine }: HistoryOptions): FitRecord[] {
  const machines = [...new Set(records.map((record) => record.machine.id))];
  const known = [...new Set(records.map((record) => record.benchmark))];
  if (machine !== undefined && !machines.includes(machine)) {
    throw unknownName('machine', machine, machines, 'these have records');
  }
  if (benchmark !== undefined && !known.includes(benchmark)) {
    throw unknownName('benchmark', benchmark, known, 'these have records');
  }
  const here = records.filter((record) => machine === undefined || record.machine.id === machine);
  const asked = here.filter((record) => model === undefined || record.model.id === model);
  const name = benchmark ?? largestBenchmark(asked.length > 0 ? asked : here);
  return here.filter((record) => record.benchmark === name);
}

/** The benchmark measured at most commits; of several the default one, then the one with most fits. */
function largestBenchmark(records: readonly FitRecord[]): string {
  const weigh = ([name, group]: readonly [string, readonly FitRecord[]]): number[] => [
    new Set(group.flatMap(({ git }) => (git ? stateKey(git) : []))).size,
    Number(name === benchmarks[0]!.id),
    group.length,
  ];
  const [largest] = [...groupBy(records, ({ benchmark }) => benchmark)]
    .map((entry) => ({ name: entry[0], weight: weigh(entry) }))
    .sort((a, b) => b.weight[0]! - a.weight[0]! || b.weight[1]! - a.weight[1]! || b.weight[2]! - a.weight[2]!);
  return largest!.name;
}

function nothingToShow(benchmark: string, { model }: Asked): string {
  const what = model === undefined ? 'no fit' : `no fit of ${model}`;
  return `nothing to show: ${what} of ${benchmark} was made in a git checkout; --benchmark chooses another benchmark`;
}

async function write(history: History, asked: Asked, { markdown, json }: HistoryOptions, io: Io): Promise<void> {
  const isOneModel = asked.model !== undefined;
  const asMarkdown = (): string => renderHistoryMarkdown(history, { isOneModel });
  // The history first: it is there even if the file cannot be written.
  if (json) printJson(io, historyOutput, historyJson(history));
  else if (markdown === true) io.out(asMarkdown());
  else io.out(toTerminal(historySections(history, { isOneModel }), io));
  if (typeof markdown === 'string') {
    await writeFileAtomic(markdown, `${asMarkdown()}\n`);
    // Standard output is for the history alone.
    io.err(`wrote ${path.normalize(markdown)}`);
  }
}
