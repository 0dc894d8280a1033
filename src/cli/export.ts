// `npm run export`: writes what other programs read. Each kind of data is a subcommand.
import { Command } from 'commander';
import type { Io } from '../terminal/io.ts';
import { exportResultsCommand } from './export-results.ts';
import { exportSplitCommand } from './export-split.ts';

/**
 * Builds the command that exports data.
 *
 * @param io where it prints
 */
export function exportCommand(io: Io): Command {
  return new Command('export')
    .description('write data for other programs')
    .addHelpText('after', '\nExamples: docs/data-for-programs.md')
    .addCommand(exportResultsCommand(io))
    .addCommand(exportSplitCommand(io));
}
