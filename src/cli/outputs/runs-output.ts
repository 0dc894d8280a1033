// What `npm run runs -- list --json` and `npm run runs -- prune --json` print.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';
import { fileProblems, measuredAt, texts, wholeNumber } from './json-fields.ts';

/** The records of a folder, by machine and commit. */
export const runsListOutput = defineOutput({
  name: 'runs-list',
  version: 1,
  fields: z.strictObject({
    results: z.string(),
    runs: z.array(
      z.strictObject({
        machine: z.string(),
        ...measuredAt,
        commitFolder: z.string().describe('the folder of its records: 0123abcd, 0123abcd-dirty, no-commit'),
        records: wholeNumber,
        bytes: wholeNumber,
        committed: wholeNumber.describe('records that are committed in git'),
        newest: z.string().describe('when the newest fit started, UTC, ISO 8601'),
        benchmarks: texts,
        models: texts,
      }),
    ),
    problems: fileProblems,
  }),
});

/** Records that are removed, or would be. */
export const runsPruneOutput = defineOutput({
  name: 'runs-prune',
  version: 1,
  fields: z.strictObject({
    results: z.string(),
    isDryRun: z.boolean(),
    records: wholeNumber.describe('how many the folder had'),
    removed: texts.describe('files, those that belong to records included'),
    committed: wholeNumber.describe('chosen records that are committed in git'),
    isCommittedRemoved: z.boolean().describe('whether those are removed too'),
  }),
});
