// `npm run models`: who competes.
import { Command } from 'commander';
import { models } from '../../models/index.ts';
import { unknownName } from '../errors.ts';
import type { ModelAdapter } from '../types.ts';
import type { Io } from './io.ts';
import { plainTable } from './plain-table.ts';

/**
 * Finds models by name, in the order given.
 *
 * @param ids names as typed
 * @throws UserError when one is unknown
 */
export function findModels(ids: readonly string[]): ModelAdapter[] {
  return ids.map((id) => {
    const found = models.find((model) => model.id === id);
    if (!found)
      throw unknownName(
        'model',
        id,
        models.map((model) => model.id),
        'npm run models lists all',
      );
    return found;
  });
}

/**
 * Builds the command that lists the models, or shows those named with their parameters.
 *
 * @param io where it prints
 */
export function modelsCommand(io: Io): Command {
  return new Command('models')
    .description('list the models, or show some with their parameters')
    .argument('[id...]', 'models to show in full')
    .option('--json', 'print as JSON')
    .action((ids: string[], options: { json?: boolean }) => {
      const chosen = ids.length > 0 ? findModels(ids) : models;
      if (options.json) {
        const facts = chosen.map(({ id, family, kind, engine, summary, source, params }) => ({
          id,
          family,
          kind,
          engine,
          summary,
          source: source ?? null,
          params,
        }));
        io.out(JSON.stringify(facts, null, 2));
      } else if (ids.length > 0) {
        io.out(chosen.map(describeModel).join('\n\n'));
      } else {
        io.out(
          plainTable(
            ['model', 'summary'],
            chosen.map(({ id, summary }) => [id, summary]),
            io.columns,
          ),
        );
      }
    });
}

function describeModel(model: ModelAdapter): string {
  const settings = Object.entries(model.params).map(([name, value]) => `  --set ${model.id}.${name}=${value}`);
  return [
    `${model.id}: ${model.summary}`,
    `family ${model.family}, ${model.kind}, engine: ${model.engine}`,
    ...(model.source ? [`source: ${model.source}`] : []),
    settings.length > 0 ? 'parameters and their defaults:' : 'no parameters',
    ...settings,
  ].join('\n');
}
