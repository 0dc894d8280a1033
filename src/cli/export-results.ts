// `npm run export -- results`: the records as one table.
import { Command, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { longTable, wideTable } from '../export/record-tables.ts';
import { withCodeIndex } from '../fitted/code-index.ts';
import { readRecords } from '../results/read.ts';
import type { Io } from '../terminal/io.ts';
import { checkTableOptions, type TableOptions, withTableOptions, writeTable } from './export-table.ts';

interface ResultsOptions extends TableOptions {
  readonly results: string;
  readonly shape: 'wide' | 'long';
}

/**
 * Builds the command that exports records.
 *
 * @param io where it prints
 * @param checkout the project's root in the git checkout that knows the commits
 */
export function exportResultsCommand(io: Io, checkout = projectRoot): Command {
  const command = new Command('results')
    .description('write all records as one table, whatever their schema version')
    .option('--results <folder>', 'folder of records', 'results')
    .addOption(
      new Option('--shape <shape>', 'wide: one row per record, metrics as columns; long: one row per record and metric')
        .choices(['wide', 'long'])
        .default('wide'),
    );
  return withTableOptions(command).action(async (options: ResultsOptions) => {
    checkTableOptions(options);
    const { records, problems } = await readRecords(options.results);
    for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
    if (records.length === 0) throw new UserError(`no record in ${options.results} (npm run bench makes records)`);
    const entries = await withCodeIndex(checkout, (index) => index.fill(records));
    await writeTable(options.shape === 'wide' ? wideTable(entries) : longTable(entries), options, io);
    io.exit(problems.length > 0 ? 1 : 0);
  });
}
