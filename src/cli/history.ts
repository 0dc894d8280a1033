// `npm run history`: a metric over commits, and which commit changed it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import picocolors from 'picocolors';
import { benchmarks } from '../../benchmarks/index.ts';
import { UserError, unknownName } from '../base/errors.ts';
import { writeWhole } from '../base/files.ts';
import { groupBy } from '../base/group-by.ts';
import { projectRoot } from '../base/root.ts';
import { buildHistory } from '../commits/history/build-history.ts';
import type { History, MachineHistory } from '../commits/history/history-data.ts';
import { renderHistoryMarkdown } from '../commits/history/history-markdown.ts';
import {
  HISTORY_NOTE,
  lineTable,
  NO_STEP,
  narrowings,
  overviewTable,
  placeText,
  stepSentences,
} from '../commits/history/history-text.ts';
import { stateKey } from '../commits/history/order.ts';
import { oneLine } from '../document/escape.ts';
import type { PlainTable } from '../document/table.ts';
import { plainTable } from '../document/terminal-table.ts';
import { readCommits } from '../git/commit-graph.ts';
import { findMetric, metricIds, metricsIn } from '../metrics/find-metric.ts';
import { readRecords } from '../results/read.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { wholeNumber } from './options.ts';
import { findTests } from './report.ts';

interface HistoryCommandOptions {
  readonly results: string;
  readonly benchmark?: string;
  readonly machine?: string;
  readonly last?: number;
  readonly json?: boolean;
  /** true for standard output. */
  readonly markdown?: string | true;
}

/** What is shown; a missing model stands for all. */
interface Asked {
  readonly model?: string;
  readonly metrics: readonly string[];
}

const DEFAULT_METRICS: readonly string[] = metricsIn('history').map(({ id }) => id);
/** Widest text, whatever the terminal. */
const MOST_COLUMNS = 100;

/**
 * Builds the command that shows metrics over commits.
 *
 * @param io where it prints
 * @param checkout anywhere in the git checkout that knows the commits
 */
export function historyCommand(io: Io, checkout = projectRoot): Command {
  return new Command('history')
    .description('show a metric over commits, and which commit changed it')
    .argument('[model]', 'one model, commit by commit; all unless told')
    .argument('[metric]', `${metricIds().join(', ')}; default: ${DEFAULT_METRICS.join(' and ')}`)
    .option('--results <folder>', 'where the records lie', 'results')
    .option('--benchmark <name>', 'of this benchmark; unless told, the one measured at most commits')
    .option('--machine <id>', 'only fits on this machine; machines are never mixed')
    .option('--last <n>', 'only so many of the latest commits', wholeNumber(1))
    .option('--markdown [file]', 'as Markdown; to standard output unless told')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', '\nExit status: 0, or 2 when there is nothing to show.')
    .action((first: string | undefined, second: string | undefined, options: HistoryCommandOptions) =>
      run(first, second, options, io, checkout),
    );
}

async function run(
  first: string | undefined,
  second: string | undefined,
  options: HistoryCommandOptions,
  io: Io,
  checkout: string,
): Promise<void> {
  const isBothOnOut = options.json === true && options.markdown === true;
  if (isBothOnOut) throw new UserError('--json and --markdown both print; give --markdown a file');
  const { records, problems } = await readRecords(options.results);
  for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
  const models = records.map(({ record }) => record).filter(({ model }) => model.role === 'model');
  if (models.length === 0) {
    throw new UserError(`nothing to show: no record in ${options.results} (npm run bench makes records)`);
  }
  const asked = understand(first, second, models);
  const chosen = choose(models, asked, options);
  const benchmark = chosen[0]!.benchmark;
  const tests = await findTests(chosen.filter(isFinished));
  const history = buildHistory(chosen, {
    benchmark,
    metrics: asked.metrics,
    graph: await readCommits(
      chosen.flatMap(({ git }) => git?.commit ?? []),
      checkout,
    ),
    tests,
    ...(asked.model !== undefined && { model: asked.model }),
    ...(options.last !== undefined && { last: options.last }),
  });
  if (history.machines.length === 0) throw new UserError(nothingToShow(benchmark, asked));
  if (tests.size === 0 && asked.metrics.some((id) => findMetric(id).test === 'images')) {
    io.err('the test images are not here: the accuracy of a single seed has no verdict');
  }
  await write(history, asked, options, io);
  io.exit(0);
}

/** A lone name may be a model's or a metric's; no metric is called as a model is. */
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

/** The records of the benchmark and the machine that were asked for; else of the benchmark with most commits. */
function choose(
  records: readonly FitRecord[],
  { model }: Asked,
  { benchmark, machine }: HistoryCommandOptions,
): FitRecord[] {
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

/** The one measured at most commits; of several the default one, then that of most fits. */
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
  return `nothing to show: ${what} in ${benchmark} was made in a git checkout; --benchmark chooses another`;
}

async function write(history: History, asked: Asked, { markdown, json }: HistoryCommandOptions, io: Io): Promise<void> {
  if (typeof markdown === 'string') {
    await mkdir(path.dirname(markdown), { recursive: true });
    await writeWhole(markdown, renderHistoryMarkdown(history));
    // Standard output is for the history alone.
    io.err(`wrote ${path.normalize(markdown)}`);
  }
  if (json) io.out(JSON.stringify(history, null, 2));
  else if (markdown === true) io.out(renderHistoryMarkdown(history).trimEnd());
  else io.out(asText(history, asked, io));
}

function asText(history: History, { model }: Asked, io: Io): string {
  const paint = picocolors.createColors(io.colour);
  const columns = Math.min(MOST_COLUMNS, io.columns);
  const lay = ({ head, lines }: PlainTable): string => {
    const rows = lines.map((cells) => cells.map(oneLine));
    const [first, ...rest] = plainTable(head, rows, columns).split('\n');
    return [paint.bold(first!), ...rest].join('\n');
  };
  const sentence = (text: string): string => plainTable([''], [[text]], columns).trim();
  const sections = history.machines.flatMap((machine) => [
    paint.bold(sentence(placeText(history.benchmark, machine))),
    ...machine.cautions.map((caution) => paint.yellow(sentence(`Note: ${caution}`))),
    ...(model === undefined ? allModels(history, machine, lay) : oneModel(machine, lay)),
    ...narrowings(machine).map(({ where, command }) => `To narrow down the step ${where}:\n  ${command}`),
  ]);
  return [...sections, sentence(HISTORY_NOTE)]
    .join('\n\n')
    .replaceAll(/▲ better/g, paint.green('▲ better'))
    .replaceAll(/▼ worse/g, paint.red('▼ worse'));
}

function allModels(history: History, machine: MachineHistory, lay: (table: PlainTable) => string): string[] {
  const steps = stepSentences(machine);
  return [
    ...history.metrics.map((metric) => lay(overviewTable(machine, metric))),
    steps.lines.length > 0 ? lay(steps) : NO_STEP,
  ];
}

function oneModel(machine: MachineHistory, lay: (table: PlainTable) => string): string[] {
  const isOne = new Set(machine.lines.map(({ name }) => name)).size === 1;
  return machine.lines.map((line) => `${isOne ? '' : `${oneLine(line.name)}\n`}${lay(lineTable(machine, line))}`);
}
