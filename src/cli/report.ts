// The command report: renders the report from the records in a folder. The command bench ends with the same.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { engines, libraryPairs, unequal } from '../../benchmarks/engines.ts';
import { published } from '../../benchmarks/published.ts';
import { training, trainingPairs } from '../../benchmarks/training.ts';
import { isNetwork, writeTryPage } from '../app/try/export-network.ts';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { projectRoot } from '../base/root.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { relocateRecords } from '../commits/history/relocate-records.ts';
import { chooseWithTests, compareWithTests } from '../data/choose-with-tests.ts';
import { counted } from '../document/format.ts';
import { useQuietEngine } from '../engine/runtime/environment.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { currentCodes, isOfCode, sourceKey } from '../fitted/model-code.ts';
import { findFitted, savedModels } from '../fitted/open.ts';
import { commitsOfHead, readCommits } from '../git/commit-graph.ts';
import { buildReport } from '../report/model/build-report.ts';
import type { Past } from '../report/model/history-part.ts';
import type { ReportData } from '../report/model/report-data.ts';
import { replaceBetweenMarks, resultsTable } from '../report/render/readme-table.ts';
import { machineKey } from '../results/machine-identity.ts';
import { readRecords, type StoredRecord } from '../results/read.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import { latestRecords } from '../results/select.ts';
import type { Io } from '../terminal/io.ts';
import { ensureCommandEngine } from './command-engine.ts';
import { HEADLINE_COMMAND, headlineRequests } from './headline-requests.ts';
import { loadModels, modelIds } from './model-list.ts';
import { jsonOption } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { reportJson, reportOutput } from './outputs/report-output.ts';
import { defaultReport, isTrial, RESULTS_REPORT, TRIALS, TRIALS_REPORT } from './trials.ts';

/** What to render, and where to write it. */
export interface RenderOptions {
  /** Folder of records. */
  readonly results: string;
  /** Folder that the report goes to; by default that of results or trials. */
  readonly report?: string;
  /** Whether the report is of trials alone, instead of results alone; see `isTrial`. */
  readonly trials?: boolean;
  /** Whether to write the page that runs a kept network in the browser. */
  readonly try?: boolean;
  /** A Markdown file to write the results table to, between its marks; none by default. */
  readonly readme?: string;
  /** Only fits on this machine. */
  readonly machine?: string;
  /** Only fits of this benchmark. */
  readonly benchmark?: string;
}

/** What was rendered. */
export interface Rendered {
  readonly data: ReportData;
  /** Files written. */
  readonly files: readonly string[];
  /** Records that could not be read or contradict themselves, each in one line. */
  readonly problems: readonly string[];
  /** Number of readable records that belong to the other report, that of results or that of trials. */
  readonly others: number;
}

/**
 * Reads the records of a folder and writes the report of the newest fit of each model, parameters and seed.
 *
 * @param options what to render, and where to write it
 * @throws UserError when there is no record, none of the machine or benchmark, or a file cannot be written
 */
export async function renderReport(options: RenderOptions): Promise<Rendered> {
  const { trials = false, report = defaultReport(trials) } = options;
  const { chosen, tests, readable, problems, others } = await readAndChoose(options);
  const isCurrent = await currentRecords();
  const data = buildReport(chosen, {
    tests,
    past: await pastOf(readable),
    published,
    isCurrent,
    libraryPairs: [
      { benchmark: engines.id, title: 'Our engines and the given libraries', pairs: libraryPairs, unequal },
      { benchmark: training.id, title: 'Compiled training and tfjs', pairs: trainingPairs, unequal: {} },
    ],
  });
  const tried = options.try ? await tryPage(report, chosen.filter(isFinished)) : { file: null, problem: null };
  // Loaded late: the libraries that draw charts take a second to load.
  const { writeReport } = await import('../report/render/write-report.ts');
  const files = await writeReport(report, data);
  if (tried.file !== null) files.push(tried.file);
  if (options.readme !== undefined) {
    const table = { rows: headlineRequests(), command: HEADLINE_COMMAND, isCurrent };
    await updateReadme(options.readme, resultsTable(data, chosen, table));
    files.push(options.readme);
  }
  return {
    data,
    files,
    others,
    problems: [
      ...problems.map(({ file, message }) => `${file}: ${message}`),
      ...(tried.problem === null ? [] : [`try.html: ${tried.problem}`]),
      ...data.comparisons
        .filter(({ images }) => images === null)
        .map(({ title }) => `pictures, calibration and significance of ${title}: its test images are not in the cache`),
    ],
  };
}

/** The records of the report, their test images, all records that the history may use, and the files that are left out. */
async function readAndChoose(options: RenderOptions) {
  const { records: all, problems } = await readRecords(options.results);
  const read = all.filter(({ record }) => isTrial(record) === (options.trials ?? false));
  const others = all.length - read.length;
  const records = await withCodeIndex(projectRoot, (index) => index.fill(read));
  const { chosen, tests } = await chooseWithTests(records, {
    choose: (left) => choose(left, options, { isSomeLeftOut: problems.length > 0, others }),
    recordsOf: (some) => some,
    leftOut: (problem) => problems.push(problem),
  });
  const leftOut = new Set(problems.map(({ file }) => file));
  const compared = compareWithTests(
    records.filter(({ file }) => !leftOut.has(file)),
    tests,
  );
  return {
    chosen,
    tests,
    readable: compared.agreeing.map(({ record }) => record),
    problems: [...problems, ...compared.problems],
    others,
  };
}

