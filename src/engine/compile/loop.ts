// A loop inside a graph, so that one run of the session does many steps.
import { after, type Graph, type GraphNode } from './graph.ts';
import { DTYPE } from './native.ts';

/** What goes round in a loop. */
export interface Carried {
  /** Output of the value that the loop begins with. */
  readonly initial: string;
  readonly dtype: number;
}

const INT32 = { type: DTYPE.int32 };

/**
 * Adds a loop of a counted number of turns. A turn begins when everything that the one before put into the graph's
 * variables is there.
 *
 * The body adds its nodes to the graph that it is handed. It may use variables, placeholders and constants from outside.
 *
 * @param graph where the loop goes
 * @param name that no other node's name begins with
 * @param turns output of a whole number, at least 0
 * @param carried what each turn hands to the next
 * @param body given the turn's number, from 0, and the carried value; returns that of the next turn, and outputs to run
 *   before the turn is over
 * @returns output of the carried value after the last turn
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

  // A switch's second output is there when the loop goes on. Behind it stands a node of its own: to run after a switch
  // would not say after which of its outputs.
  const isOn = (output: string, type: number, part: string): string =>
    graph.add('Identity', [output.replace(/:0$/, ':1')], { T: { type } }, `${name}/${part}`);
  const begun = isOn(turnSwitch, DTYPE.int32, 'turn');
  const inside = bodyOf(graph, outside, (output, dtype) => enter(output, dtype, true), begun);
  const { next, done } = body(inside, begun, isOn(valueSwitch, carried.dtype, 'value'));
  const one = inside.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(1) });
  // Nothing of the next turn can begin before its number is there.
  const counted = inside.add('AddV2', [begun, one, ...done.map(after)], { T: INT32 });
  graph.add('NextIteration', [counted], { T: INT32 }, nextTurn);
  graph.add('NextIteration', [next], { T }, nextValue);
  return graph.add('Exit', [valueSwitch], { T }, `${name}/Exit`);
}

/**
 * Makes a view of a graph that adds nodes to a loop's body.
 *
 * @param outside nodes from before the loop: their outputs enter it where the body takes them
 * @param enter brings an output into the loop
 * @param begun an output that each turn has once
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
      // What takes nothing that a turn makes would not wait for its turn, and would run once more after the last.
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
    throw new Error(`a loop takes ${name} from outside, whose type is not known: ${op}`);
  return dtype.type;
}
