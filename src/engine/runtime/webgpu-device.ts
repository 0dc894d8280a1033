// The device of tfjs's WebGPU backend: running programs on it, waiting for it, its errors and its memory.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from './tensorflow-type.ts';

/** The used part of tfjs's WebGPU backend. */
interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  /** Operations that are recorded but not submitted yet; null if there are none. */
  readonly commandEncoder: GPUCommandEncoder | null;
  readonly bufferManager: { readonly numBytesAllocated: number };
  /** Location of a tensor's values: in JavaScript, in a buffer of the device, or both. */
  readonly tensorMap: { get(id: object): { readonly values?: unknown; readonly resource?: unknown } };
  read(id: object): Promise<unknown>;
  readSync(id: object): unknown;
  endComputePassEncoder(): void;
  submitQueue(): void;
  runWebGPUProgram(program: object, inputs: TensorInfo[], dtype: string, uniforms: UniformData[]): TensorInfo;
}

interface UniformData {
  readonly type: 'float32' | 'int32' | 'uint32';
  readonly data: readonly number[];
}

/** A WGSL program that computes each value of its result independently. */
export interface Elementwise {
  /** A unique name. */
  readonly name: string;
  /** Names of the inputs, in order; each is an array in the code. */
  readonly inputs: readonly string[];
  /** Parameters of a call by name: `uniforms.name` in the code. */
  readonly uniforms?: Readonly<Record<string, 'f32' | 'i32' | 'u32'>>;
  /** Functions that the expression calls. */
  readonly functions?: string;
  /** WGSL of the value at position `index` (i32). Statements may come first; the last line is the value. */
  readonly value: string;
}

const UNIFORM_TYPES = { f32: 'float32', i32: 'int32', u32: 'uint32' } as const;
/** Threads per workgroup: twice the smallest number that hardware runs at a time. */
const GROUP = 64;

/**
 * Returns tfjs's WebGPU backend.
 *
 * @throws Error if tfjs runs on another backend
 */
export function webgpuBackend(tf: Tensorflow): WebgpuBackend {
  if (tf.getBackend() !== 'webgpu') throw new Error(`no WebGPU: the backend is ${tf.getBackend()}`);
  return tf.backend() as unknown as WebgpuBackend;
}

/**
 * Runs a program on the device.
 *
 * @param program its code may depend only on its name
 * @param inputs tensors, in the order of the program
 * @param shape shape of the result
 * @param values values of the uniforms
 */
export function runElementwise<T extends Tensor>(
  tf: Tensorflow,
  program: Elementwise,
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  values: Readonly<Record<string, number>> = {},
): T {
  const { name, functions = '', uniforms = {}, value } = program;
  const lines = value.trim().split('\n');
  const last = lines.pop();
  const declared = Object.entries(uniforms);
  const compiled = {
    variableNames: [...program.inputs],
    outputShape: [...shape],
    uniforms: declared.map(([key, type]) => `${key} : ${type},`).join(' '),
    workgroupSize: [GROUP, 1, 1],
    size: true,
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(tf.util.sizeFromShape([...shape]) / GROUP), 1, 1],
    shaderKey: `fitting-room-${name}`,
    getUserCode: () => `
      ${functions}
      fn main(index : i32) {
        if (index < uniforms.size) {
          ${lines.join('\n')}
          setOutputAtIndex(index, ${last});
        }
      }`,
  };
  const data = declared.map(([key, type]): UniformData => ({ type: UNIFORM_TYPES[type], data: [values[key]!] }));
  const result = webgpuBackend(tf).runWebGPUProgram(compiled, [...inputs], 'float32', data);
  return tf.engine().makeTensorFromTensorInfo(result) as T;
}

const errors = new WeakMap<GPUDevice, string[]>();

/**
 * Records errors of the device. WebGPU reports them asynchronously and not to the caller: a tensor for which there was no
 * memory reads as zeros. `failureOf` returns the first recorded error.
 */
export function watchDevice(tf: Tensorflow): void {
  const { device } = webgpuBackend(tf);
  const seen: string[] = [];
  errors.set(device, seen);
  device.addEventListener('uncapturederror', (event) => seen.push((event as GPUUncapturedErrorEvent).error.message));
  void device.lost.then(({ message }) => seen.push(`the device is lost: ${message}`));
}

/** Returns the first error of the device since it was loaded; null if there is none. */
export function failureOf(tf: Tensorflow): Error | null {
  const [first] = errors.get(webgpuBackend(tf).device) ?? [];
  return first === undefined ? null : new Error(`the graphics card failed: ${first.trim()}`);
}

/** Submits all recorded operations; resolves when the device has finished everything that was submitted. */
export function submittedWorkDone(tf: Tensorflow): Promise<unknown> {
  const backend = webgpuBackend(tf);
  if (backend.commandEncoder) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  return backend.queue.onSubmittedWorkDone();
}

/**
 * Waits until the device is idle.
 *
 * @throws Error if the device has failed since it was loaded: its results are then wrong
 */
export async function webgpuIdle(tf: Tensorflow): Promise<void> {
  await submittedWorkDone(tf);
  const failure = failureOf(tf);
  if (failure) throw failure;
}

/** Returns the number of bytes that tfjs has allocated on the device, including free buffers that it keeps for reuse. */
export function allocatedBytes(tf: Tensorflow): number {
  return webgpuBackend(tf).bufferManager.numBytesAllocated;
}
