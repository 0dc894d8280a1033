// The device below tfjs's WebGPU backend: programs of our own on it, waiting for it, its errors and its memory.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from './tensorflow-type.ts';

/** tfjs's WebGPU backend, as far as it is used. */
interface WebgpuBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  /** Operations that are recorded and not handed to the device yet; null when there are none. */
  readonly commandEncoder: GPUCommandEncoder | null;
  readonly bufferManager: { readonly numBytesAllocated: number };
  /** Where a tensor's values are: with JavaScript, in a buffer of the device, or both. */
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

/** A program in WGSL that computes each value of its result by itself. */
export interface Elementwise {
  /** Unlike that of every other program. */
  readonly name: string;
  /** Names of the inputs, in order: each is an array in the code. */
  readonly inputs: readonly string[];
  /** Numbers that differ from call to call, by name: `uniforms.name` in the code. */
  readonly uniforms?: Readonly<Record<string, 'f32' | 'i32' | 'u32'>>;
  /** Functions that the expression calls. */
  readonly functions?: string;
  /** The value at position `index` (i32), in WGSL; statements may come before, the last line is the value. */
  readonly value: string;
}

const UNIFORM_TYPES = { f32: 'float32', i32: 'int32', u32: 'uint32' } as const;
/** Threads of a group: the least that WebGPU's hardware runs at a time, twice over. */
const GROUP = 64;

/**
 * Returns tfjs's WebGPU backend.
 *
 * @throws Error when tfjs runs on another one
 */
export function webgpuBackend(tf: Tensorflow): WebgpuBackend {
  if (tf.getBackend() !== 'webgpu') throw new Error(`no WebGPU: the backend is ${tf.getBackend()}`);
  return tf.backend() as unknown as WebgpuBackend;
}

/**
 * Runs a program on the device.
 *
 * @param program its text may not depend on anything but its name
 * @param inputs tensors, in the program's order
 * @param shape of the result
 * @param values of the uniforms
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
 * Remembers what goes wrong on the device, since WebGPU tells of it later and to nobody in particular: what is read of a
 * tensor that found no memory is zeros. From then on `failureOf` knows of it.
 */
export function watchDevice(tf: Tensorflow): void {
  const { device } = webgpuBackend(tf);
  const seen: string[] = [];
  errors.set(device, seen);
  device.addEventListener('uncapturederror', (event) => seen.push((event as GPUUncapturedErrorEvent).error.message));
  void device.lost.then(({ message }) => seen.push(`the device is lost: ${message}`));
}

/** Tells what went wrong first on the device since it was loaded; null when nothing did. */
export function failureOf(tf: Tensorflow): Error | null {
  const [first] = errors.get(webgpuBackend(tf).device) ?? [];
  return first === undefined ? null : new Error(`the graphics card failed: ${first.trim()}`);
}

/** Hands the device all that is recorded; resolves when it has done everything that it was given until now. */
export function submittedWorkDone(tf: Tensorflow): Promise<unknown> {
  const backend = webgpuBackend(tf);
  if (backend.commandEncoder) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  return backend.queue.onSubmittedWorkDone();
}

/**
 * Waits until the device has nothing to do.
 *
 * @throws Error when something went wrong on the device since it was loaded: what it computed cannot be trusted
 */
export async function webgpuIdle(tf: Tensorflow): Promise<void> {
  await submittedWorkDone(tf);
  const failure = failureOf(tf);
  if (failure) throw failure;
}

/** Tells how many bytes tfjs holds on the device: free ones that it keeps for later are among them. */
export function allocatedBytes(tf: Tensorflow): number {
  return webgpuBackend(tf).bufferManager.numBytesAllocated;
}
