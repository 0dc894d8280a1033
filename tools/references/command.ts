// The command `npm run references` and its options.
import os from 'node:os';
import { Command, Option } from 'commander';
import { collectSettings, commaList, wholeNumber } from '../../src/cli/options.ts';
import type { Io } from '../../src/terminal/io.ts';
import { measureReferences } from './measure-references.ts';
import { measureScaling } from './measure-scaling.ts';
import { referencedModels, referenceLibraries } from './recipes.ts';
import type { ReferencesOptions } from './stage.ts';

const DEFAULT_MODELS = ['svm', 'random-forest', 'knn', 'logistic-regression'];

/**
 * Builds the command that measures references.
 *
 * @param io where it prints
 */
export function referencesCommand(io: Io): Command {
  return new Command('references')
    .description(
      'fit our models and those of scikit-learn, LightGBM, XGBoost, Keras and PyTorch in turn on the same images, each ' +
        'fit in a process of its own',
    )
    .option('--models <ids>', `separated by commas: ${referencedModels.join(', ')}`, commaList, DEFAULT_MODELS)
    .option(
      '--libraries <ids>',
      `only these libraries, separated by commas: ${referenceLibraries.join(', ')}`,
      commaList,
    )
    .option('--rounds <n>', 'fits of each; the record is that of the median round', wholeNumber(1), 3)
    .option('--limit <n>', 'fit on a stratified subset of so many images', wholeNumber(1))
    .option('--set <model.param=value>', 'change a parameter on both sides; may be repeated', collectSettings, [])
    .option('--threads <n>', 'threads of each side', wholeNumber(1), os.availableParallelism())
    .addOption(
      new Option('--device <device>', 'what ours computes on; unless it is the CPU, PyTorch takes a card by CUDA')
        .choices(['auto', 'cpu', 'gpu', 'webgpu'])
        .default('cpu'),
    )
    .option('--python <program>', 'a Python that has the libraries, instead of environments made for them')
    .option('--out <folder>', 'where records go', 'results')
    .option('--scaling', 'instead: how the cost of our models and of the npm libraries grows with the images')
    .option('--stop-seconds <s>', 'with --scaling: measure no fit that is expected to take longer', wholeNumber(1), 120)
    .option('--json', 'print the comparison as JSON')
    .action((options: ReferencesOptions) =>
      options.scaling ? measureScaling(options, io) : measureReferences(options, io),
    );
}
