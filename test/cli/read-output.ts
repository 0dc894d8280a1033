// Reads what a command prints with --json, and checks it against the schema of its output.
import { z } from 'zod';
import { allOutputs } from '../../src/cli/outputs/all-outputs.ts';
import type { Output } from '../../src/cli/outputs/define-output.ts';

/** The schema of a whole output. Unknown fields are errors. */
export function schemaOf({ name, version, fields }: Output): z.ZodObject {
  return z.strictObject({ output: z.literal(name), version: z.literal(version), ...fields.shape });
}

/** Parses the output of a command. It must be one JSON document, and its schema must allow it. */
export function readOutput(text: string) {
  const data = JSON.parse(text);
  const output = allOutputs.find(({ name }) => name === data.output);
  if (!output) throw new Error(`unknown output: ${data.output}`);
  schemaOf(output).parse(data);
  return data;
}
