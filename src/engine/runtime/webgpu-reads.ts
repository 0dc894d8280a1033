// Guards reads from the device: values of a failed device are not returned, and synchronous reads fail with a clear message.
import type { Tensorflow } from './tensorflow-type.ts';
import { failureOf, webgpuBackend } from './webgpu-device.ts';

/** WebGPU's error names for a failed read: the buffer or the device is lost. */
const READ_ERRORS = ['AbortError', 'OperationError'];

/**
 * Makes `data()` and `array()` reject if the device has failed, and `dataSync()` and `arraySync()` throw an error with advice
 * if only the device has the values. Requires `watchDevice`.
 *
 * @param tf TensorFlow on WebGPU
 */
export function guardReads(tf: Tensorflow): void {
  const backend = webgpuBackend(tf);
  const { read, readSync } = backend;
  backend.read = async (id) => {
    let values: unknown;
    try {
      values = await read.call(backend, id);
    } catch (cause) {
      const name = (cause as Error).name;
      if (!READ_ERRORS.includes(name)) throw cause;
      throw failureOf(tf) ?? new Error(`the graphics card failed: a value cannot be read (${name})`, { cause });
    }
    const failure = failureOf(tf);
    if (failure) throw failure;
    return values;
  };
  backend.readSync = (id) => {
    const { values, resource } = backend.tensorMap.get(id);
    if (resource && !values) {
      throw new Error(
        'dataSync() and arraySync() cannot read results of WebGPU, because they are asynchronous: use await data() or ' +
          'await array()',
      );
    }
    return readSync.call(backend, id);
  };
}
