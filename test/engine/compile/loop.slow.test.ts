// Loops inside a graph, run by TensorFlow.
import { describe, expect, it } from 'vitest';
import { createGraph, encodeSavedModel, type Graph } from '../../../src/engine/compile/graph.ts';
import { addLoop } from '../../../src/engine/compile/loop.ts';
import { DTYPE, nativeBackend } from '../../../src/engine/compile/native.ts';
import { openSession } from '../../../src/engine/compile/session.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';

const backend = nativeBackend(await tensorflow());
const T = { type: DTYPE.float32 };
const dtype = T;

const scalar = (graph: Graph, value: number): string =>
  graph.constant({ dtype: DTYPE.float32, shape: [], values: Float32Array.of(value) });

/** A loop that counts its iterations in a variable, and doubles a number and adds the count in each iteration. */
function counting() {
  const graph = createGraph();
  const handle = graph.add('VarHandleOp', [], { dtype, shape: { shape: [] }, shared_name: { string: 'count' } });
  const reset = graph.add('AssignVariableOp', [handle, scalar(graph, 0)], { dtype });
  const begun = graph.add('Identity', [scalar(graph, 1), reset.replace(/^(.*):0$/, '^$1')], { T });
  const turns = graph.placeholder('turns', DTYPE.int32, []);
  const initial = graph.placeholder('initial', DTYPE.float32, []);
  const end = addLoop(graph, 'loop', turns, { initial, dtype: DTYPE.float32 }, (body, _, value) => {
    const held = body.add('ReadVariableOp', [handle], { dtype });
    const next = body.add('AddV2', [body.add('AddV2', [value, value], { T }), held], { T });
    // This node does not depend on the iteration. The body must ensure that it runs once per iteration.
    const counted = body.add('AssignAddVariableOp', [handle, scalar(body, 1), held.replace(/^(.*):0$/, '^$1')], {
      dtype,
    });
    return { next, done: [counted] };
  });
  const count = graph.add('ReadVariableOp', [handle], { dtype });
  const session = openSession(backend, encodeSavedModel(graph.nodes));
  session.run([], [begun]);
  return {
    run(number: number, from: number): number {
      const [value] = session.run(
        [
          ['turns:0', [], DTYPE.int32, Int32Array.of(number)],
          ['initial:0', [], DTYPE.float32, Float32Array.of(from)],
        ],
        [end],
      );
      return value![0]!;
    },
    count: () => session.run([], [count])[0]![0],
    close: () => session.close(),
  };
}

describe('addLoop', () => {
  it('runs the given number of iterations in order and passes a value on', () => {
    const loop = counting();
    // 1 -> 2 + 0 -> 4 + 1 -> 10 + 2
    expect(loop.run(3, 1)).toBe(12);
    expect(loop.count()).toBe(3);
    // One more iteration: 1 -> 2 + 3
    expect(loop.run(1, 1)).toBe(5);
    expect(loop.count()).toBe(4);
    loop.close();
  });

  it('runs no iteration and changes nothing', () => {
    const loop = counting();
    expect(loop.run(0, 7)).toBe(7);
    expect(loop.count()).toBe(0);
    loop.close();
  });

  it('does not start an iteration before the previous one has ended', () => {
    const loop = counting();
    loop.run(2000, 0);
    expect(loop.count()).toBe(2000);
    // The sum is right only if every iteration has read its count.
    let expected = 0;
    for (let turn = 0; turn < 12; turn++) expected = 2 * expected + 2000 + turn;
    expect(loop.run(12, 0)).toBe(expected);
    loop.close();
  });

  it('rejects an outside value of unknown type', () => {
    const graph = createGraph();
    const turns = graph.placeholder('turns', DTYPE.int32, []);
    const outside = graph.add('Neg', [scalar(graph, 1)], { T }, 'outside');
    const add = () =>
      addLoop(graph, 'loop', turns, { initial: outside, dtype: DTYPE.float32 }, (body, _, value) => ({
        next: body.add('AddV2', [value, outside], { T }),
        done: [],
      }));
    expect(add).toThrow('cannot use outside inside a loop: its operation Neg has no known type');
  });
});
