// What `npm run doctor -- --json` prints: the diagnosis, the checks of models, or what is in the cache.
import { z } from 'zod';
import { engineFacts } from '../../results/engine-facts.ts';
import { machineFacts } from '../../results/machine-facts.ts';
import { defineOutput } from './define-output.ts';
import { device, params, texts, wholeNumber } from './json-fields.ts';

const adapter = engineFacts.shape.adapter.unwrap();

const engine = z.strictObject({
  name: z.string(),
  version: z.string(),
  backend: z.string(),
  device,
  threads: wholeNumber,
  settings: z.record(z.string(), z.string()),
  adapter: adapter.optional(),
  steps: z
    .strictObject({ firstSeconds: z.number(), secondSeconds: z.number(), isCompiled: z.boolean() })
    .describe('two steps of training'),
  card: z
    .strictObject({ isListed: z.boolean(), processBytes: wholeNumber.nullable(), takenBytes: z.number().nullable() })
    .nullable()
    .describe('what nvidia-smi shows; null without it'),
  source: z.enum(['cpu', 'cuda', 'package', 'webgpu', 'none']),
});

/** What a run depends on, and its problems. */
export const doctorOutput = defineOutput({
  name: 'doctor',
  version: 1,
  fields: z.strictObject({
    engine: engine.nullable(),
    machine: machineFacts,
    webgpu: z.strictObject({ adapter, adapters: z.array(adapter) }).optional(),
    kernels: z.strictObject({ folder: z.string(), bytes: wholeNumber }).optional(),
    node: z.string(),
    packages: z.record(z.string(), z.string()).describe('versions'),
    data: z.strictObject({ name: z.string(), folder: z.string().nullable() }),
    cache: z.strictObject({
      folder: z.string(),
      parts: z.record(z.string(), wholeNumber).describe('bytes'),
      freeBytes: wholeNumber.nullable(),
    }),
    problems: z.array(z.strictObject({ message: z.string(), isBlocking: z.boolean() })),
  }),
});

/** The conformance checks of models. */
export const doctorModelsOutput = defineOutput({
  name: 'doctor-models',
  version: 1,
  fields: z.strictObject({
    models: z.array(
      z.strictObject({
        model: z.string(),
        params,
        seed: wholeNumber,
        device,
        dataset: z.string(),
        seconds: z.number(),
        checks: z.array(
          z.strictObject({
            id: z.string(),
            title: z.string(),
            verdict: z.enum(['passed', 'failed', 'inconclusive', 'not-applicable', 'not-run']),
            message: z.string(),
            meaning: z.string().optional().describe('only of failed checks, as cure'),
            cure: z.string().optional(),
            place: z
              .strictObject({ file: z.string(), line: wholeNumber, column: wholeNumber, source: z.string() })
              .optional()
              .describe("the author's line at which the model failed"),
            stack: z.string().optional().describe('of what the model threw'),
          }),
        ),
      }),
    ),
  }),
});

/** What is in the cache. */
export const doctorCacheOutput = defineOutput({
  name: 'doctor-cache',
  version: 1,
  fields: z.strictObject({
    folder: z.string(),
    kinds: z.array(
      z.strictObject({
        kind: z.string(),
        bytes: wholeNumber,
        limitBytes: wholeNumber,
        entries: z.array(
          z.strictObject({ name: z.string(), bytes: wholeNumber, usedAt: z.string(), isInUse: z.boolean() }),
        ),
      }),
    ),
  }),
});

/** What was removed from the cache. */
export const doctorClearOutput = defineOutput({
  name: 'doctor-cache-clear',
  version: 1,
  fields: z.strictObject({
    folder: z.string(),
    cleared: z.array(
      z.strictObject({ kind: z.string(), removed: texts.describe('paths'), inUse: texts.describe('paths that stay') }),
    ),
  }),
});
