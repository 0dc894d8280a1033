// The error that every command prints with `--json`.
import { z } from 'zod';
import { defineOutput } from './define-output.ts';

/** An error, in place of the output of the command. */
export const errorOutput = defineOutput({
  name: 'error',
  version: 1,
  fields: z.strictObject({ error: z.strictObject({ message: z.string(), exitCode: z.int() }) }),
});