/** The records of the history, at commits of the checked-out branch: other branches of a clone change no report. */
async function pastOf(records: readonly FitRecord[]): Promise<Past> {
  const commits = await commitsOfHead(projectRoot);
  const known = new Set(commits.map(({ hash }) => hash));
  const placed = await withCodeIndex(projectRoot, (index) => relocateRecords(records, commits, index));
  const hashes = placed.records.flatMap(({ git }) => (git && known.has(git.commit) ? git.commit : []));
  return { records: placed.records, graph: await readCommits(hashes, projectRoot) };
}

/** Tells whether the checked-out code of a model made a record. Reference implementations have no source hash. */
async function currentRecords(): Promise<(record: FitRecord) => boolean> {
  const codes = await currentCodes(modelIds, projectRoot, () => {});
  return (record) => {
    const code = codes.get(sourceKey(record.model.id, record.software.engine.device));
    return record.model.role === 'reference' || (code !== undefined && isOfCode(record, code));
  };
}

/** Writes the page that runs a network in the browser, if the cache holds a fitted network of the report. */
async function tryPage(
  folder: string,
  records: readonly FinishedRecord[],
): Promise<{ readonly file: string | null; readonly problem: string | null }> {
  const deep = await savedModels(records.filter(({ model }) => model.kind === 'deep'));
  const quiet = { err: () => {} };
  const { models } = await loadModels(
    modelIds.filter((id) => deep.includes(id)),
    quiet,
  );
  const { found } = await findFitted(models.filter(isNetwork), records);
  if (found.length === 0) return { file: null, problem: null };
  try {
    useQuietEngine();
    await ensureCommandEngine();
    return { file: await writeTryPage(folder, found), problem: null };
  } catch (error) {
    // The report is complete without this page.
    return { file: null, problem: messageOf(error) };
  }
}

/**
 * Builds the command that renders the report.
 *
 * @param io where it prints
 */
export function reportCommand(io: Io): Command {
  return new Command('report')
    .description('render the report from the records')
    .option('--results <folder>', 'folder of records', 'results')
    .option(
      '--report <folder>',
      `folder to write the report to (default: "${RESULTS_REPORT}", with --trials "${TRIALS_REPORT}")`,
    )
    .option('--trials', `report trials instead of results: ${TRIALS}`)
    .option('--try', 'also write try.html, which runs the most accurate kept network in the browser')
    .option('--readme <file>', 'also write the results table between the marks of this Markdown file')
    .option('--machine <id>', 'only fits on this machine')
    .option('--benchmark <name>', 'only fits of this benchmark')
    .addOption(jsonOption("the report's data"))
    .action(async (options: RenderOptions & { json?: boolean }) => {
      const { data, files, problems, others } = await renderReport(options);
      for (const problem of problems) io.err(`left out: ${problem}`);
      if (others > 0 && !options.trials) {
        io.err(`left out: ${counted(others, 'trial')} (${TRIALS}); npm run report -- --trials shows trials`);
      }
      if (options.json) printJson(io, reportOutput, reportJson(data));
      else {
        for (const file of files.filter((name) => !name.endsWith('.svg'))) io.out(`wrote ${path.normalize(file)}`);
      }
      io.exit(0);
    });
}

/** The newest fit of each model, parameters and seed, of the machine and benchmark that were asked for. */
function choose(
  entries: readonly StoredRecord[],
  { results, machine, benchmark, trials = false }: RenderOptions,
  { isSomeLeftOut, others }: { readonly isSomeLeftOut: boolean; readonly others: number },
): FitRecord[] {
  const records = entries.map(({ record }) => record);
  const machines = [...new Set(records.map((record) => record.machine.id))];
  const benchmarks = [...new Set(records.map((record) => record.benchmark))];
  if (records.length > 0 && machine !== undefined && !machines.includes(machine)) {
    throw unknownName('machine', machine, machines, 'these have records');
  }
  if (records.length > 0 && benchmark !== undefined && !benchmarks.includes(benchmark)) {
    throw unknownName('benchmark', benchmark, benchmarks, 'these have records');
  }
  const wanted = records.filter((record) => machine === undefined || record.machine.id === machine);
  const chosen = [...groupBy(wanted, (record) => machineKey(record.machine)).values()]
    .flatMap((group) => latestRecords(group.map((record) => ({ record }))))
    .map(({ record }) => record)
    .filter((record) => benchmark === undefined || record.benchmark === benchmark);
  if (chosen.length > 0) return chosen;
  const what = `${isSomeLeftOut ? 'readable ' : ''}record`;
  throw new UserError(
    others === 0
      ? `nothing to report: no ${what} in ${results} (npm run bench makes records)`
      : trials
        ? `nothing to report: no ${what} of a trial in ${results}; without --trials, ${counted(others, 'record')} can be reported`
        : `nothing to report: every ${what} in ${results} is of a trial (${TRIALS}); npm run report -- --trials shows trials`,
  );
}

async function updateReadme(file: string, table: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
  await writeFileAtomic(file, replaceBetweenMarks(text, table, file));
}
