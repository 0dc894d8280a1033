// Variables of a graph: how they are created, read and assigned.
import { after, type Graph } from './graph.ts';
import { DTYPE } from './native.ts';

/** A variable of a graph. */
export interface GraphVariable {
  /** Output with its handle. */
  readonly handle: string;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Adds a variable. */
export function addVariable(graph: Graph, name: string, dtype: number, shape: readonly number[]): GraphVariable {
  const handle = graph.add(
    'VarHandleOp',
    [],
    { dtype: { type: dtype }, shape: { shape }, shared_name: { string: name }, container: { string: '' } },
    name,
  );
  return { handle, dtype, shape };
}

/**
 * Adds an output with the value of a variable.
 *
 * @param earlier outputs that must be computed before the value is read
 */
export function readVariable(graph: Graph, { handle, dtype }: GraphVariable, earlier: readonly string[] = []): string {
  return graph.add('ReadVariableOp', [handle, ...earlier.map(after)], { dtype: { type: dtype } });
}

/**
 * Adds an assignment to a variable.
 *
 * @param value output with the new value
 * @param reads outputs that must be computed before the variable changes
 * @returns an output to run after
 */
export function assignVariable(
  graph: Graph,
  { handle, dtype }: GraphVariable,
  value: string,
  reads: readonly string[] = [],
): string {
  return graph.add('AssignVariableOp', [handle, value, ...reads.map(after)], { dtype: { type: dtype } });
}

/** Adds an output that is computed after all given outputs. */
export function addGroup(graph: Graph, outputs: readonly string[]): string {
  const one = graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(1) });
  return graph.add('Identity', [one, ...outputs.map(after)], { T: { type: DTYPE.float32 } });
}
