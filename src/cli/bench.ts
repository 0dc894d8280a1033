// `npm run bench`: the command and its options.
import { Command, Option } from 'commander';
import { benchmarks, stagedBenchmarks } from '../../benchmarks/index.ts';
import { UserError } from '../base/errors.ts';
import { projectRoot } from '../base/root.ts';
import { parseShard } from '../run/shard.ts';
import type { Io } from '../terminal/io.ts';
import type { BenchOptions } from './bench-conditions.ts';
import { collectSettings, commaList, jsonOption, wholeNumber } from './options.ts';
import { RESULTS_REPORT, TRIALS, TRIALS_REPORT } from './trials.ts';

/** Options without a meaning for runs that are not kept. */
const WATCH_CONFLICTS = ['commit', 'shard', 'skipExisting', 'resume', 'out', 'report', 'json'];

/**
 * Builds the command that runs a comparison.
 *
 * @param io where it prints
 * @param checkout the project's root in the git checkout that knows other commits
 */
export function benchCommand(io: Io, checkout = projectRoot): Command {
  return new Command('bench')
    .description('run a comparison, by default of eight models: fit every model, write records, render the report')
    .option('--models <ids>', 'fit only these models, separated by commas (npm run models lists all)', commaList)
    .option(
      '--benchmark <name>',
      `what to run: ${benchmarkNames().join(', ')} (default: ${benchmarks[0]!.id}, eight models)`,
    )
    .option('--quick', 'same as --benchmark quick: a tenth of the data, under two minutes')
    .option('--seeds <n>', 'number of seeds for each model', wholeNumber(1), 1)
    .option('--seed <n>', 'first seed', wholeNumber(0), 1)
    .option('--repeats <n>', 'repeat the whole run n times; a verdict on times needs five', wholeNumber(1), 1)
    .addOption(
      new Option('--device <device>', 'device that computes').choices(['auto', 'cpu', 'gpu', 'webgpu']).default('auto'),
    )
    .addOption(
      new Option(
        '--engine <which>',
        'whether plain JavaScript may compute when TensorFlow is not available: any, or required, the default in CI',
      ).choices(['required', 'any']),
    )
    .option('--dataset <name|folder>', 'fashion-mnist, or a folder with four IDX files')
    .option('--limit <n>', 'fit on a stratified subset of n training images', wholeNumber(1))
    .option('--validation <n>', 'hold out n training images for validation; 0 fits on all', wholeNumber(0))
    .option('--set <model.param=value>', 'change a parameter of a model; may be repeated', collectSettings, [])
    .option('--timeout <seconds>', 'stop a fit that takes longer', wholeNumber(1))
    .option('--shard <i/n>', 'run part i of n parts with about equal durations; renders no report', parseShard)
    .addOption(
      new Option('--watch', 'run again whenever code of a model is saved, and compare with the run before').conflicts(
        WATCH_CONFLICTS,
      ),
    )
    .option('--commit <rev>', 'measure another commit in a separate work tree; yours stays unchanged')
    .option('--skip-existing', 'skip fits that have a finished record of the same code')
    .option('--resume', 'continue stopped networks from their last epoch')
    .option('--out <folder>', 'folder for the records', 'results')
    .option('--report <folder>', `folder for the report (default: "${RESULTS_REPORT}", of trials "${TRIALS_REPORT}")`)
    .option('--no-report', 'do not render the report')
    .option('--verbose', 'also print what models print while several run, and the whole stack of an error')
    .addOption(jsonOption('the records'))
    .addHelpText('after', `\nTrials are ${TRIALS}. ${RESULTS_REPORT}/ leaves them out.`)
    .action(async ({ commit, ...options }: BenchOptions & { commit?: string }, command: Command) => {
      // Loaded late: it is most of the code.
      if (options.watch && stagedOf(options) === undefined) {
        const { watchBenchmark } = await import('./bench-watch.ts');
        return watchBenchmark(options, io);
      }
      if (commit === undefined) return benchOrStages(options, command, io);
      const { benchCommit } = await import('./bench-commit.ts');
      await benchCommit({ commit, ...options }, command, io, { benchmark: benchmarks[0]!.id, checkout });
    });
}

/** Runs a comparison, or the stages of a benchmark that has several. */
async function benchOrStages(options: BenchOptions, command: Command, io: Io): Promise<void> {
  const { runBenchmark } = await import('./bench-run.ts');
  const staged = stagedOf(options);
  if (!staged) return void (await runBenchmark(options, io));
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const refused = ['dataset', 'validation', 'repeats', 'shard', 'watch'].find(isGiven);
  if (refused) throw new UserError(`--benchmark ${staged.id} runs several stages and does not take --${refused}`);
  const { seeds, device, ...rest } = options;
  const chosen = { ...rest, ...(isGiven('seeds') && { seeds }), ...(isGiven('device') && { device }) };
  const [{ benchStages }, { runComparison, runScaling }] = await Promise.all([
    import('./bench-stages.ts'),
    import('./references.ts'),
  ]);
  return benchStages(staged, chosen, io, {
    fits: (run, stageIo) => runBenchmark({ ...options, ...run }, stageIo),
    references: runComparison,
    scaling: runScaling,
  });
}

function stagedOf({ quick, benchmark }: BenchOptions): (typeof stagedBenchmarks)[number] | undefined {
  return quick ? undefined : stagedBenchmarks.find(({ id }) => id === benchmark);
}

/** Lists every name that --benchmark takes. */
function benchmarkNames(): string[] {
  return [...benchmarks, ...stagedBenchmarks].map(({ id }) => id);
}
