// Reading values back from the device: what a device that failed computed is not given out, and what WebGPU cannot do is
// said in words.
import type { Tensorflow } from './tensorflow-type.ts';
import { failureOf, webgpuBackend } from './webgpu-device.ts';

/** How WebGPU's names for a read that failed begin: the buffer is gone, or the device. */
const READ_ERRORS = ['AbortError', 'OperationError'];

/**
 * Makes `data()` and `array()` reject when something went wrong on the device, and `dataSync()` and `arraySync()` throw an
 * error that says what to do where only the device has the values. Needs `watchDevice`.
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
        'dataSync() and arraySync() cannot read what WebGPU computed, which has to be waited for: use await data() or ' +
          'await array()',
      );
    }
    return readSync.call(backend, id);
  };
}
