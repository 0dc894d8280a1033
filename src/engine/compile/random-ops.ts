// Random numbers inside a graph. Each draw depends only on the seed, the step and its number within the step.
import { addIndexList, addReshape, type Graph } from './graph.ts';
import { DTYPE } from './native.ts';

const INT32 = { type: DTYPE.int32 };
const FLOAT = { type: DTYPE.float32 };

/**
 * Adds a key of two integers that is different for every seed, step (below 2^24) and draw of a step (below 256).
 *
 * @param seed output of a scalar
 * @param step output of a scalar
 * @param draw number of the draw within the step
 */
export function addRandomKey(graph: Graph, seed: string, step: string, draw: number): string {
  const high = graph.constant({ dtype: DTYPE.int32, shape: [], values: Int32Array.of(draw << 24) });
  // TensorFlow computes integer sums in main memory, where the random operations need their key.
  return graph.add('Pack', [seed, graph.add('AddV2', [step, high], { T: INT32 })], { N: { int: 2 }, T: INT32 });
}

/**
 * Adds uniform numbers in [0, 1).
 *
 * @param shape shape of the result
 * @param key result of `addRandomKey`
 */
export function addUniform(graph: Graph, shape: readonly number[], key: string): string {
  const attributes = { T: INT32, Tseed: INT32, dtype: FLOAT };
  return graph.add('StatelessRandomUniform', [addIndexList(graph, shape), key], attributes);
}

/**
 * Adds a dropout mask: 0, or the factor that makes the mean 1. Drawing is expensive, so a value uses 8 random bits if they
 * can express the rate. Otherwise it uses 16 bits, and the rate is rounded to a multiple of 1 / 65,536.
 *
 * @param shape shape of the result
 * @param rate share of zeros, above 0 and below 1
 * @param key result of `addRandomKey`
 */
export function addDropoutMask(graph: Graph, shape: readonly number[], rate: number, key: string): string {
  const size = shape.reduce((product, length) => product * length, 1);
  const [count, dtype] = Number.isInteger(rate * 256) ? [256, DTYPE.uint8] : [65_536, DTYPE.uint16];
  const dropped = Math.min(Math.round(rate * count), count - 1);
  const T = { type: dtype };
  // A 32-bit word has two or four values; the last word may have too many.
  const perWord = dtype === DTYPE.uint8 ? 4 : 2;
  const words = Math.ceil(size / perWord);
  const drawn = graph.add('StatelessRandomUniformFullInt', [addIndexList(graph, [words]), key], {
    T: INT32,
    Tseed: INT32,
    dtype: { type: DTYPE.uint32 },
  });
  const split = graph.add('Bitcast', [drawn], { T: { type: DTYPE.uint32 }, type: T });
  let bits = addReshape(graph, split, dtype, [words * perWord]);
  if (words * perWord > size) {
    bits = graph.add('Slice', [bits, addIndexList(graph, [0]), addIndexList(graph, [size])], { T, Index: INT32 });
  }
  const threshold = graph.constant({ dtype, shape: [], values: Int32Array.of(dropped) });
  const isKept = graph.add('GreaterEqual', [addReshape(graph, bits, dtype, shape), threshold], { T });
  const ones = graph.add('Cast', [isKept], { SrcT: { type: DTYPE.bool }, DstT: FLOAT });
  const enlarged = Float32Array.of(count / (count - dropped));
  const scale = graph.constant({ dtype: DTYPE.float32, shape: [], values: enlarged });
  return graph.add('Mul', [ones, scale], { T: FLOAT });
}
