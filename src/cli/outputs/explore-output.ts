// What `npm run explore -- --json` prints.
import { z } from 'zod';
import type { Exploration } from '../../explore/explore-dataset.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import { shape, texts, wholeNumber, wholeNumbers } from './json-fields.ts';

const pixels = z.strictObject({
  histogram: wholeNumbers.describe('256 counts, by grey value'),
  mean: z.number(),
  median: z.number(),
  standardDeviation: z.number(),
});

const foreground = z
  .strictObject({ count: wholeNumber, median: z.number(), mean: z.number(), variance: z.number() })
  .nullable()
  .describe('shares of pixels that are not background, 0 to 1');

/** What is in the data. */
export const exploreOutput = defineOutput({
  name: 'explore',
  version: 1,
  fields: z.strictObject({
    name: z.string(),
    classNames: texts,
    shape,
    counts: z.strictObject({ train: wholeNumbers, test: wholeNumbers }).describe('images of each class'),
    pixels: z.strictObject({ train: pixels, test: pixels }).describe('grey values from 0 to 255'),
    foreground: z.array(
      z.strictObject({
        label: wholeNumber,
        train: foreground,
        test: foreground,
        anova: z
          .strictObject({
            f: z.number().nullable(),
            p: z.number().nullable(),
            degrees: z.tuple([wholeNumber, wholeNumber]).describe('of freedom, between and within the groups'),
          })
          .nullable()
          .describe('training images against test images'),
      }),
    ),
    averages: z
      .array(z.strictObject({ mean: z.array(z.number()), variance: z.array(z.number()) }))
      .describe('of the training images of each class, pixel by pixel'),
    nearDuplicates: z.strictObject({
      near: z.number().describe('largest difference, in grey values of 256'),
      found: z.array(
        z.strictObject({
          test: wholeNumber.describe('position in the test images'),
          train: wholeNumber.describe('position in the training images'),
          difference: z.number().describe('root mean squared difference of the pixels, in grey values of 256'),
          sameLabel: z.boolean(),
        }),
      ),
      accuracies: z
        .array(
          z.strictObject({
            modelId: z.string(),
            seed: wholeNumber,
            all: z.number(),
            without: z.number().nullable(),
          }),
        )
        .describe('of all test images and without near-duplicates, 0 to 1'),
    }),
    labelErrors: z.strictObject({
      minimum: z.strictObject({ models: wholeNumber, confidence: z.number() }),
      models: texts.describe('whose predictions were used'),
      found: z.array(
        z.strictObject({
          image: wholeNumber.describe('position in the test images'),
          label: wholeNumber,
          suggested: wholeNumber.describe('the label that the models predict'),
          models: texts,
          confidence: z.number(),
        }),
      ),
    }),
    map: z
      .strictObject({
        images: wholeNumbers.describe('positions, those of the training images first'),
        points: z.array(z.number()).describe('images x 2 coordinates, row-major'),
      })
      .nullable(),
  }),
});

/**
 * Builds the output of an exploration.
 *
 * @param found what is in the data
 */
export function exploreJson(found: Exploration): OutputData<typeof exploreOutput> {
  const { averages, map } = found;
  return {
    ...found,
    averages: averages.map(({ mean, variance }) => ({ mean: [...mean], variance: [...variance] })),
    map: map && { images: [...map.images], points: [...map.points] },
  };
}
