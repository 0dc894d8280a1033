// Precision of the products in compiled training.
import { UserError } from '../../base/errors.ts';
import { PRECISION_VARIABLE } from '../runtime/environment.ts';
import type { Graph } from './graph.ts';
import { DTYPE } from './native.ts';

/** Precision of products and convolutions in a training step; everything else is float32. */
export type Precision = 'float32' | 'bfloat16';

const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/**
 * Reads the precision from the environment.
 *
 * @returns float32 by default
 * @throws UserError if the value is unknown
 */
export function askedPrecision(environment: NodeJS.ProcessEnv = process.env): Precision {
  const asked = environment[PRECISION_VARIABLE] || 'float32';
  const found = PRECISIONS.find((precision) => precision === asked);
  if (!found) throw new UserError(`invalid ${PRECISION_VARIABLE}: ${asked}; ${PRECISIONS.join(' or ')}`);
  return found;
}

/** Positions of the two factors among the inputs of products and convolutions. */
const FACTORS: Readonly<Record<string, readonly [number, number]>> = {
  MatMul: [0, 1],
  BatchMatMulV2: [0, 1],
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2],
  Conv2DBackpropFilter: [0, 2],
  DepthwiseConv2dNative: [0, 1],
  DepthwiseConv2dNativeBackpropInput: [1, 2],
  DepthwiseConv2dNativeBackpropFilter: [0, 2],
};

/**
 * Returns a view of a graph that rounds the factors and the results of products and convolutions to bfloat16, which has 8
 * significant bits.
 *
 * @param graph the graph to which nodes are added
 * @see Kalamkar, D. et al. (2019). A study of bfloat16 for deep learning training. arXiv:1905.12322.
 */
export function inBfloat16(graph: Graph): Graph {
  const [float32, bfloat16] = [{ type: DTYPE.float32 }, { type: DTYPE.bfloat16 }];
  return {
    ...graph,
    add(op, inputs, attributes, name) {
      const factors = FACTORS[op];
      if (!factors) return graph.add(op, inputs, attributes, name);
      const rounded = inputs.map((input, i) =>
        factors.includes(i) ? graph.add('Cast', [input], { SrcT: float32, DstT: bfloat16 }) : input,
      );
      const product = graph.add(op, rounded, { ...attributes, T: bfloat16 }, name);
      return graph.add('Cast', [product], { SrcT: bfloat16, DstT: float32 });
    },
  };
}
