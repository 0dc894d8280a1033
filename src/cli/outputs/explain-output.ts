// What `npm run explain -- --json` prints.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';
import { fileProblems, wholeNumber } from './json-fields.ts';

/** Grad-CAM maps. */
export const explainOutput = defineOutput({
  name: 'explain',
  version: 1,
  fields: z.strictObject({
    explanations: z.array(
      z.strictObject({
        image: z.string().describe('the file, or test:INDEX'),
        model: z.string(),
        layer: z.string(),
        predicted: z.string().describe('name of a class, as the next two'),
        explained: z.string(),
        truth: z.string().nullable().describe('null for a picture'),
        height: wholeNumber.describe('of the map'),
        width: wholeNumber,
        map: z.array(z.number()).describe('height x width values, row-major; high values speak for the class'),
      }),
    ),
    problems: fileProblems.describe('pictures that cannot be read'),
  }),
});
