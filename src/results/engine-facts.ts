// The part of a record about the engine.
import { z } from 'zod';
import { positiveCount, text } from './field-types.ts';

/** The engine that computed. */
export const engineFacts = z.strictObject({
  name: text,
  version: text.nullable(),
  backend: text.nullable(),
  device: z.enum(['cpu', 'gpu', 'webgpu']),
  threads: positiveCount,
  /** Environment variables that change the results or the speed of the engine, by name. */
  settings: z.record(text, text).optional(),
  /** The graphics card that WebGPU reports; absent for other engines. */
  adapter: z
    .strictObject({
      name: text.min(1),
      vendor: text,
      architecture: text,
      api: z.enum(['Vulkan', 'Metal', 'D3D12']),
      driver: text,
      isSoftware: z.boolean(),
    })
    .optional(),
});
