// Tracing: runs tfjs code once and writes down, as a graph, every operation that it hands to the native library.
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { Attribute, Graph } from './graph.ts';
import { type Binding, DTYPE, nativeBackend, type OpAttribute, type TensorValues } from './native.ts';

/** Says why a model cannot be compiled; it can still be trained step by step. */
export class CannotCompile extends Error {
  override readonly name = 'CannotCompile';
}

/** A recording in progress. */
export interface Trace {
  /** Declares that a tensor, made outside the trace, is computed by a node of the graph. */
  bind(tensor: Tensor, output: string): void;
  /**
   * Names the output that computes a tensor.
   *
   * @throws CannotCompile when the tensor is neither bound nor computed inside the trace
   */
  outputOf(tensor: Tensor): string;
}

/** Longer lists of differing whole numbers than any shape, permutation or axis list needs. */
const LONGEST_INDEX_LIST = 16;

/** Operations of the library that draw their own random numbers, with a state that no seed of ours reaches. */
const STATEFUL_RANDOM = /^(Random|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal)/;

/**
 * Runs tfjs code for real and records its operations as nodes. Constants that the code makes become constants of the
 * graph, so whatever JavaScript draws at random would be drawn once for ever: that is refused.
 *
 * @param tf TensorFlow
 * @param graph where the nodes go
 * @param scope first part of their names
 * @param work the code; what it returns is returned
 * @throws CannotCompile when the code draws random numbers, makes a table of numbers, or reads a computed tensor
 */
export function trace<T>(tf: Tensorflow, graph: Graph, scope: string, work: (trace: Trace) => T): T {
  const backend = nativeBackend(tf);
  const { binding } = backend;
  const { random } = Math;
  const outputs = new Map<number, string>();
  const constants = new Map<number, () => string>();
  const outputOfId = (id: number): string => {
    const known = outputs.get(id) ?? constants.get(id)?.();
    if (!known) throw new CannotCompile('a tensor made before the step is used in it, and is no weight of the model');
    outputs.set(id, known);
    return known;
  };

  const recording: Partial<Binding> = {
    executeOp(op, attributes, ids, count) {
      if (STATEFUL_RANDOM.test(op)) throw new CannotCompile(`${op} draws numbers that do not follow from the seed`);
      const results = binding.executeOp(op, attributes, ids, count);
      const encoded: Record<string, Attribute> = {};
      for (const one of attributes) encoded[one.name] = encodeAttribute(binding, one);
      // tfjs leaves this one's type to be inferred, which a graph does not do.
      if (op === 'ExpandDims') encoded['T'] = { type: results[0]!.dtype };
      const first = graph.add(op, ids.map(outputOfId), encoded, `${scope}/${op}`);
      const node = first.slice(0, first.lastIndexOf(':'));
      for (const [i, { id }] of results.entries()) outputs.set(id, `${node}:${i}`);
      return results;
    },
    createTensor(shape, dtype, values) {
      const id = binding.createTensor(shape, dtype, values);
      // Only what an operation takes becomes a node, and only that is judged.
      constants.set(id, () => graph.constant({ dtype, shape, values: constantValues(dtype, values) }));
      return id;
    },
    tensorDataSync(id) {
      if (constants.has(id)) return binding.tensorDataSync(id);
      throw new CannotCompile('the step reads a computed tensor back into JavaScript');
    },
  };

  Math.random = () => {
    throw new CannotCompile('the step draws random numbers in JavaScript: in a graph they would never change');
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

/** Shrinks a constant of equal values to one value, and copies others, since JavaScript may change them later. */
function constantValues(dtype: number, values: TensorValues): TensorValues {
  if (values.every((value) => value === values[0])) return values.slice(0, 1);
  if (dtype === DTYPE.float32 || values.length > LONGEST_INDEX_LIST) {
    throw new CannotCompile(
      `the step makes a tensor of ${values.length} differing values in JavaScript: in a graph they would never change, ` +
        'which is wrong if they were drawn at random',
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
