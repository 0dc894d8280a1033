// `npm run runs`: keeps house in the folder of records: lists, removes and joins them.
import { Command } from 'commander';
import type { Io } from '../terminal/io.ts';
import { mergeCommand } from './merge.ts';
import { listCommand } from './runs-list.ts';
import { pruneCommand } from './runs-prune.ts';

/**
 * Builds the command that keeps house in the folder of records.
 *
 * @param io where it prints
 */
export function runsCommand(io: Io): Command {
  return new Command('runs')
    .description('list, remove and join records')
    .addCommand(listCommand(io))
    .addCommand(pruneCommand(io))
    .addCommand(mergeCommand(io));
}
