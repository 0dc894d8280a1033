// What `npm run report -- --json` prints.
import { z } from 'zod';
import type { ReportData } from '../../report/model/report-data.ts';
import { commitHash } from '../../results/field-types.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import { modelKind, texts, wholeNumber } from './json-fields.ts';

const NOT_FIXED = 'further fields follow the report and may change with it';

const row = z
  .looseObject({
    slug: z.string(),
    modelId: z.string(),
    name: z.string(),
    kind: modelKind,
    role: z.enum(['model', 'reference']),
  })
  .describe(NOT_FIXED);

/** The data of the report. */
export const reportOutput = defineOutput({
  name: 'report',
  version: 1,
  fields: z.strictObject({
    newestRecordAt: z.string().describe('UTC, ISO 8601'),
    comparisons: z.array(
      z
        .looseObject({
          slug: z.string(),
          title: z.string(),
          benchmark: z.string(),
          dataset: z.string(),
          classNames: texts,
          counts: z.strictObject({ train: wholeNumber, validation: wholeNumber, test: wholeNumber }),
          machineId: z.string(),
          mainCommit: commitHash.nullable(),
          rows: z.array(row),
          cautions: texts,
        })
        .describe(NOT_FIXED),
    ),
    engines: z.array(z.looseObject({})).describe(NOT_FIXED),
    scalings: z.array(z.looseObject({})).describe(NOT_FIXED),
  }),
});

/**
 * Builds the output of a report.
 *
 * @param data of the report
 */
export function reportJson({ comparisons, engines, scalings, ...data }: ReportData): OutputData<typeof reportOutput> {
  return {
    ...data,
    comparisons: comparisons.map((one) => ({ ...one, rows: one.rows.map((ofModel) => ({ ...ofModel })) })),
    engines: engines.map((one) => ({ ...one })),
    scalings: scalings.map((one) => ({ ...one })),
  };
}
