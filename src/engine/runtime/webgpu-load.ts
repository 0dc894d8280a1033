// Loads tfjs on WebGPU: Dawn, the implementation that Chrome uses, as a library of this process.
import { createRequire } from 'node:module';
import type { Tensorflow } from './tensorflow-type.ts';
import { type Adapter, checkAdapter, describeAdapter, graphicsApi } from './webgpu-adapter.ts';
import { watchDevice } from './webgpu-device.ts';
import { orderProducts } from './webgpu-products.ts';
import { guardReads } from './webgpu-reads.ts';

/** tfjs on WebGPU, and the card it computes on. */
export interface LoadedWebgpu {
  readonly tf: Tensorflow;
  readonly adapter: Adapter;
}

let loaded: Promise<LoadedWebgpu> | undefined;

/**
 * Loads tfjs on WebGPU, once.
 *
 * @throws UserError when there is no graphics card, or none but a program that pretends to be one
 */
export function loadWebgpu(): Promise<LoadedWebgpu> {
  loaded ??= load();
  return loaded;
}

/**
 * Lists the cards that WebGPU offers, the one that computes first.
 *
 * @returns each once; empty where there is none
 */
export async function listAdapters(): Promise<Adapter[]> {
  const gpu = await dawn();
  const options = [PREFERENCE, { powerPreference: 'low-power' }, { forceFallbackAdapter: true }] as const;
  const found = new Map<string, Adapter>();
  for (const wish of options) {
    const adapter = await gpu.requestAdapter(wish);
    if (!adapter) continue;
    const described = describeAdapter(adapter.info, graphicsApi(process.platform));
    found.set(JSON.stringify(described), described);
  }
  return [...found.values()];
}

/** As tfjs asks, so that what is described is what computes. */
const PREFERENCE = { powerPreference: 'high-performance' } as const;

async function load(): Promise<LoadedWebgpu> {
  const gpu = await dawn();
  const found = await gpu.requestAdapter(PREFERENCE);
  const adapter = checkAdapter(found && describeAdapter(found.info, graphicsApi(process.platform)));
  // tfjs looks for WebGPU where a browser has it, as it is imported.
  const global = globalThis as { navigator?: object };
  if (global.navigator) Object.defineProperty(global.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(global, 'navigator', { value: { gpu }, configurable: true, writable: true });

  // The very copies that belong together: each package registers itself with the core that it finds.
  const require = createRequire(import.meta.url);
  const tf = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))('@tensorflow/tfjs') as Tensorflow;
  require('@tensorflow/tfjs-backend-webgpu');
  // Small operations on values that JavaScript has would run on the CPU, and nobody would know.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs does not take WebGPU as its backend');
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
