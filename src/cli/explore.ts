// `npm run explore`: what is in the data, before and beside any model.
import { Command, InvalidArgumentError } from 'commander';
import { loadDataset } from '../data/dataset.ts';
import type { PlainTable } from '../document/table.ts';
import { plainTable } from '../document/terminal-table.ts';
import { useQuietEngine } from '../engine/runtime/environment.ts';
import { explore } from '../explore/explore-dataset.ts';
import {
  countsTable,
  duplicatesSentence,
  duplicatesTable,
  foregroundFindings,
  foregroundTable,
  labelErrorsSentence,
  pixelsTable,
} from '../explore/explore-text.ts';
import { readRecords } from '../results/read.ts';
import { isFinished } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { type ProgressLine, startProgress } from '../terminal/progress.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { ensureCommandEngine } from './command-engine.ts';

const DEFAULT_MAP = 10_000;
/** Models that must contradict a label, and how sure each must be. */
const SUSPECT = { models: 3, confidence: 0.9 };
const SEED = 1;

interface ExploreCommandOptions {
  readonly dataset: string;
  readonly results: string;
  readonly report: string;
  readonly map: number;
  readonly near: number;
  readonly json?: boolean;
}

/**
 * Builds the command that explores a data set.
 *
 * @param io where it prints
 */
export function exploreCommand(io: Io): Command {
  return new Command('explore')
    .description(
      'show what is in the data: classes, pixels, foreground, twins between training and test, suspect labels, a map',
    )
    .option('--dataset <name|folder>', 'fashion-mnist, or a folder of four IDX files', 'fashion-mnist')
    .option('--results <folder>', 'where the records of models lie', 'results')
    .option('--report <folder>', 'where the page goes', 'report/explore')
    .option('--map <n>', 'images on the map; "all" or 0', mapSize, DEFAULT_MAP)
    .option('--near <grey>', 'largest difference of nearDuplicates, in grey values of 256', greyValue, 10)
    .option('--json', 'print what was found as JSON, and write no page')
    .action((options: ExploreCommandOptions) => run(options, io));
}

async function run(options: ExploreCommandOptions, io: Io): Promise<void> {
  useQuietEngine();
  for (const notice of await ensureCommandEngine()) io.err(`engine: ${notice}`);
  const dataset = await loadDataset(options.dataset);
  const records = (await readRecords(options.results).catch(() => ({ records: [] }))).records.map(
    ({ record }) => record,
  );
  const stop = stopOnSignals(io);
  let line: ProgressLine | undefined;
  let step = '';
  try {
    const found = await explore(dataset, records.filter(isFinished), {
      near: options.near,
      labelErrors: SUSPECT,
      map: options.map,
      seed: SEED,
      signal: stop.signal,
      progress: (name, done, total) => {
        if (name !== step) line?.stop();
        if (name !== step) line = startProgress(io, name);
        step = name;
        line?.update({ done, total, unit: name === 'map' ? 'epoch' : 'block' });
      },
    });
    line?.stop();
    if (options.json) {
      io.out(JSON.stringify(found, toPlain, 2));
      return;
    }
    const show = ({ head, lines }: PlainTable): void => io.out(`\n${plainTable(head, lines, io.columns)}`);
    show(countsTable(found));
    show(pixelsTable(found));
    show(foregroundTable(found));
    for (const sentence of [...foregroundFindings(found), duplicatesSentence(found)]) io.out(`\n${sentence}`);
    if (found.nearDuplicates.accuracies.length > 0) show(duplicatesTable(found));
    io.out(`\n${labelErrorsSentence(found)}\n`);
    // Not before it is wanted: the drawing of charts takes a second to load.
    const { writeExploration } = await import('../explore/write-exploration.ts');
    for (const file of await writeExploration(options.report, found, dataset, new Date())) io.out(`wrote ${file}`);
  } finally {
    line?.stop();
    stop.release();
  }
}

/** Typed arrays become lists. */
function toPlain(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value;
}

function mapSize(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 0) throw new InvalidArgumentError('a whole number from 0, or "all".');
  return size;
}

function greyValue(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 255) || text.trim() === '') throw new InvalidArgumentError('a number from 0 to 255.');
  return value;
}
