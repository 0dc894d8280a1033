// The part of tfjs's native backend that compiled training uses.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { Attribute, TensorValues } from './attributes.ts';

/** Element types by their number in TensorFlow. */
export const DTYPE = {
  float32: 1,
  int32: 3,
  uint8: 4,
  bool: 10,
  bfloat16: 14,
  uint16: 17,
  resource: 20,
  uint32: 22,
} as const;

/** An attribute of an operation in the form that the binding takes. */
export interface OpAttribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_...` constants. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor in the form that the binding returns. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** Functions of the addon. Tensors have numbers from 0 on; a number is never used twice. */
export interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  createTensor(shape: number[], dtype: number, values: TensorValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  /** Loads the graph of a folder into a session and returns the session's number. */
  loadSavedModel(folder: string, tags: string): number;
  /** Feeds tensors to names and fetches names in the session's graph; both lists are joined by commas. */
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
  deleteSavedModel(session: number): void;
}

/** tfjs's native backend. */
export interface NativeBackend {
  binding: Binding;
  /** Returns the binding's numbers of tensors, and creates tensors that exist only in JavaScript. */
  getInputTensorIds(tensors: TensorInfo[]): number[];
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
}

/**
 * Returns the native backend.
 *
 * @param tf TensorFlow
 * @throws Error if tfjs runs on another backend
 */
export function nativeBackend(tf: Tensorflow): NativeBackend {
  if (tf.getBackend() !== 'tensorflow') throw new Error(`no native library: the backend is ${tf.getBackend()}`);
  return tf.backend() as unknown as NativeBackend;
}

/**
 * Runs a TensorFlow operation by its name.
 *
 * @param tf TensorFlow on the native backend
 * @param op TensorFlow's name of the operation
 * @param inputs in the order of the operation
 * @param attributes at least those without a default
 * @param outputs number of outputs of the operation
 */
export function runOperation(
  tf: Tensorflow,
  op: string,
  inputs: TensorInfo[],
  attributes: Readonly<Record<string, Attribute>>,
  outputs: number,
): Tensor[] {
  const backend = nativeBackend(tf);
  const list = Object.entries(attributes).map(([name, attribute]) => decodeAttribute(backend.binding, name, attribute));
  return backend.executeMultipleOutputs(op, list, inputs, outputs);
}

function decodeAttribute(binding: Binding, name: string, attribute: Attribute): OpAttribute {
  if ('type' in attribute) return { name, type: binding.TF_ATTR_TYPE, value: attribute.type };
  if ('float' in attribute) return { name, type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ('string' in attribute) return { name, type: binding.TF_ATTR_STRING, value: attribute.string };
  if ('bool' in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
  throw new Error(`attribute ${name} has a type that is not supported here`);
}
