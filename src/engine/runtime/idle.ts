// Waits for the device, and reads its memory use. A GPU queues operations, so a clock may only stop when the device is idle.
import { isTensorflowLoaded, tensorflow } from './tensorflow.ts';
import { allocatedBytes, webgpuIdle } from './webgpu-device.ts';

/**
 * Waits until the device has finished all operations. Returns immediately if no engine is loaded.
 *
 * @throws Error if an operation failed on the device: its results are then wrong
 */
export async function deviceIdle(): Promise<void> {
  if (!isTensorflowLoaded()) return;
  const tf = await tensorflow();
  if (tf.getBackend() === 'webgpu') return webgpuIdle(tf);
  // The library runs operations in order on one stream: when this sum is in main memory, all earlier ones are done.
  const [one, other] = [tf.scalar(1), tf.scalar(1)];
  const sum = tf.add(one, other);
  await sum.data();
  tf.dispose([one, other, sum]);
}

/**
 * Returns the peak device memory of this process in bytes. On WebGPU free buffers are kept for reuse, so the memory that is
 * allocated at the end is the peak.
 *
 * @returns null if no engine is loaded, or it does not count memory
 */
export async function peakDeviceBytes(): Promise<number | null> {
  if (!isTensorflowLoaded()) return null;
  const tf = await tensorflow();
  return tf.getBackend() === 'webgpu' ? allocatedBytes(tf) : null;
}
