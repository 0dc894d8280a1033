// The queue of a device: work that was started and is not finished yet.
import { deviceIdle } from '../../engine/runtime/idle.ts';

/** Waits for a device. An engine with its own queue supplies an implementation. */
export interface DeviceQueue {
  /** Resolves when the device has finished everything that was started before this call. */
  idle(): Promise<void>;
}

/** For models that compute in this process only. */
export const noQueue: DeviceQueue = { async idle() {} };

/** For models that compute with TensorFlow, on any device. */
export const tensorflowQueue: DeviceQueue = { idle: deviceIdle };
