// `npm run export -- split HASH`: the labels of the test images that records were measured on.
import { Command } from 'commander';
import { UserError, unknownName } from '../base/errors.ts';
import { loadDataset } from '../data/dataset.ts';
import { testLabels } from '../export/test-labels.ts';
import { readRecords } from '../results/read.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { checkTableOptions, type TableOptions, withTableOptions, writeTable } from './export-table.ts';

interface SplitOptions extends TableOptions {
  readonly results: string;
  readonly dataset?: string;
}

/**
 * Builds the command that exports the test labels of a split.
 *
 * @param io where it prints
 */
export function exportSplitCommand(io: Io): Command {
  const command = new Command('split')
    .description('write the labels of the test images of a split, in the order of the predictions of its records')
    .argument('<hash>', 'the splitHash of a record, or its first digits')
    .option('--results <folder>', 'folder of records', 'results')
    .option('--dataset <name|folder>', 'the data set; by default the one that the record names');
  return withTableOptions(command).action(async (hash: string, options: SplitOptions) => {
    checkTableOptions(options);
    const facts = await findSplit(hash, options.results, io);
    const table = testLabels(facts, await loadDataset(options.dataset ?? facts.name));
    await writeTable(table, options, io);
    io.exit(0);
  });
}

/** Finds the split with this hash, or with a hash that starts so, among those of the records. */
async function findSplit(hash: string, folder: string, io: Io): Promise<FitRecord['dataset']> {
  const { records, problems } = await readRecords(folder);
  for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
  const splits = new Map(records.map(({ record: { dataset } }) => [dataset.splitHash, dataset]));
  const known = [...splits.keys()];
  const found = known.filter((one) => one.startsWith(hash.toLowerCase()));
  if (found.length === 1) return splits.get(found[0]!)!;
  if (found.length === 0) throw unknownName(`split of the records in ${folder}`, hash, known);
  throw new UserError(`ambiguous split: ${hash} is the start of ${found.join(' and ')}; give more digits`);
}
