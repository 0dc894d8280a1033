// `npm run new-model`: starts a new model as a file that works at once and a line in the list of models.
import { Command, Option } from 'commander';
import { projectRoot } from '../base/root.ts';
import { plainTable } from '../document/terminal-table.ts';
import { TEMPLATES, type Template, writeNewModel } from '../new-model/write-new-model.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Builds the command that starts a new model.
 *
 * @param io where it prints
 * @param root the project's folder; tests pass another
 */
export function newModelCommand(io: Io, root = projectRoot): Command {
  return new Command('new-model')
    .description('start a new model: write a file that works at once, and add it to the list of models')
    .argument('<name>', 'name of the model: lower-case letters, digits and dashes')
    .addOption(
      new Option('--template <template>', 'what to start with: a classifier, or a network of layers')
        .choices(TEMPLATES)
        .default('plain'),
    )
    .addOption(
      new Option(
        '--full',
        'start with a longer classifier: parameters, progress, abort, probabilities, saving',
      ).conflicts('template'),
    )
    .action(async (id: string, { template, full }: { template: Template; full?: true }) => {
      const files = await writeNewModel(root, id, full ? 'full' : template);
      const rows = [
        [files.model, 'the model: change it as you like'],
        [files.list, 'the list of models: has a line for it at the end'],
      ];
      io.out(plainTable(['file', 'content'], rows, io.columns));
      io.out(
        `\nnext:\n  npm run doctor -- ${id}\n  npm run bench -- --models ${id} --quick --watch\n` +
          'an npm package without types needs a line in models/packages.d.ts\nsee docs/models.md for the rest',
      );
      io.exit(0);
    });
}
