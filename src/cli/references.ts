// `npm run references`: fits our models alternating with reference implementations in Python.
import os from 'node:os';
import { Command, Option } from 'commander';
import { libraryPairs } from '../../benchmarks/engines.ts';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import { references } from '../../benchmarks/references.ts';
import { scaling, scalingSizes } from '../../benchmarks/scaling.ts';
import { checkWritable } from '../base/write-file-atomic.ts';
import { comparisonTable } from '../references/comparison.ts';
import { measureReferences } from '../references/measure-references.ts';
import { measureScaling } from '../references/measure-scaling.ts';
import type { ReferencesOptions, ScalingOptions } from '../references/options.ts';
import { referencedModels, referenceLibraries } from '../references/recipes.ts';
import { scalingTable } from '../references/scaling-table.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { stopOnSignals } from '../terminal/stop.ts';
import { findModels, modelModule } from './model-list.ts';
import { checkSettings, collectSettings, commaList, jsonOption, wholeNumber } from './options.ts';
import { printJson } from './outputs/define-output.ts';
import { referencesOutput, scalingOutput } from './outputs/references-output.ts';

interface CommandOptions extends ReferencesOptions, ScalingOptions {
  readonly models: readonly string[];
  /** The old name of --libraries. */
  readonly peers?: readonly string[];
  readonly scaling?: boolean;
  readonly json?: boolean;
}

/**
 * Builds the command that measures reference implementations.
 *
 * @param io where it prints
 */
export function referencesCommand(io: Io): Command {
  return new Command('references')
    .description(
      'fit our models alternating with reference implementations (scikit-learn, LightGBM, XGBoost, Keras, PyTorch) on the ' +
        'same images, each fit in a separate process',
    )
    .option(
      '--models <ids>',
      `separated by commas: ${referencedModels(referenceRecipes).join(', ')}`,
      commaList,
      references.models,
    )
    .option(
      '--libraries <ids>',
      `only these libraries, separated by commas: ${referenceLibraries(referenceRecipes).join(', ')}`,
      commaList,
    )
    .addOption(new Option('--peers <ids>', 'old name of --libraries').argParser(commaList).hideHelp())
    .option('--rounds <n>', 'fits of each model; the record is that of the median round', wholeNumber(1), 3)
    .option('--limit <n>', 'fit on a stratified subset of N images', wholeNumber(1))
    .option('--set <model.param=value>', 'change a parameter of both models; may be repeated', collectSettings, [])
    .option('--threads <n>', 'threads of each fit', wholeNumber(1), os.availableParallelism())
    .addOption(
      new Option('--device <device>', 'what our models compute on; unless it is cpu, PyTorch uses a CUDA card')
        .choices(['auto', 'cpu', 'gpu', 'webgpu'])
        .default('cpu'),
    )
    .option('--python <program>', 'a Python that has the libraries installed, instead of new environments')
    .option('--timeout <seconds>', 'stop a fit that takes longer', wholeNumber(1))
    .option('--skip-existing', 'leave out models that have finished records of the same command')
    .option('--out <folder>', 'where records go', 'results')
    .option('--scaling', 'instead measure our models and the npm libraries on growing numbers of images')
    .option('--stop-seconds <s>', 'with --scaling: start no fit that is expected to take longer', wholeNumber(1), 120)
    .addOption(jsonOption('the comparison'))
    .action((options: CommandOptions) => runReferences(options, io));
}

async function runReferences({ peers, ...options }: CommandOptions, io: Io): Promise<void> {
  if (peers) io.err('--peers is now --libraries');
  const libraries = options.libraries ?? peers;
  const chosen = { ...options, ...(libraries && { libraries }) };
  const stop = stopOnSignals(io);
  try {
    const records = options.scaling
      ? await runScaling(chosen, io, stop.signal)
      : await runComparison(chosen, io, stop.signal);
    io.err(`\n${records.length} ${records.length === 1 ? 'record' : 'records'} in ${options.out}`);
    if (stop.signal.aborted)
      io.err('stopped; the records of finished models are kept (--skip-existing goes on from there)');
    io.exit(exitCodeOf(stop.signal, records.every(isFinished)));
  } finally {
    stop.release();
  }
}

/**
 * Measures models alternating with their references, and prints the comparison.
 *
 * @returns the records, those of our models before those of their references
 * @throws UserError when a model is unknown or has no reference, or Python, the engine or the data is not available,
 *   or the folder of the records cannot be written to
 */
export async function runComparison(
  options: ReferencesOptions & { readonly models: readonly string[]; readonly json?: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<readonly FitRecord[]> {
  checkSettings(options.set, options.models);
  const adapters = await findModels(options.models, io);
  await checkWritable(options.out);
  const { records, comparisons } = await measureReferences({
    benchmark: references,
    adapters,
    modelModule,
    recipes: referenceRecipes,
    options,
    io,
    signal,
  });
  if (options.json) printJson(io, referencesOutput, { comparisons });
  else if (comparisons.length > 0) io.out(`\n${comparisonTable(comparisons)}`);
  return records;
}

/**
 * Measures models, and the npm libraries that do the same, on growing numbers of images, and prints the seconds.
 *
 * @throws UserError when a model is unknown, the engine or the data is not available, or the folder of the records cannot
 *   be written to
 */
export async function runScaling(
  options: ScalingOptions & { readonly models: readonly string[]; readonly json?: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<readonly FitRecord[]> {
  const ids = [...new Set(options.models.flatMap((id) => [id, libraryPairs[id] ?? id]))];
  checkSettings(options.set, ids);
  const adapters = await findModels(ids, io);
  await checkWritable(options.out);
  const request = { benchmark: scaling, adapters, modelModule, options, io, signal };
  const { records, scalings, sizes } = await measureScaling(request, scalingSizes);
  if (options.json) printJson(io, scalingOutput, { scalings });
  else io.out(`\n${scalingTable(scalings, sizes, scaling.testLimit!)}`);
  return records;
}
