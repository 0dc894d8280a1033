import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serialize } from 'node:v8';
import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeNetwork, exportNetwork, writeTryPage } from '../../../src/app/try/export-network.ts';
import type { TryNetworkData } from '../../../src/app/try/try-data.ts';
import { renderTryPage } from '../../../src/app/try/try-page.ts';
import { UserError } from '../../../src/base/errors.ts';
import { openNetwork } from '../../../src/browser/run-network.ts';
import { defineNetwork, type NetworkAdapter } from '../../../src/engine/network/define-network.ts';
import { layersClassifier } from '../../../src/engine/network/layers-classifier.ts';
import type { DeepParams, LayersRecipe } from '../../../src/engine/network/network-recipe.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { identityOf } from '../../../src/fitted/fit-identity.ts';
import type { FittedModel } from '../../../src/fitted/open.ts';
import { fittedFile, keepFitted } from '../../../src/fitted/store.ts';
import { fitContext, SHAPE, stripes } from '../../engine/small-images.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const params: DeepParams = { epochs: 2, batchSize: 32, learningRate: 0.01, compiled: true };
const input = { shape: SHAPE, classCount: 3 };

/** Layers of every kind that the networks of this project have. */
const recipe: LayersRecipe = {
  optimizer: { kind: 'adam' },
  build: (tf, { shape, classCount }) => {
    const { layers } = tf;
    const image = tf.input({ shape: [shape.height, shape.width, shape.channels] });
    const filtered = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', useBias: false }).apply(image);
    const normalized = layers.leakyReLU({ alpha: 0.1 }).apply(layers.batchNormalization({}).apply(filtered));
    const added = layers.add().apply([normalized as never, layers.reLU().apply(filtered) as never]);
    const halved = layers.dropout({ rate: 0.2 }).apply(layers.maxPooling2d({ poolSize: 2 }).apply(added));
    const pools = [layers.globalAveragePooling2d({}), layers.globalMaxPooling2d({})].map((pool) => pool.apply(halved));
    const features = layers.concatenate().apply([...pools, layers.flatten().apply(halved)] as never);
    const output = layers.dense({ units: classCount, activation: 'softmax' }).apply(features);
    return tf.model({ inputs: image, outputs: output as never });
  },
};

/** A fitted network: what is kept of it, and what it says of ten images. */
async function fitOnStripes(network: LayersRecipe) {
  const classifier = layersClassifier(fitContext(params), network);
  await classifier.fit(stripes(200, 1), stripes(0));
  const test = stripes(10, 3);
  const { probabilities } = await classifier.predict(test);
  const saved = (await classifier.save!()) as Float32Array[];
  classifier.dispose?.();
  return { saved, test, probabilities: probabilities! };
}

let backend: string;
beforeEach(async () => {
  vi.stubEnv('FITTING_ROOM_CACHE', await temporaryFolder());
  backend = (await tensorflow()).getBackend();
  // tfjs finds plain JavaScript too slow for Node, and says so.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  // What runs in pages shares its engine with the native one here.
  (await tensorflow()).setBackend(backend);
});

describe('an exported network', () => {
  it.each([false, true])('predicts in plain JavaScript as the fitted one did (mirrored: %s)', async (mirrored) => {
    const own = { ...recipe, mirrored };
    const { saved, test, probabilities } = await fitOnStripes(own);
    const exported = describeNetwork(await tensorflow(), own, input, saved);
    // As the page has it.
    const predict = await openNetwork(JSON.parse(JSON.stringify(exported)));
    expect((await tensorflow()).getBackend()).toBe('cpu');
    for (let i = 0; i < test.count; i++) {
      const found = predict(test.bytes.subarray(i * 64, (i + 1) * 64));
      expect(found).toHaveLength(3);
      for (const [k, value] of found.entries()) {
        expect(Math.abs(value - probabilities[3 * i + k]!)).toBeLessThan(1e-4);
      }
    }
  });

  it('is not made of the weights of another', async () => {
    const tf = await tensorflow();
    const { saved } = await fitOnStripes(recipe);
    expect(() => describeNetwork(tf, recipe, input, saved.slice(1))).toThrow('to another network');
    expect(() => describeNetwork(tf, recipe, input, saved.toReversed())).toThrow('to another network');
  });
});

