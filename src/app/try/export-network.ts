// Exports a fitted network as plain data and writes the page that runs it in a browser.
import path from 'node:path';
import { writeFileAtomic } from '../../base/write-file-atomic.ts';
import { pageScript } from '../../document/page-script.ts';
import type { NetworkAdapter } from '../../engine/network/define-network.ts';
import type { DeepParams, LayersRecipe } from '../../engine/network/network-recipe.ts';
import { type Tensorflow, tensorflow } from '../../engine/runtime/tensorflow.ts';
import { weightVariables } from '../../engine/training/trainer.ts';
import { identityOf } from '../../fitted/fit-identity.ts';
import type { FittedModel } from '../../fitted/open.ts';
import { fittedFile, readFitted } from '../../fitted/store.ts';
import type { ImageShape, ModelAdapter } from '../../types.ts';
import type { ExportedNetwork } from './try-data.ts';
import { renderTryPage } from './try-page.ts';

/** Maximum size of the page in bytes: it is committed and downloaded. */
const MOST_BYTES = 7e5;

/**
 * Writes `try.html` with the most accurate kept network whose page is small enough. Needs TensorFlow.
 *
 * @param folder created if missing
 * @param fitted any models; only networks on grey images are used
 * @param mostBytes maximum size of the page
 * @returns the file; null when there is no such network (an earlier page stays)
 * @throws UserError when the page cannot be written, or a fitted model is damaged
 */
export async function writeTryPage(
  folder: string,
  fitted: readonly FittedModel[],
  mostBytes = MOST_BYTES,
): Promise<string | null> {
  const script = await pageScript('try');
  for (const model of [...fitted].sort((a, b) => b.record.metrics.accuracy - a.record.metrics.accuracy)) {
    const { dataset, metrics } = model.record;
    if (dataset.shape.channels !== 1) continue;
    const network = await exportNetwork(model);
    if (!network) continue;
    const { height, width } = dataset.shape;
    const page = renderTryPage(
      {
        data: { model: model.adapter.id, network, classNames: dataset.classNames, height, width },
        summary: model.adapter.summary,
        dataset: dataset.name,
        trainImages: dataset.train,
        accuracy: metrics.accuracy,
      },
      script,
    );
    if (Buffer.byteLength(page) > mostBytes) continue;
    const file = path.join(folder, 'try.html');
    await writeFileAtomic(file, page);
    return file;
  }
  return null;
}

/**
 * Exports a fitted network as plain data. Needs TensorFlow.
 *
 * @param model any fitted model
 * @returns null when the model is not a network of layers, or is no longer kept
 * @throws UserError when the file is damaged
 */
export async function exportNetwork({ adapter, record }: FittedModel): Promise<ExportedNetwork | null> {
  if (!isNetwork(adapter)) return null;
  const saved = await readFitted(fittedFile(identityOf(record)));
  if (saved === null) return null;
  const recipe = adapter.recipe({ ...adapter.params, ...record.model.params });
  const { shape, classNames } = record.dataset;
  return describeNetwork(await tensorflow(), recipe, { shape, classCount: classNames.length }, saved as Float32Array[]);
}

/**
 * Combines the layers and weights of a network.
 *
 * @param recipe the network's
 * @param input shape and classes of its data
 * @param saved result of its classifier's `save`
 * @throws Error when the weights belong to another network
 */
export function describeNetwork(
  tf: Tensorflow,
  recipe: LayersRecipe,
  input: { readonly shape: ImageShape; readonly classCount: number },
  saved: readonly Float32Array[],
): ExportedNetwork {
  const model = recipe.build(tf, input);
  try {
    const shapes = weightVariables(model).map(({ shape }) => shape);
    const isSame = saved.every(({ length }, i) => length === shapes[i]?.reduce((product, size) => product * size, 1));
    if (!isSame || saved.length !== shapes.length) throw new Error('invalid weights: they belong to another network');
    return {
      topology: model.toJSON(null, false),
      weights: model.weights.map(({ originalName }, i) => ({ name: originalName, shape: shapes[i]! })),
      values: Buffer.concat(saved.map((values) => Buffer.from(Float32Array.from(values).buffer))).toString('base64'),
      mirrored: recipe.mirrored ?? false,
    };
  } finally {
    model.dispose();
  }
}

/**
 * Tells whether a model is a network that its file defines layer by layer.
 *
 * @param adapter any model
 */
export function isNetwork(adapter: ModelAdapter): adapter is NetworkAdapter<DeepParams> {
  return 'recipe' in adapter;
}
