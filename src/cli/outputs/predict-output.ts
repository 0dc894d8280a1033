// What `npm run predict -- --json` prints.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';
import { fileProblems, texts, wholeNumber, wholeNumbers } from './json-fields.ts';

const picture = z.strictObject({
  file: z.string(),
  inverted: z.boolean().describe('whether it was inverted, because its background was light'),
  crop: z
    .strictObject({ left: wholeNumber, top: wholeNumber, width: wholeNumber, height: wholeNumber })
    .describe("the object's rectangle, in pixels of the picture"),
  isBlank: z.boolean(),
  isUnchanged: z.boolean(),
  seen: wholeNumbers.describe('the image that the models got: greys from 0 to 255, row-major'),
  answers: z.array(
    z.strictObject({
      model: z.string(),
      label: wholeNumber.describe('index in classNames'),
      probabilities: z.array(z.number()).nullable().describe('of each class, 0 to 1; null if the model has none'),
    }),
  ),
  nearest: z
    .strictObject({
      train: wholeNumber.describe('index in the training images'),
      label: wholeNumber,
      distance: z.number().describe('root mean squared difference of the pixels, 0 to 255'),
      usual: z.number().describe('99 % of the test images are at most this far'),
      isUnlike: z.boolean(),
    })
    .nullable()
    .describe('the nearest training image; null without the training images'),
});

/** Classified pictures. */
export const predictOutput = defineOutput({
  name: 'predict',
  version: 1,
  fields: z.strictObject({
    classNames: texts,
    pictures: z.array(picture),
    problems: fileProblems.describe('pictures that cannot be read'),
  }),
});
