// Child process of failure.test.ts: fits a model that fails on WebGPU in the way that an environment variable selects, and
// prints the outcome. It does not exit explicitly, so that the test notices if WebGPU keeps a process alive.
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { messageOf } from '../../../src/base/errors.ts';
import { deviceIdle } from '../../../src/engine/runtime/idle.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { webgpuBackend } from '../../../src/engine/runtime/webgpu-device.ts';
import { type Classifier, defineModel } from '../../../src/types.ts';
import { fitHere } from '../../fixtures/fit-here.ts';
import { stripes } from '../small-images.ts';

/** What the child prints: why the fit failed, or null. */
export interface FailureReport {
  readonly failure: string | null;
}

const tf = await tensorflow();

/** Asks for more bytes than a buffer may have. */
const tooLarge = (): Tensor => tf.fill([2 ** 28 + 64], 1);
const product = (): Tensor => tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]));

/** What the model does in `fit` and in `predict`. */
const WAYS: Record<string, { fit(): Promise<unknown>; predict(): Promise<unknown> }> = {
  'nothing goes wrong': { fit: () => product().data(), predict: () => product().data() },
  'no memory in the fit': { fit: async () => tooLarge(), predict: async () => {} },
  'no memory in the prediction': { fit: async () => {}, predict: () => tf.sum(tooLarge()).data() },
  'the device is lost': {
    async fit() {
      const result = product();
      webgpuBackend(tf).device.destroy();
      await result.data();
    },
    predict: async () => {},
  },
  'a value is read synchronously': { fit: async () => product().dataSync(), predict: async () => {} },
  'a value that JavaScript has is read synchronously': {
    fit: async () => tf.tensor1d([1, 2]).arraySync(),
    predict: async () => {},
  },
};

const way = WAYS[process.env['FAILURE']!]!;
const adapter = defineModel({
  id: 'failing',
  family: 'baseline',
  kind: 'baseline',
  engine: 'tensorflow',
  summary: 'a fake',
  params: {},
  create: (): Classifier => ({
    async fit() {
      await way.fit();
      return undefined;
    },
    async predict(images) {
      await way.predict();
      return { labels: new Uint8Array(images.count) };
    },
  }),
});
const images = stripes(6);
const request = {
  adapter,
  params: {},
  seed: 1,
  device: 'webgpu',
  threads: 1,
  classNames: ['row', 'column', 'diagonal'],
  train: images,
  validation: images,
  test: images,
  latencyBatches: [],
} as const;
const hooks = {
  now: () => performance.now(),
  signal: new AbortController().signal,
  progress() {},
  idle: deviceIdle,
};
const failure = await fitHere(request, hooks).then(() => null, messageOf);
const report: FailureReport = { failure };
console.log(JSON.stringify(report));
