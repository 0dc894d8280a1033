// Waiting for the device, and asking what it held: a GPU takes orders faster than it carries them out, and a clock may stop only when it is done.
import { isTensorflowLoaded, tensorflow } from './tensorflow.ts';
import { allocatedBytes, webgpuIdle } from './webgpu-device.ts';

/**
 * Waits until the device has done everything that it was given. Returns at once where no engine is loaded.
 *
 * @throws Error when the device failed at something: what it computed cannot be trusted
 */
export async function deviceIdle(): Promise<void> {
  if (!isTensorflowLoaded()) return;
  const tf = await tensorflow();
  if (tf.getBackend() === 'webgpu') return webgpuIdle(tf);
  // The library runs operations on one stream, in order: when this sum is back on the host, all before it is done.
  const [one, other] = [tf.scalar(1), tf.scalar(1)];
  const sum = tf.add(one, other);
  await sum.data();
  tf.dispose([one, other, sum]);
}

/**
 * Tells the most device memory that this process held, in bytes. On WebGPU buffers that are free again are kept for later
 * ones, so that what is held in the end is the most that ever was.
 *
 * @returns null where no engine is loaded, or it does not count
 */
export async function peakDeviceBytes(): Promise<number | null> {
  if (!isTensorflowLoaded()) return null;
  const tf = await tensorflow();
  return tf.getBackend() === 'webgpu' ? allocatedBytes(tf) : null;
}
