// A fitted network as plain data, and the page that runs it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../../base/errors.ts';
import { writeWhole } from '../../base/files.ts';
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

/** What the page may take, in bytes: it goes into repositories and over networks. */
const MOST_BYTES = 3e6;

/**
 * Writes `try.html`: the most accurate network that is kept and whose page is small enough. Needs TensorFlow.
 *
 * @param folder made when it is not there
 * @param fitted any models; those that are no networks on grey images are passed over
 * @param mostBytes of the page
 * @returns the file; null when there is no such network, and then an earlier page stays
 * @throws UserError when the folder cannot be written to, or a fitted model is damaged
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
    try {
      await mkdir(folder, { recursive: true });
      await writeWhole(file, page);
    } catch (cause) {
      throw new UserError(`cannot write to ${folder}: ${messageOf(cause)}`, { cause });
    }
    return file;
  }
  return null;
}

/**
 * Makes a fitted network plain data. Needs TensorFlow.
 *
 * @param model any
 * @returns null when it is no network of layers, or is not kept any more
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
 * Puts layers and weights of a network together.
 *
 * @param recipe the network's
 * @param input what it is fitted on
 * @param saved what its classifier's `save` gave
 * @throws Error when the weights are of another network
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
    if (!isSame || saved.length !== shapes.length) throw new Error('invalid weights: they are of another network');
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
