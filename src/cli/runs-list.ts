// `npm run runs -- list`: what is in a folder of records, by machine and commit.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { groupBy } from '../base/group-by.ts';
import { bytes, counted } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';
import { trackedFiles } from '../git/tracked-files.ts';
import { readRecords, type StoredRecord } from '../results/read.ts';
import type { Io } from '../terminal/io.ts';
import { jsonOption } from './options.ts';
import { type OutputData, printJson } from './outputs/define-output.ts';
import { runsListOutput } from './outputs/runs-output.ts';

/** The records of one machine and commit. */
type RunSummary = OutputData<typeof runsListOutput>['runs'][number];

/**
 * Builds the command that lists records.
 *
 * @param io where it prints
 */
export function listCommand(io: Io): Command {
  return new Command('list')
    .description('list machines, commits, benchmarks and models, with sizes and newest dates')
    .option('--results <folder>', 'folder of the records', 'results')
    .addOption(jsonOption('the list'))
    .action(async ({ results, json }: { results: string; json?: boolean }) => {
      const { records, problems } = await readRecords(results);
      const tracked = await trackedFiles(results);
      const groups = groupBy(records, ({ file }) => path.dirname(file));
      const runs = await Promise.all([...groups.values()].map((group) => summarize(group, tracked)));
      runs.sort((a, b) => Date.parse(b.newest) - Date.parse(a.newest));
      if (json) printJson(io, runsListOutput, { results, runs, problems });
      else print(runs, results, io);
      for (const { file, message } of problems) io.err(`not readable: ${file}: ${message}`);
      io.exit(problems.length > 0 ? 1 : 0);
    });
}

async function summarize(group: readonly StoredRecord[], tracked: ReadonlySet<string>): Promise<RunSummary> {
  const [{ file, record }] = group as [StoredRecord, ...StoredRecord[]];
  const sizes = await Promise.all(group.map((one) => stat(one.file).then(({ size }) => size)));
  const unique = (name: (one: StoredRecord) => string): string[] => [...new Set(group.map(name))].sort();
  return {
    machine: record.machine.id,
    commit: record.git?.commit ?? null,
    dirty: record.git?.dirty ?? null,
    commitFolder: path.basename(path.dirname(file)),
    records: group.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    committed: group.filter((one) => tracked.has(path.resolve(one.file))).length,
    newest: group.map((one) => one.record.startedAt).reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a)),
    benchmarks: unique((one) => one.record.benchmark),
    models: unique((one) => one.record.model.id),
  };
}

function print(runs: readonly RunSummary[], results: string, io: Io): void {
  const head = ['commit', 'newest', 'records', 'in git', 'size', 'machine', 'benchmarks', 'models'];
  const rows = runs.map((run) => [
    run.commitFolder,
    run.newest.slice(0, 10),
    String(run.records),
    String(run.committed),
    bytes(run.bytes),
    run.machine,
    run.benchmarks.join(', '),
    run.models.join(', '),
  ]);
  if (rows.length > 0) io.out(`${plainTable(head, rows, io.columns)}\n`);
  const sum = (part: 'records' | 'bytes'): number => runs.reduce((total, run) => total + run[part], 0);
  io.out(`${counted(sum('records'), 'record')} in ${results}, ${bytes(sum('bytes'))}`);
}
