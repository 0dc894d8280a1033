// Loads tfjs on WebGPU. Dawn, Chrome's implementation of WebGPU, is loaded as a library.
import { createRequire } from 'node:module';
import type { Tensorflow } from './tensorflow-type.ts';
import { type Adapter, checkAdapter, describeAdapter, graphicsApi } from './webgpu-adapter.ts';
import { watchDevice } from './webgpu-device.ts';
import { orderProducts } from './webgpu-products.ts';
import { guardReads } from './webgpu-reads.ts';

/** tfjs on WebGPU, and the card that computes. */
export interface LoadedWebgpu {
  readonly tf: Tensorflow;
  readonly adapter: Adapter;
}

let loaded: Promise<LoadedWebgpu> | undefined;

/**
 * Loads tfjs on WebGPU, once.
 *
 * @throws UserError if there is no graphics card, or only a program that emulates one
 */
export function loadWebgpu(): Promise<LoadedWebgpu> {
  loaded ??= load();
  return loaded;
}

/**
 * Returns the cards that WebGPU offers, the one that computes first.
 *
 * @returns each card once; empty if there is none
 */
export async function listAdapters(): Promise<Adapter[]> {
  const gpu = await dawn();
  const options = [PREFERENCE, { powerPreference: 'low-power' }, { forceFallbackAdapter: true }] as const;
  const found = new Map<string, Adapter>();
  for (const option of options) {
    const adapter = await gpu.requestAdapter(option);
    if (!adapter) continue;
    const described = describeAdapter(adapter.info, graphicsApi(process.platform));
    found.set(JSON.stringify(described), described);
  }
  return [...found.values()];
}

/** The options that tfjs uses, so that the described card is the one that computes. */
const PREFERENCE = { powerPreference: 'high-performance' } as const;

async function load(): Promise<LoadedWebgpu> {
  const gpu = await dawn();
  const found = await gpu.requestAdapter(PREFERENCE);
  const adapter = checkAdapter(found && describeAdapter(found.info, graphicsApi(process.platform)));
  // When it is imported, tfjs expects WebGPU where a browser has it.
  const global = globalThis as { navigator?: object };
  if (global.navigator) Object.defineProperty(global.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(global, 'navigator', { value: { gpu }, configurable: true, writable: true });

  // All packages must use the same copy of tfjs-core, because each registers itself with the copy that it finds.
  const require = createRequire(import.meta.url);
  const tf = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))('@tensorflow/tfjs') as Tensorflow;
  require('@tensorflow/tfjs-backend-webgpu');
  // Otherwise small operations on values in JavaScript would run on the CPU without notice.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs does not accept WebGPU as its backend');
  await tf.ready();
  watchDevice(tf);
  guardReads(tf);
  orderProducts(tf);
  return { tf, adapter };
}

async function dawn(): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  return create([`backend=${graphicsApi(process.platform).toLowerCase()}`]);
}
