// The work that a device has been given and has not done yet.
import { deviceIdle } from '../../engine/runtime/idle.ts';

/** How to wait for a device. An engine with a queue of its own supplies one. */
export interface DeviceQueue {
  /** Resolves when all work handed to the device before this call is done. */
  idle(): Promise<void>;
}

/** Of models that compute in this process alone. */
export const noQueue: DeviceQueue = { async idle() {} };

/** Of models that compute with TensorFlow, whatever it computes on. */
export const tensorflowQueue: DeviceQueue = { idle: deviceIdle };
