// What a command prints with `--json`: a name, a version and fields that a schema describes.
import type { z } from 'zod';
import type { Io } from '../../terminal/io.ts';

/** Outputs on which JSON was printed, by their `out`. */
const printed = new WeakSet<Io['out']>();

/** What a command prints with `--json`. */
export interface Output<Fields extends z.ZodObject = z.ZodObject> {
  /** The field `output`: the command, and its part where it has several outputs. */
  readonly name: string;
  /** The field `version`. Raise it when a field is removed, renamed or gets another meaning; not when one is added. */
  readonly version: number;
  /** The fields besides `output` and `version`. */
  readonly fields: Fields;
}

/** Data of a schema that nobody changes. */
type Unchanging<T> = T extends object ? { readonly [K in keyof T]: Unchanging<T[K]> } : T;

/** The data of an output. */
export type OutputData<O extends Output> = Unchanging<z.infer<O['fields']>>;

/**
 * Returns its argument. It gives the file of an output type checking.
 *
 * @param output its name, version and fields
 */
export function defineOutput<Fields extends z.ZodObject>(output: Output<Fields>): Output<Fields> {
  return output;
}

/**
 * Prints an output as JSON: `{ "output": "merge", "version": 1, ... }`.
 *
 * @param io where it is printed
 * @param output which one
 * @param data its fields
 */
export function printJson<Fields extends z.ZodObject>(
  io: Pick<Io, 'out'>,
  { name, version }: Output<Fields>,
  data: Unchanging<z.infer<Fields>>,
): void {
  printed.add(io.out);
  io.out(JSON.stringify({ output: name, version, ...data }, null, 2));
}

/**
 * Tells whether JSON was printed, after which no more must follow.
 *
 * @param io where it would be printed
 */
export function hasPrintedJson(io: Pick<Io, 'out'>): boolean {
  return printed.has(io.out);
}
