// The work that a device has been given and has not done yet.
import { type Tensorflow, tensorflow } from '../engine/tensorflow.ts';

/** How to wait for a device. An engine with a queue of its own supplies one. */
export interface DeviceQueue {
  /** Resolves when all work handed to the device before this call is done. */
  idle(): Promise<void>;
}

/** Of models that compute in this process alone. */
export const noQueue: DeviceQueue = { async idle() {} };

/**
 * Waits for TensorFlow's device: it does its work in order, so that a value computed now can be read only after all
 * that came before it.
 */
export const tensorflowQueue: DeviceQueue = {
  async idle() {
    const tf: Tensorflow = await tensorflow();
    const last = tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(1)));
    await last.data();
    last.dispose();
  },
};
