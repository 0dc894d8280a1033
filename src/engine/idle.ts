// Waiting for the device: a GPU takes orders faster than it carries them out, and a clock may stop only when it is done.
import { isTensorflowLoaded, tensorflow } from './tensorflow.ts';
import { webgpuIdle } from './webgpu/device.ts';

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
