// What `npm run references -- --json` prints, with `--scaling` and without.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';
import { wholeNumber } from './json-fields.ts';

const side = z.strictObject({
  modelId: z.string(),
  sumSeconds: z.array(z.number()).describe('fit plus predict of each round that finished'),
  accuracy: z.number().nullable().describe('of the median round, 0 to 1; null when a round failed'),
  failure: z.string().nullable(),
});

/** Our models and their references. */
export const referencesOutput = defineOutput({
  name: 'references',
  version: 1,
  fields: z.strictObject({
    comparisons: z.array(
      z.strictObject({
        ours: side,
        reference: side,
        ratios: z.array(z.number()).describe("our seconds over the reference's, by round"),
        medianRatio: z.number().nullable(),
        agreement: z.number().nullable().describe('share of test images that both predict alike, 0 to 1'),
      }),
    ),
  }),
});

/** The costs of models by number of images. */
export const scalingOutput = defineOutput({
  name: 'references-scaling',
  version: 1,
  fields: z.strictObject({
    scalings: z.array(
      z.strictObject({
        modelId: z.string(),
        costs: z.array(
          z.strictObject({
            images: wholeNumber.describe('fitted on'),
            fitSeconds: z.number(),
            predictSeconds: z.number().describe('for all test images'),
          }),
        ),
        stopped: z
          .strictObject({ images: wholeNumber, reason: z.string() })
          .nullable()
          .describe('the first size that was not measured; null when all were'),
      }),
    ),
  }),
});
