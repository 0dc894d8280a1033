// The native backend below tfjs, as far as compiled training uses it.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import type { Attribute } from './graph.ts';

/** Element types by their TensorFlow number. */
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

/** An attribute of an operation as the binding takes it. */
export interface OpAttribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_...` numbers. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor as the binding returns it. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** The addon's functions. Tensors are numbered from 0 up; a number is never used twice. */
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
  /** Loads a folder's graph into a session and returns the session's number. */
  loadSavedModel(folder: string, tags: string): number;
  /** Feeds tensors to names and fetches names, each list joined by commas, in the session's graph. */
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
  deleteSavedModel(session: number): void;
}

/** tfjs's native backend. */
export interface NativeBackend {
  binding: Binding;
  /** Returns the binding's numbers of tensors, creating those that were still in JavaScript only. */
  getInputTensorIds(tensors: TensorInfo[]): number[];
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
}

/**
 * Returns the native backend.
 *
 * @param tf TensorFlow
 * @throws Error when tfjs runs on another backend
 */
export function nativeBackend(tf: Tensorflow): NativeBackend {
  if (tf.getBackend() !== 'tensorflow') throw new Error(`no native library: the backend is ${tf.getBackend()}`);
  return tf.backend() as unknown as NativeBackend;
}

/**
 * Runs any TensorFlow operation by its name.
 *
 * @param tf TensorFlow on the native backend
 * @param op TensorFlow's name of it
 * @param inputs in the operation's order
 * @param attributes those without a default at least
 * @param outputs how many the operation has
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
  throw new Error(`attribute ${name} has a kind that this project does not use`);
}
