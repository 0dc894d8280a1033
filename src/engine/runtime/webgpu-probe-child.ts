// Child process of `probeWebgpu`: loads WebGPU, computes a small convolution and prints the result.
import type { Rank, Scalar, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { messageOf, UserError } from '../../base/errors.ts';
import { webgpuIdle } from '../runtime/webgpu-device.ts';
import { listAdapters, loadWebgpu } from '../runtime/webgpu-load.ts';
import type { ProbeAnswer } from '../runtime/webgpu-probe.ts';

async function answer(): Promise<ProbeAnswer> {
  const { tf, adapter } = await loadWebgpu();
  const adapters = await listAdapters();
  const images: Tensor4D = tf.ones([8, 8, 8, 1]);
  const kernel: Tensor4D = tf.variable<Rank.R4>(tf.ones([3, 3, 1, 4]));
  const { value, grads } = tf.variableGrads(() => tf.sum<Scalar>(tf.conv2d(images, kernel, 1, 'same')));
  await webgpuIdle(tf);
  const [gradient] = Object.values(grads);
  // All values are 1, so each result is a number of products: a corner weight is applied to 7 x 7 pixels of 8 images.
  const [sum, corner] = [(await value.data())[0], (await gradient!.data())[0]];
  if (sum !== 8 * 4 * (8 * 8 * 9 - 4 * 8 * 3 + 4) || corner !== 8 * 7 * 7) {
    throw new UserError(`WebGPU computes wrongly: the sum of a convolution is ${sum}, its gradient ${corner}`);
  }
  return { adapter, adapters };
}

const result = await answer().catch((error: unknown): ProbeAnswer => {
  if (error instanceof UserError) return { problem: error.message };
  return { problem: `WebGPU does not work here: ${messageOf(error)}` };
});
// Exits immediately, even if a driver still works.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