describe('the page', () => {
  /** A network in the cache, as a bench leaves it. */
  async function kept(id: string, accuracy: number, units: number): Promise<FittedModel> {
    const adapter = defineNetwork({
      id,
      family: 'mlp',
      summary: `${units} units <b>`,
      params: { epochs: 1, batchSize: 32, learningRate: 0.01 },
      recipe: () => ({
        optimizer: { kind: 'adam' },
        build: (tf, { shape, classCount }) =>
          tf.sequential({
            layers: [
              tf.layers.flatten({ inputShape: [shape.height, shape.width, shape.channels] }),
              tf.layers.dense({ units, activation: 'relu' }),
              tf.layers.dense({ units: classCount, activation: 'softmax' }),
            ],
          }),
      }),
    });
    const made = makeRecord({ model: id, accuracy, classCount: 3 });
    const record = { ...made, model: { ...made.model, params: {} }, dataset: { ...made.dataset, shape: SHAPE } };
    const weights = [64 * units, units, 3 * units, 3].map((size) => new Float32Array(size).fill(0.01));
    await keepFitted(fittedFile(identityOf(record)), serialize(weights));
    return { adapter, record };
  }

  const dataOf = (page: string): TryNetworkData => {
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } });
    document.write(page);
    return JSON.parse(document.querySelector('.try script')!.textContent);
  };

  it('holds the most accurate network that it has room for, and asks nothing of any other place', async () => {
    const folder = path.join(await temporaryFolder(), 'report');
    const models = [await kept('poor', 0.6, 4), await kept('good', 0.9, 4), await kept('large', 0.95, 4000)];
    const file = await writeTryPage(folder, models, 1e6);
    expect(file).toBe(path.join(folder, 'try.html'));
    const page = await readFile(file!, 'utf8');
    expect(page.length).toBeLessThan(1e6);
    expect(dataOf(page)).toMatchObject({ model: 'good', classNames: ['T-shirt/top', 'Trouser', 'Pullover'], width: 8 });
    const markup = page.replaceAll(/<(script)\b[^>]*>[\s\S]*?<\/\1>/g, '');
    expect(markup).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//);
    expect(markup).toContain(`content="default-src 'none'`);
    expect(markup).not.toContain('connect-src');
    // The script ends where it should, whatever its libraries hold.
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('Licensed under the Apache License');
  });

  it('is not made where no network is kept', async () => {
    const folder = path.join(await temporaryFolder(), 'report');
    const { adapter, record } = await kept('gone', 0.9, 4);
    const other = { ...record, seed: record.seed + 1 };
    expect(await exportNetwork({ adapter, record: other })).toBeNull();
    const { recipe: _, ...traditional } = adapter as NetworkAdapter<DeepParams>;
    expect(await writeTryPage(folder, [{ adapter: traditional, record }])).toBeNull();
  });

  it('tells a folder that cannot be written to as a fault of the user', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(writeTryPage(file, [await kept('good', 0.9, 4)])).rejects.toThrow(UserError);
  });

  it('keeps hostile names text', () => {
    const hostile = '</script><img src=x onerror=alert(1)>';
    const network = { topology: { name: hostile }, weights: [], values: '', mirrored: false };
    const data = { model: hostile, network, classNames: [hostile, 'b'], height: 8, width: 8 };
    const page = renderTryPage({ data, summary: hostile, dataset: hostile, trainImages: 9, accuracy: 0.5 });
    expect(page).not.toContain('<img');
    expect(dataOf(page).network.topology).toEqual({ name: hostile });
  });
});
