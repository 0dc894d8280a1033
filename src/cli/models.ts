// `npm run models`: lists the models, or shows the parameters and layers of some.

import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { integer } from '../document/format.ts';
import { plainTable } from '../document/terminal-table.ts';
import { describeError } from '../run/describe-error.ts';
import { markedSource, placeOfError, placeText } from '../run/error-place.ts';
import type { Io } from '../terminal/io.ts';
import type { LayerSummary, ModelAdapter, ParamValue } from '../types.ts';
import { faultText, findModels, loadModels, modelIds } from './model-list.ts';
import { jsonOption } from './options.ts';
import { type OutputData, printJson } from './outputs/define-output.ts';
import type { modelsOutput } from './outputs/models-output.ts';
import { createUnfitted } from './try-params.ts';

/**
 * Builds the command that lists all models, or shows the details of the models that the user names.
 *
 * @param io where it prints
 */
export function modelsCommand(io: Io): Command {
  return new Command('models')
    .description('list all models, or show the parameters and layers of some')
    .argument('[id...]', 'models to show in detail')
    .addOption(jsonOption('the models'))
    .action(async (ids: string[], options: { json?: boolean }) => {
      if (ids.length > 0) {
        const facts = [];
        for (const model of await findModels(ids, io)) facts.push({ ...factsOf(model), layers: await layersOf(model) });
        if (options.json) await printModels(facts, [], io);
        else io.out(facts.map((one) => describe(one, io)).join('\n\n'));
        return;
      }
      const { models, faults } = await loadModels(modelIds, io);
      const rows = models.map(({ id, summary }) => [id, summary]);
      if (options.json) await printModels(models.map(factsOf), faults.map(faultText), io);
      else io.out(plainTable(['model', 'summary'], rows, io.columns));
      for (const fault of faults) io.err(`left out: ${faultText(fault)}`);
      io.exit(faults.length > 0 ? 1 : 0);
    });
}

function factsOf({ id, family, kind, engine, summary, source, params }: ModelAdapter) {
  return { id, family, kind, engine, summary, source: source ?? null, params };
}

async function printModels(
  models: OutputData<typeof modelsOutput>['models'],
  problems: readonly string[],
  io: Io,
): Promise<void> {
  // Loaded late: the library of schemas takes longer than the list.
  const { modelsOutput: output } = await import('./outputs/models-output.ts');
  printJson(io, output, { models, problems });
}

/** Returns the layers of a network for images of Fashion-MNIST; null if the model is no network. */
async function layersOf(model: ModelAdapter): Promise<readonly LayerSummary[] | null> {
  const classifier = createUnfitted(model);
  try {
    return (await classifier.layers?.()) ?? null;
  } catch (error) {
    throw await authorsError(model.id, error);
  } finally {
    classifier.dispose?.();
  }
}

/** What an author's code throws is the author's to mend: the message and their line are enough. */
async function authorsError(id: string, error: unknown): Promise<UserError> {
  const { message } = describeError(error);
  // Also the stack of a UserError: it has the line that built the network.
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : null;
  const place = await placeOfError({ message, stack });
  const source = place ? `\n${markedSource(place)}` : '';
  return new UserError(`${id}: ${message}${place ? ` (${placeText(place)})` : ''}${source}`, { cause: error });
}

function describe(
  {
    id,
    summary,
    family,
    kind,
    engine,
    source,
    params,
    layers,
  }: ReturnType<typeof factsOf> & {
    readonly layers: readonly LayerSummary[] | null;
  },
  io: Io,
): string {
  const settings = Object.entries(params).map(
    ([name, value]) => `  --set ${id}.${name}=${value}  (${typeText(value)})`,
  );
  return [
    `${id}: ${summary}`,
    `family ${family}, ${kind}, engine: ${engine}`,
    ...(source ? [`source: ${source}`] : []),
    settings.length > 0 ? 'parameters and their defaults:' : 'no parameters',
    ...settings,
    ...(layers ? ['layers for 28 x 28 pixels and ten classes:', layersTable(layers, io.columns)] : []),
  ].join('\n');
}

/** The kind of values that a parameter takes, which is that of its default. */
function typeText(value: ParamValue): string {
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'number' ? 'a number' : 'a text';
}

function layersTable(layers: readonly LayerSummary[], columns: number): string {
  const total = (key: 'parameters' | 'multiplyAdds'): string =>
    integer(layers.reduce((sum, layer) => sum + layer[key], 0));
  const rows = layers.map(({ kind, outputShape, parameters, multiplyAdds }) => [
    kind,
    outputShape.join(' x '),
    integer(parameters),
    integer(multiplyAdds),
  ]);
  rows.push(['total', '', total('parameters'), total('multiplyAdds')]);
  return plainTable(['layer', 'output', 'parameters', 'multiply-adds'], rows, columns);
}
