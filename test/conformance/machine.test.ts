// What the checks ask of the machine: its queue, and how busy it is.
import { expect, it } from 'vitest';
import { measureSlowdown } from '../../src/conformance/slowdown.ts';
import { noQueue, tensorflowQueue } from '../../src/conformance/trial/device-queue.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';

it('waits for TensorFlow and leaves no tensor behind', async () => {
  const tf = await tensorflow();
  const product = tf.matMul(tf.ones([300, 300]), tf.ones([300, 300]));
  const before = tf.memory().numTensors;
  await tensorflowQueue.idle();
  expect(tf.memory().numTensors).toBe(before);
  expect((await product.data())[0]).toBe(300);
});

it('has nothing to wait for without a device', async () => {
  await expect(noQueue.idle()).resolves.toBeUndefined();
});

it('finds that a machine is as fast as it is, or slower', () => {
  expect(measureSlowdown()).toBeGreaterThanOrEqual(1);
});
