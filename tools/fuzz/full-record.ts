// A valid record that has every optional field, for tests that change one field at a time.
import { decodeLabels, encodeFloats, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord, type RecordShape } from '../../test/fixtures/records.ts';

/**
 * Makes a finished record with a learning curve, latencies, pixel maps, layers, Grad-CAM maps, a graphics card and notes
 * of rounds.
 *
 * @param shape what the fit was like
 */
export function makeFullRecord(shape: RecordShape = {}): FinishedRecord {
  const record = makeRecord({ epochs: 4, ...shape });
  const { height, width } = record.dataset.shape;
  const { machine, software, model, predictions, timing } = record;
  const labels = decodeLabels(predictions);
  return {
    ...record,
    machine: { ...machine, gpu: { model: 'Example GPU', driver: '570.1', memoryBytes: 80e9 } },
    software: {
      ...software,
      engine: {
        ...software.engine,
        settings: { TF_ENABLE_ONEDNN_OPTS: '1' },
        adapter: {
          name: 'Example GPU',
          vendor: 'example',
          architecture: 'one',
          api: 'Vulkan',
          driver: '570.1',
          isSoftware: false,
        },
      },
    },
    model: {
      ...model,
      notes: {
        converged: true,
        rounds: 3,
        fitSecondsOfRounds: `12 ${timing.trainSeconds} 13`,
        predictSecondsOfRounds: '0.25 0.25 0.5',
        epochSecondsOfRounds: '3 3 3.5',
      },
    },
    resources: { peakRssBytes: 800e6, peakDeviceBytes: 2e9, energyJoules: 5000 },
    latency: [1, 32].map((batch) => ({
      batch,
      samples: 20,
      medianMs: 4 * batch,
      p99Ms: 6 * batch,
      meanMs: 4.5 * batch,
      minMs: 3 * batch,
      imagesPerSecond: 250,
    })),
    pixelMaps: ['importance', 'weight for Bag'].map((name) => ({
      name,
      height,
      width,
      values: encodeFloats(Float32Array.from({ length: height * width }, (_, i) => Math.sin(i))),
    })),
    layers: [
      { name: 'conv2d_1', kind: 'Conv2D', outputShape: [26, 26, 8], parameters: 80, multiplyAdds: 48_672 },
      { name: 'dense_1', kind: 'Dense', outputShape: [10], parameters: 54_090, multiplyAdds: 54_080 },
    ],
    gradCam: {
      layer: 'conv2d_1',
      height: 2,
      width: 3,
      images: [3, 4].map((image) => ({
        image,
        label: labels[image]!,
        map: encodeLabels(Uint8Array.of(0, 50, 100, 150, 200, 255)),
      })),
    },
  };
}
