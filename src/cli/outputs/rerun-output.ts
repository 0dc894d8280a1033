// What `npm run rerun -- --json` prints.
import { z } from 'zod';
import { commitHash } from '../../results/field-types.ts';
import { defineOutput } from './define-output.ts';
import { difference, texts, wholeNumber } from './json-fields.ts';

/** A fit, compared with its rerun. */
export const rerunOutput = defineOutput({
  name: 'rerun',
  version: 1,
  fields: z.strictObject({
    record: z.string().describe('file of the first fit'),
    code: z.strictObject({
      name: z.string(),
      commit: commitHash.nullable().describe('the commit that ran, the full hash; null for the checked-out code'),
    }),
    notes: texts.describe('how this run differs from the first'),
    verdict: z.enum(['bit-equal', 'within its interval', 'fails alike', 'different']),
    reason: z.string(),
    images: z
      .strictObject({
        count: wholeNumber,
        changed: wholeNumber.describe('images with another prediction'),
        fixed: wholeNumber.nullable(),
        broke: wholeNumber.nullable(),
        p: z.number().nullable().describe("McNemar's exact test"),
      })
      .nullable()
      .describe('null if one of the fits did not finish, or the test images differ; its numbers without true labels'),
    times: z.array(
      z.strictObject({
        part: z.enum(['fit', 'predict', 'total']),
        thenSeconds: z.number(),
        nowSeconds: z.number(),
        ratio: z.number().nullable().describe('null for another or an unknown machine or device'),
      }),
    ),
    differences: z.array(difference),
    bitDifferences: z.array(difference).describe('those that the bits of the predictions may depend on'),
  }),
});
