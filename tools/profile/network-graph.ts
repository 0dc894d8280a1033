// What the profiler measures: the training step of one network, over blank images.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CompileRequest } from '../../src/engine/compile/compile-request.ts';
import { encodeSavedModel } from '../../src/engine/compile/graph.ts';
import { askedPrecision } from '../../src/engine/compile/precision.ts';
import { type Plan, planGraph } from '../../src/engine/compile/step-plan.ts';
import { buildNetwork } from '../../src/engine/network/build-network.ts';
import type { NetworkAdapter } from '../../src/engine/network/define-network.ts';
import type { DeepParams } from '../../src/engine/network/network-recipe.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { completeOptimizer } from '../../src/engine/training/optimizer.ts';
import type { LabelledImages } from '../../src/types.ts';

/** A network of the list. */
export type Network = NetworkAdapter<DeepParams>;

/** Images to draw batches from: enough that a batch is seldom in the processor's cache. */
export const IMAGES = 8192;
export const CLASSES = 10;
const SHAPE = { height: 28, width: 28, channels: 1 };
/** The graph's file in the folder that `withGraph` makes. */
export const GRAPH_FILE = 'saved_model.pb';

/**
 * Makes the request that compiles a network's training, over blank images.
 *
 * @param batch images per step
 */
export async function exampleRequest({ recipe: recipeOf, params }: Network, batch: number): Promise<CompileRequest> {
  const tf = await tensorflow();
  const recipe = recipeOf(params);
  const size = SHAPE.height * SHAPE.width * SHAPE.channels;
  const train: LabelledImages = {
    count: IMAGES,
    shape: SHAPE,
    bytes: new Uint8Array(IMAGES * size),
    pixels: new Float32Array(IMAGES * size),
    labels: new Uint8Array(IMAGES),
  };
  const model = buildNetwork(tf, recipe, { shape: SHAPE, classCount: CLASSES });
  return { tf, model, train, recipe, batchSizes: [batch], seed: 1, precision: askedPrecision() };
}

/**
 * Writes a network's training graph into a temporary folder, and removes the folder after its use.
 *
 * @param batch images per step
 * @param use receives the plan and the folder
 */
export async function withGraph<T>(
  network: Network,
  batch: number,
  use: (plan: Plan, folder: string) => Promise<T>,
): Promise<T> {
  const request = await exampleRequest(network, batch);
  const plan = planGraph(request, completeOptimizer(request.recipe.optimizer));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-profile-'));
  try {
    await writeFile(path.join(folder, GRAPH_FILE), encodeSavedModel(plan.graph.nodes));
    return await use(plan, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
