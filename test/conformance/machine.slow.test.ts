// What the checks measure of the machine: the queue of its device, and how busy it is.
import { expect, it } from 'vitest';
import { measureSlowdown } from '../../src/conformance/measure-slowdown.ts';
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

it('does not wait without a device', async () => {
  await expect(noQueue.idle()).resolves.toBeUndefined();
});

it('measures a slowdown of at least 1', () => {
  expect(measureSlowdown()).toBeGreaterThanOrEqual(1);
});
