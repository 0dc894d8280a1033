// A loop inside a graph, so that one run of the session takes many steps.
import { after, type Graph, type GraphNode } from './graph.ts';
import { DTYPE } from './native.ts';

/** The value that a loop passes from one iteration to the next. */
export interface Carried {
  /** Output with the initial value. */
  readonly initial: string;
  readonly dtype: number;
}

const INT32 = { type: DTYPE.int32 };

/**
 * Adds a loop with a given number of iterations. An iteration starts when all variables that the previous one assigned have
 * their values.
 *
 * The body adds its nodes to the graph that it is given. It may use variables, placeholders and constants from outside.
 *
 * @param graph the graph
 * @param name prefix of the new nodes' names; no other node may have it
 * @param turns output with the number of iterations, an integer of at least 0
 * @param carried the value that each iteration passes to the next
 * @param body called with the number of the iteration, from 0, and the carried value; returns the next value, and outputs
 *   that must be computed before the iteration ends
 * @returns output of the carried value after the last iteration
 * @see Yu, Y. et al. (2018). Dynamic control flow in large-scale machine learning. EuroSys. The operations are
 *   TensorFlow's own for control flow: Enter, Merge, Switch, NextIteration and Exit.
 */
export function addLoop(
  graph: Graph,
  name: string,
  turns: string,
  carried: Carried,
  body: (inside: Graph, turn: string, value: string) => { readonly next: string; readonly done: readonly string[] },
): string {
  const outside = new Map(graph.nodes.map((node): [string, GraphNode] => [node.name, node]));
  const enter = (value: string, dtype: number, isConstant: boolean): string =>
    graph.add(
      'Enter',
      [value],
      {
        T: { type: dtype },
        frame_name: { string: name },
        is_constant: { bool: isConstant },
        parallel_iterations: { int: 1 },
      },
      `${name}/Enter`,
    );
  const merge = (value: string, dtype: number, next: string): string =>
    graph.add('Merge', [enter(value, dtype, false), next], { T: { type: dtype }, N: { int: 2 } }, `${name}/Merge`);
  const zero = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(0) });
  const [nextTurn, nextValue] = [`${name}/next-turn`, `${name}/next-value`];
  const turn = merge(zero, DTYPE.int32, `${nextTurn}:0`);
  const value = merge(carried.initial, carried.dtype, `${nextValue}:0`);
  const isLeft = graph.add('Less', [turn, enter(turns, DTYPE.int32, true)], { T: INT32 }, `${name}/Less`);
  const goesOn = graph.add('LoopCond', [isLeft], {}, `${name}/LoopCond`);
  const T = { type: carried.dtype };
  const valueSwitch = graph.add('Switch', [value, goesOn], { T }, `${name}/Switch`);
  const turnSwitch = graph.add('Switch', [turn, goesOn], { T: INT32 }, `${name}/Switch`);

  // The second output of a Switch exists if the loop continues. An Identity follows it, because a control input on the
  // Switch would not say which of its outputs is meant.
  const isOn = (output: string, type: number, part: string): string =>
    graph.add('Identity', [output.replace(/:0$/, ':1')], { T: { type } }, `${name}/${part}`);
  const begun = isOn(turnSwitch, DTYPE.int32, 'turn');
  const inside = bodyOf(graph, outside, (output, dtype) => enter(output, dtype, true), begun);
  const { next, done } = body(inside, begun, isOn(valueSwitch, carried.dtype, 'value'));
  const one = inside.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(1) });
  // No node of the next iteration can start before its number is computed.
  const counted = inside.add('AddV2', [begun, one, ...done.map(after)], { T: INT32 });
  graph.add('NextIteration', [counted], { T: INT32 }, nextTurn);
  graph.add('NextIteration', [next], { T }, nextValue);
  return graph.add('Exit', [valueSwitch], { T }, `${name}/Exit`);
}

/**
 * Returns a view of a graph that adds nodes to the body of a loop.
 *
 * @param outside nodes from before the loop; their outputs enter the loop where the body uses them
 * @param enter adds the node that brings an output into the loop
 * @param begun an output that each iteration computes once
 */
function bodyOf(
  graph: Graph,
  outside: ReadonlyMap<string, GraphNode>,
  enter: (value: string, dtype: number) => string,
  begun: string,
): Graph {
  const entered = new Map<string, string>();
  const taken = (input: string): string => {
    const node = outside.get(input.slice(0, input.lastIndexOf(':')));
    if (!node) return input;
    const output = entered.get(input) ?? enter(input, dtypeOf(node));
    entered.set(input, output);
    return output;
  };
  const body: Graph = {
    nodes: graph.nodes,
    add(op, inputs, attributes, name) {
      const used = inputs.map(taken);
      const constants = new Set(entered.values());
      // A node without an input from the iteration would not wait for it, and would run once more after the last one.
      const isFree = used.every((input) => input.startsWith('^') || constants.has(input));
      return graph.add(op, isFree ? [...used, after(begun)] : used, attributes, name);
    },
    constant: (constant) => body.add('Const', [], { dtype: { type: constant.dtype }, value: { tensor: constant } }),
    placeholder: graph.placeholder,
  };
  return body;
}

function dtypeOf({ name, op, attributes }: GraphNode): number {
  if (op === 'VarHandleOp') return DTYPE.resource;
  const dtype = attributes['dtype'];
  if (!dtype || !('type' in dtype))
    throw new Error(`cannot use ${name} inside a loop: its operation ${op} has no known type`);
  return dtype.type;
}
