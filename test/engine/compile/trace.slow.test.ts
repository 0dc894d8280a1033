import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { createGraph } from '../../../src/engine/compile/graph.ts';
import { DTYPE, nativeBackend, runOperation } from '../../../src/engine/compile/native.ts';
import { CannotCompile, trace } from '../../../src/engine/compile/trace.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';

const tf = await tensorflow();

/** Traces a function of one vector of four numbers, fed as `x:0`. */
function record(work: (x: Tensor) => Tensor) {
  const graph = createGraph();
  const x = tf.tensor1d([1, 2, 3, 4]);
  try {
    const output = trace(tf, graph, 'step', (traced) => {
      traced.bind(x, graph.placeholder('x', DTYPE.float32, [4]));
      return traced.outputOf(tf.tidy(() => work(x)));
    });
    return { nodes: graph.nodes, output };
  } finally {
    x.dispose();
  }
}

describe('trace', () => {
  it('records every operation with its inputs', () => {
    const { nodes, output } = record((x) => tf.sum(tf.mul(x, tf.scalar(2))));
    const byOutput = (name: string) => nodes.find((node) => `${node.name}:0` === name)!;
    const sum = byOutput(output);
    expect(sum.op).toBe('Sum');
    expect(sum.attributes['keep_dims']).toEqual({ bool: false });
    const product = byOutput(sum.inputs[0]!);
    expect(product.op).toBe('Mul');
    expect(product.inputs[0]).toBe('x:0');
    expect(byOutput(product.inputs[1]!)).toMatchObject({
      op: 'Const',
      attributes: { value: { tensor: { dtype: 1, shape: [], values: Float32Array.of(2) } } },
    });
  });

  it('stores one value of a constant whose values are equal', () => {
    const { nodes } = record((x) => tf.add(x, tf.tensor1d([7, 7, 7, 7])));
    const constant = nodes.find(({ op }) => op === 'Const')!;
    expect(constant.attributes['value']).toEqual({ tensor: { dtype: 1, shape: [4], values: Float32Array.of(7) } });
  });

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['numbers drawn in JavaScript', (x) => tf.mul(x, tf.randomUniform([4])), 'draws random numbers in JavaScript'],
    ['numbers drawn from a seed', (x) => tf.mul(x, tf.randomUniform([4], 0, 1, 'float32', 3)), '4 different values'],
    ['tables made in JavaScript', (x) => tf.mul(x, tf.tensor1d([1, 2, 3, 4])), '4 different values'],
    ['values read back', (x) => tf.mul(x, (tf.sum(x).dataSync() as Float32Array)[0]!), 'reads a computed tensor'],
    [
      "the library's own random numbers",
      () =>
        runOperation(
          tf,
          'RandomUniform',
          [tf.tensor1d([4], 'int32')],
          { dtype: { type: DTYPE.float32 }, T: { type: DTYPE.int32 } },
          1,
        )[0]!,
      'RandomUniform draws numbers',
    ],
  ])('rejects %s', (_name, work, message) => {
    expect(() => record(work)).toThrow(CannotCompile);
    expect(() => record(work)).toThrow(message);
  });

  it('rejects a tensor from before the trace that is not bound', () => {
    const outside = tf.tensor1d([1, 1, 1, 1]);
    outside.add(1).dispose();
    expect(() => record((x) => tf.add(x, outside))).toThrow('made before it');
    outside.dispose();
  });

  it('restores the backend and Math.random, even after an error', () => {
    const [{ binding }, random] = [nativeBackend(tf), Math.random];
    expect(() => record((x) => tf.mul(x, tf.randomUniform([4])))).toThrow();
    expect(nativeBackend(tf).binding).toBe(binding);
    expect(Math.random).toBe(random);
  });
});
