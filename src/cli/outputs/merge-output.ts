// What `npm run merge -- --json` and `npm run runs -- merge --json` print.
import { z } from 'zod';
import type { MergePlan } from '../../results/merge.ts';
import type { RecordProblem } from '../../results/read.ts';
import { defineOutput, type OutputData } from './define-output.ts';
import { fileProblems, fitStatus, measuredAt, texts, wholeNumber } from './json-fields.ts';

const conflicting = z.strictObject({ folder: z.string(), status: fitStatus, startedAt: z.string() });

/** What was merged. */
export const mergeOutput = defineOutput({
  name: 'merge',
  version: 1,
  fields: z.strictObject({
    out: z.string(),
    isDryRun: z.boolean(),
    added: texts.describe('files of records'),
    sources: z.array(
      z.strictObject({
        folder: z.string(),
        machine: z.string(),
        ...measuredAt,
        commitFolder: z.string().describe('the folder of its records: 0123abcd, 0123abcd-dirty, no-commit'),
        fits: wholeNumber,
        unfinished: wholeNumber,
        added: wholeNumber,
        same: wholeNumber,
        superseded: wholeNumber,
      }),
    ),
    conflicts: z.array(z.strictObject({ file: z.string(), kept: conflicting, left: conflicting })),
    problems: fileProblems,
    missing: texts.describe('shards, and fits of shards, that have no record'),
  }),
});

/** What a merge does besides its plan. */
export interface MergeEnd {
  readonly out: string;
  readonly isDryRun: boolean;
  readonly problems: readonly RecordProblem[];
  readonly missing: readonly string[];
}

/**
 * Builds the output of a merge.
 *
 * @param plan what is written
 * @param end the rest
 */
export function mergeJson({ writes, sources, conflicts }: MergePlan, end: MergeEnd): OutputData<typeof mergeOutput> {
  return {
    ...end,
    added: writes.map(({ file }) => file),
    conflicts,
    sources: sources.map(({ git, commit, ...source }) => ({
      ...source,
      commit: git?.commit ?? null,
      dirty: git?.dirty ?? null,
      commitFolder: commit,
    })),
  };
}
