// Runs an exported network with TensorFlow.js in plain JavaScript.
import '@tensorflow/tfjs-backend-cpu';
import { io, mean, setBackend, type Tensor2D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { ExportedNetwork } from '../app/try/try-data.ts';

/**
 * Loads a network and sets the tfjs backend to `cpu`.
 *
 * @param network from `exportNetwork`
 * @returns a function from one grey image (height x width bytes) to the probabilities of the classes
 */
export async function openNetwork({ topology, weights, values, mirrored }: ExportedNetwork): Promise<Predict> {
  await setBackend('cpu');
  const weightSpecs = weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const }));
  const weightData = Uint8Array.from(atob(values), (character) => character.charCodeAt(0)).buffer;
  const model = await loadLayersModel(io.fromMemory({ modelTopology: topology as object, weightSpecs, weightData }));
  const [, height, width] = model.inputs[0]!.shape as [null, number, number];
  return (bytes) => {
    const images = mirrored ? [bytes, mirror(bytes, width)] : [bytes];
    const pixels = Float32Array.from(
      images.flatMap((image) => [...image]),
      (byte) => byte / 255,
    );
    return tidy(() => {
      const output = model.apply(tensor4d(pixels, [images.length, height, width, 1])) as Tensor2D;
      return [...mean(output, 0).dataSync<'float32'>()];
    });
  };
}

/** Returns one probability for each class. */
export type Predict = (bytes: Uint8Array) => number[];

/** Mirrors an image left to right. */
function mirror(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.map((_, at) => bytes[at - (at % width) + width - 1 - (at % width)]!);
}
