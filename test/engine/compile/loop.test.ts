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

/** Counts in a variable how often its body runs, and doubles a number plus what the variable held at each turn. */
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
    // Nothing here follows from the turn: the body itself must see to it that it runs once a turn.
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
  it('takes so many turns as it is told, one after the other, and hands a value on', () => {
    const loop = counting();
    // 1 -> 2 + 0 -> 4 + 1 -> 10 + 2
    expect(loop.run(3, 1)).toBe(12);
    expect(loop.count()).toBe(3);
    // Once more: 1 -> 2 + 3
    expect(loop.run(1, 1)).toBe(5);
    expect(loop.count()).toBe(4);
    loop.close();
  });

  it('takes none, and leaves everything as it is', () => {
    const loop = counting();
    expect(loop.run(0, 7)).toBe(7);
    expect(loop.count()).toBe(0);
    loop.close();
  });

  it('never begins a turn before the one before is over', () => {
    const loop = counting();
    loop.run(2000, 0);
    expect(loop.count()).toBe(2000);
    // Every turn would see some count: that the sum is right shows that it saw its own.
    let expected = 0;
    for (let turn = 0; turn < 12; turn++) expected = 2 * expected + 2000 + turn;
    expect(loop.run(12, 0)).toBe(expected);
    loop.close();
  });

  it('says what it cannot take from outside', () => {
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
