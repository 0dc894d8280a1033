// What `npm run bench -- --json` prints.
import { z } from 'zod';
import { type FitRecord, isFinished, recordSchema } from '../../results/schema.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import { fitStatus, texts, wholeNumber } from './json-fields.ts';

/** The records of a run. */
export const benchOutput = defineOutput({
  name: 'bench',
  version: 1,
  fields: z.strictObject({
    folder: z.string().describe('where the records are written'),
    isStopped: z.boolean().describe('whether a signal stopped the run before all fits were done'),
    failed: z
      .array(
        z.strictObject({
          model: z.string(),
          seed: wholeNumber,
          repeat: wholeNumber,
          status: fitStatus,
          message: z.string(),
        }),
      )
      .describe('the fits that did not finish'),
    problems: texts.describe(
      'what has no record: models that cannot be loaded, records that cannot be written, stages',
    ),
    records: z.array(recordSchema),
  }),
});

/** How a run ended. */
export interface BenchEnd {
  readonly folder: string;
  readonly isStopped: boolean;
  readonly problems: readonly string[];
}

/**
 * Builds the output of a run.
 *
 * @param records of the run
 * @param end how it ended
 */
export function benchJson(records: readonly FitRecord[], end: BenchEnd): OutputData<typeof benchOutput> {
  const failed = records.flatMap((record) => {
    if (isFinished(record)) return [];
    const { model, seed, repeat, status, error } = record;
    return { model: model.id, seed, repeat, status, message: error.message };
  });
  return { ...end, failed, records };
}
