// `npm run new-model`: a model that works at once, with its test and its line in the list.
import { Command, Option } from 'commander';
import { projectRoot } from '../base/root.ts';
import { plainTable } from '../document/terminal-table.ts';
import { TEMPLATES, type Template, writeNewModel } from '../new-model/files.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Builds the command that starts a model.
 *
 * @param io where it prints
 * @param root the project's folder; tests hand in another
 */
export function newModelCommand(io: Io, root = projectRoot): Command {
  return new Command('new-model')
    .description('start a model: a file that works at once, its test, its line in the list')
    .argument('<name>', 'its name: lower case letters, digits and dashes')
    .addOption(
      new Option('--template <template>', 'a classifier written by hand, or a network of layers')
        .choices(TEMPLATES)
        .default('plain'),
    )
    .action(async (id: string, { template }: { template: Template }) => {
      const files = await writeNewModel(root, id, template);
      const rows = [
        [files.model, 'the model: yours to change'],
        [files.test, 'its test: raise what it asks for'],
        [files.index, 'has its import and its entry, the last'],
      ];
      io.out(plainTable(['written', ''], rows, io.columns));
      io.out(
        `\nnext:\n  npm run doctor -- ${id}\n  npm run bench -- --models ${id} --quick\ndocs/models.md says the rest`,
      );
      io.exit(0);
    });
}
