// The command report: renders the report from the records in a folder. The command bench ends with the same.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { engines, libraryPairs, unequal } from '../../benchmarks/engines.ts';
import { published } from '../../benchmarks/published.ts';
import { training, trainingPairs } from '../../benchmarks/training.ts';
import { isNetwork, writeTryPage } from '../app/try/export-network.ts';
import { messageOf, UserError, unknownName } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { relocateRecords } from '../commits/history/relocate-records.ts';
import { chooseWithTests, compareWithTests } from '../data/choose-with-tests.ts';
import { useQuietEngine } from '../engine/runtime/environment.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { currentCodes, isOfCode, sourceKey } from '../fitted/model-code.ts';
import { findFitted, savedModels } from '../fitted/open.ts';
import { reachableCommits, readCommits } from '../git/commit-graph.ts';
import { buildReport } from '../report/model/build-report.ts';
import type { ReportData } from '../report/model/report-data.ts';
import { replaceBetweenMarks, resultsTable } from '../report/render/readme-table.ts';
import { readRecords, type StoredRecord } from '../results/read.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import { latestRecords } from '../results/select.ts';
import type { Io } from '../terminal/io.ts';
import { ensureCommandEngine } from './command-engine.ts';
import { HEADLINE_COMMAND, headlineRequests } from './headline-requests.ts';
import { loadModels, modelIds } from './model-list.ts';

/** What to render, and where to write it. */
export interface RenderOptions {
  /** Folder of records. */
  readonly results: string;
  /** Folder that the report goes to. */
  readonly report: string;
  /** A Markdown file to write the results table to, between its marks; none by default. */
  readonly readme?: string;
  /** Only fits on this machine. */
  readonly machine?: string;
  /** Only fits of this benchmark. */
  readonly benchmark?: string;
  /** The date of the report; by default the clock's. */
  readonly now?: Date;
}

/** What was rendered. */
export interface Rendered {
  readonly data: ReportData;
  /** Files written. */
  readonly files: readonly string[];
  /** Records that could not be read or contradict themselves, each in one line. */
  readonly problems: readonly string[];
}

/**
 * Reads the records of a folder and writes the report of the newest fit of each model, parameters and seed.
 *
 * @param options what to render, and where to write it
 * @throws UserError when there is no record, none of the machine or benchmark, or a file cannot be written
 */
export async function renderReport(options: RenderOptions): Promise<Rendered> {
  const { chosen, tests, readable, problems } = await readAndChoose(options);
  const { records: past } = await withCodeIndex(projectRoot, async (index) =>
    relocateRecords(readable, await reachableCommits(projectRoot), index),
  );
  const hashes = past.flatMap(({ git }) => git?.commit ?? []);
  const isCurrent = await currentRecords();
  const data = buildReport(chosen, {
    now: options.now ?? new Date(),
    tests,
    past: { records: past, graph: await readCommits(hashes, projectRoot) },
    published,
    isCurrent,
    libraryPairs: [
      { benchmark: engines.id, title: 'Our engines and the given libraries', pairs: libraryPairs, unequal },
      { benchmark: training.id, title: 'Compiled training and tfjs', pairs: trainingPairs, unequal: {} },
    ],
  });
  const tried = await tryPage(options.report, chosen.filter(isFinished));
  // Loaded late: the libraries that draw charts take a second to load.
  const { writeReport } = await import('../report/render/write-report.ts');
  const files = await writeReport(options.report, data);
  if (tried.file !== null) files.push(tried.file);
  if (options.readme !== undefined) {
    const table = { rows: headlineRequests(), command: HEADLINE_COMMAND, isCurrent };
    await updateReadme(options.readme, resultsTable(data, chosen, table));
    files.push(options.readme);
  }
  return {
    data,
    files,
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
  const { records: read, problems } = await readRecords(options.results);
  const records = await withCodeIndex(projectRoot, (index) => index.fill(read));
  const { chosen, tests } = await chooseWithTests(records, {
    choose: (left) => choose(left, options, problems.length > 0),
    recordsOf: (some) => some,
    leftOut: (problem) => problems.push(problem),
  });
  const leftOut = new Set(problems.map(({ file }) => file));
  const others = compareWithTests(
    records.filter(({ file }) => !leftOut.has(file)),
    tests,
  );
  return {
    chosen,
    tests,
    readable: others.agreeing.map(({ record }) => record),
    problems: [...problems, ...others.problems],
  };
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
    .option('--report <folder>', 'folder to write the report to', 'report')
    .option('--readme <file>', 'also write the results table between the marks of this Markdown file')
    .option('--machine <id>', 'only fits on this machine')
    .option('--benchmark <name>', 'only fits of this benchmark')
    .option('--json', "print the report's data as JSON")
    .action(async (options: RenderOptions & { json?: boolean }) => {
      const { data, files, problems } = await renderReport(options);
      for (const problem of problems) io.err(`left out: ${problem}`);
      if (options.json) io.out(JSON.stringify(data, null, 2));
      else {
        for (const file of files.filter((name) => !name.endsWith('.svg'))) io.out(`wrote ${path.normalize(file)}`);
      }
      io.exit(0);
    });
}

/** The newest fit of each model, parameters and seed, of the machine and benchmark that were asked for. */
function choose(
  entries: readonly StoredRecord[],
  { results, machine, benchmark }: RenderOptions,
  isSomeLeftOut: boolean,
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
  const chosen = machines
    .filter((id) => machine === undefined || id === machine)
    .flatMap((id) => latestRecords(records.filter((one) => one.machine.id === id).map((record) => ({ record }))))
    .map(({ record }) => record)
    .filter((record) => benchmark === undefined || record.benchmark === benchmark);
  if (chosen.length > 0) return chosen;
  throw new UserError(
    `nothing to report: no ${isSomeLeftOut ? 'readable ' : ''}record in ${results} (npm run bench makes records)`,
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
