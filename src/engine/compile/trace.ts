// Tracing: runs tfjs code once and records every operation that it sends to the native library as a node of a graph.
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { Attribute, TensorValues } from './attributes.ts';
import type { Graph } from './graph.ts';
import { type Binding, DTYPE, nativeBackend, type OpAttribute } from './native.ts';

/** Thrown if a model cannot be compiled; the message says why. It can still be trained step by step. */
export class CannotCompile extends Error {
  override readonly name = 'CannotCompile';
}

/** A recording in progress. */
export interface Trace {
  /** Declares that a tensor, made outside the trace, is the output of a node. */
  bind(tensor: Tensor, output: string): void;
  /**
   * Returns the output that computes a tensor.
   *
   * @throws CannotCompile if the tensor is neither bound nor computed inside the trace
   */
  outputOf(tensor: Tensor): string;
}

/** Longer lists of different integers are no shape, permutation or axis list. */
const LONGEST_INDEX_LIST = 16;

/** Operations that draw random numbers with a state that depends on no seed of ours. */
const STATEFUL_RANDOM = /^(Random|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal)/;

/**
 * Runs tfjs code and records its operations as nodes. Constants that the code creates become constants of the graph.
 * Random numbers that JavaScript draws would then be the same in every step, so the trace rejects them.
 *
 * @param tf TensorFlow
 * @param graph the graph to which nodes are added
 * @param scope prefix of the nodes' names
 * @param work the code to trace
 * @returns what `work` returns
 * @throws CannotCompile if the code draws random numbers, creates a table of numbers, or reads a computed tensor
 */
export function trace<T>(tf: Tensorflow, graph: Graph, scope: string, work: (trace: Trace) => T): T {
  const backend = nativeBackend(tf);
  const { binding } = backend;
  const { random } = Math;
  const outputs = new Map<number, string>();
  const constants = new Map<number, () => string>();
  const outputOfId = (id: number): string => {
    const known = outputs.get(id) ?? constants.get(id)?.();
    if (!known)
      throw new CannotCompile('the step uses a tensor that was made before it and is not a weight of the model');
    outputs.set(id, known);
    return known;
  };

  const recording: Partial<Binding> = {
    executeOp(op, attributes, ids, count) {
      if (STATEFUL_RANDOM.test(op)) throw new CannotCompile(`${op} draws numbers that do not depend on the seed`);
      const results = binding.executeOp(op, attributes, ids, count);
      const encoded: Record<string, Attribute> = {};
      for (const one of attributes) encoded[one.name] = encodeAttribute(binding, one);
      // tfjs lets TensorFlow infer this type; in a graph it must be given.
      if (op === 'ExpandDims') encoded['T'] = { type: results[0]!.dtype };
      const first = graph.add(op, ids.map(outputOfId), encoded, `${scope}/${op}`);
      const node = first.slice(0, first.lastIndexOf(':'));
      for (const [i, { id }] of results.entries()) outputs.set(id, `${node}:${i}`);
      return results;
    },
    createTensor(shape, dtype, values) {
      const id = binding.createTensor(shape, dtype, values);
      // Only a constant that an operation uses becomes a node and is checked.
      constants.set(id, () => graph.constant({ dtype, shape, values: constantValues(dtype, values) }));
      return id;
    },
    tensorDataSync(id) {
      if (constants.has(id)) return binding.tensorDataSync(id);
      throw new CannotCompile('the step reads a computed tensor back into JavaScript');
    },
  };

  Math.random = () => {
    throw new CannotCompile(
      'the step draws random numbers in JavaScript: in a graph they would be the same in every step',
    );
  };
  const wrapped = Object.entries(recording).map(([name, value]) => [name, { value }]);
  backend.binding = Object.create(binding, Object.fromEntries(wrapped)) as Binding;
  try {
    return work({
      bind: (tensor, output) => outputs.set(backend.getInputTensorIds([tensor])[0]!, output),
      outputOf: (tensor) => outputOfId(backend.getInputTensorIds([tensor])[0]!),
    });
  } finally {
    backend.binding = binding;
    Math.random = random;
  }
}

/** Reduces a constant of equal values to one value. Other values are copied, because JavaScript may change them later. */
function constantValues(dtype: number, values: TensorValues): TensorValues {
  if (values.every((value) => value === values[0])) return values.slice(0, 1);
  if (dtype === DTYPE.float32 || values.length > LONGEST_INDEX_LIST) {
    throw new CannotCompile(
      `the step creates a tensor of ${values.length} different values in JavaScript: in a graph they would be the same in ` +
        'every step, which is wrong if they are random',
    );
  }
  return values.slice();
}

function encodeAttribute(binding: Binding, { type, value }: OpAttribute): Attribute {
  switch (type) {
    case binding.TF_ATTR_STRING:
      return { string: value as string };
    case binding.TF_ATTR_BOOL:
      return { bool: value as boolean };
    case binding.TF_ATTR_TYPE:
      return { type: value as number };
    case binding.TF_ATTR_FLOAT:
      return { float: value as number };
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? { ints: value as number[] } : { int: value as number };
    default:
      throw new CannotCompile(`an operation has an attribute of unknown type ${type}`);
  }
}
