// `npm run explore`: what is in the data, before any model.
import { Command, InvalidArgumentError } from 'commander';
import { loadDataset } from '../data/dataset.ts';
import { documentToTerminal } from '../document/to-terminal.ts';
import { useQuietEngine } from '../engine/runtime/environment.ts';
import { explore } from '../explore/explore-dataset.ts';
import { readRecords } from '../results/read.ts';
import { type FinishedRecord, isFinished } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { type ProgressLine, startProgress } from '../terminal/progress.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { ensureCommandEngine } from './command-engine.ts';
import { jsonOption } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { exploreJson, exploreOutput } from './outputs/explore-output.ts';
import { defaultReport, RESULTS_REPORT, TRIALS_REPORT } from './trials.ts';

const DEFAULT_DATASET = 'fashion-mnist';
const DEFAULT_MAP = 10_000;
/** What makes a label error likely: the number of models that agree, and the lowest probability that each gives. */
const LABEL_ERRORS = { models: 3, confidence: 0.9 };
const SEED = 1;

interface ExploreOptions {
  readonly dataset: string;
  readonly results: string;
  readonly report?: string;
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
      'show what is in the data: class counts, pixel values, foreground share, near-duplicates between training and test ' +
        'images, likely label errors, a map of the images',
    )
    .option('--dataset <name|folder>', 'fashion-mnist, or a folder of four IDX files', DEFAULT_DATASET)
    .option('--results <folder>', 'folder of records, whose predictions reveal likely label errors', 'results')
    .option(
      '--report <folder>',
      `folder of the page (default: "${RESULTS_REPORT}/explore", of own data "${TRIALS_REPORT}/explore")`,
    )
    .option('--map <n>', 'number of images on the map, "all", or 0 for no map', readMapSize, DEFAULT_MAP)
    .option('--near <grey>', 'largest difference of near-duplicates, in grey values of 256', readGreyValue, 10)
    .addOption(jsonOption('what was found, without a page,'))
    .action((options: ExploreOptions) => run(options, io));
}

async function run(options: ExploreOptions, io: Io): Promise<void> {
  useQuietEngine();
  const dataset = await loadDataset(options.dataset);
  for (const notice of await ensureCommandEngine()) io.err(`engine: ${notice}`);
  const stop = stopOnSignals(io);
  const progress = startSteps(io);
  try {
    const found = await explore(dataset, await finishedRecords(options.results, io), {
      near: options.near,
      labelErrors: LABEL_ERRORS,
      map: options.map,
      seed: SEED,
      signal: stop.signal,
      progress: progress.update,
    });
    progress.stop();
    if (options.json) {
      printJson(io, exploreOutput, exploreJson(found));
      return;
    }
    // Loaded late: the library that draws charts takes a second.
    const { explorationDocument } = await import('../explore/sections/exploration-document.ts');
    const { writeExploration } = await import('../explore/sections/write-exploration.ts');
    io.out(documentToTerminal(explorationDocument(found, dataset), io));
    io.out('');
    const folder = options.report ?? `${defaultReport(options.dataset !== DEFAULT_DATASET)}/explore`;
    for (const file of await writeExploration(folder, found, dataset)) io.out(`wrote ${file}`);
  } finally {
    progress.stop();
    stop.release();
  }
}

/** All finished fits; none where the folder cannot be read. */
async function finishedRecords(folder: string, io: Io): Promise<FinishedRecord[]> {
  const { records, problems } = await readRecords(folder).catch(() => ({ records: [], problems: [] }));
  for (const { file, message } of problems) io.err(`left out: ${file}: ${message}`);
  return records.map(({ record }) => record).filter(isFinished);
}

/** Shows a progress line for each step. */
function startSteps(io: Io): { update(step: string, done: number, total: number): void; stop(): void } {
  let line: ProgressLine | undefined;
  let current = '';
  return {
    update(step, done, total) {
      if (step !== current) {
        line?.stop();
        line = startProgress(io, step);
        current = step;
      }
      line?.update({ done, total, unit: step === 'map' ? 'epoch' : 'block' });
    },
    stop: () => line?.stop(),
  };
}

function readMapSize(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 0) throw new InvalidArgumentError('a whole number from 0, or "all".');
  return size;
}

function readGreyValue(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 255) || text.trim() === '') throw new InvalidArgumentError('a number from 0 to 255.');
  return value;
}
