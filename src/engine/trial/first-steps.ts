// How long the first training steps take in this process: what compiles programs and loads kernels is in the first.

import { UserError } from '../../base/errors.ts';
import { quietFitEvents } from '../../base/quiet-fit-events.ts';
import { createRandom } from '../../base/random.ts';
import { createImages, imageSize } from '../../data/images.ts';
import type { Device, FitContext } from '../../types.ts';
import { layersClassifier } from '../network/layers-classifier.ts';
import type { DeepParams, LayersRecipe } from '../network/network-recipe.ts';

/** Two training steps of a small convolutional network, taken as a fit would take them. */
export interface FirstSteps {
  /** Of the first step: the network is built, its step is compiled, kernels are loaded or compiled for the card. */
  readonly firstSeconds: number;
  /** Of the second: nothing but the step. */
  readonly secondSeconds: number;
  /** Whether a step is one TensorFlow graph. */
  readonly isCompiled: boolean;
}

const SHAPE = { height: 28, width: 28, channels: 1 };
const IMAGES = 32;
const CLASSES = 10;
/** Rounding of single precision, or of TensorFloat-32, stays far below it. */
const TOLERANCE = 1e-3;

const NETWORK: LayersRecipe = {
  optimizer: { kind: 'adam' },
  build: (tf, { shape, classCount }) =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [shape.height, shape.width, shape.channels],
          filters: 8,
          kernelSize: 3,
          activation: 'relu',
        }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        // Of zeros all classes come out as equally probable, whatever the images are: the first loss is known.
        tf.layers.dense({ units: classCount, activation: 'softmax', kernelInitializer: 'zeros' }),
      ],
    }),
};

/**
 * Trains a small convolutional network for two steps on made images, on the engine of this process.
 *
 * @param device what computes
 * @throws UserError when the losses are not those of a network that learns: the engine computes wrongly
 */
export async function takeFirstSteps(device: Device): Promise<FirstSteps> {
  const random = createRandom(1);
  const bytes = Uint8Array.from({ length: IMAGES * imageSize(SHAPE) }, () => random() * 256);
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const losses: (number | null)[] = [];
  const ends: number[] = [];
  const context: FitContext<DeepParams> = {
    params: { epochs: 2, batchSize: IMAGES, learningRate: 0.001, compiled: true },
    seed: 1,
    device,
    shape: SHAPE,
    classNames: Array.from({ length: CLASSES }, (_, label) => String(label)),
    threads: 1,
    signal: new AbortController().signal,
    ...quietFitEvents,
    // All images are one batch: an epoch is a step, and its loss was read from the device.
    epoch({ loss }) {
      losses.push(loss);
      ends.push(performance.now());
    },
  };
  const classifier = layersClassifier(context, NETWORK);
  const start = performance.now();
  const report = await classifier.fit(createImages(bytes, labels, SHAPE), createImages(EMPTY, EMPTY, SHAPE));
  classifier.dispose?.();
  checkLosses(losses);
  const [first, second] = ends as [number, number];
  return {
    firstSeconds: (first - start) / 1000,
    secondSeconds: (second - first) / 1000,
    isCompiled: report?.notes?.['compiled'] === true,
  };
}

const EMPTY = new Uint8Array(0);

/**
 * Looks whether two losses are those of a network that learns.
 *
 * @param losses of the two steps, in nats an image
 * @throws UserError when the first is not the logarithm of the number of classes, or the second is no lower
 */
export function checkLosses(losses: readonly (number | null)[]): void {
  const [first, second] = losses.map((loss) => loss ?? Number.NaN) as [number, number];
  const expected = Math.log(CLASSES);
  if (Math.abs(first - expected) < TOLERANCE && second < first) return;
  throw new UserError(
    `the engine computes wrongly: the loss of a first training step came out as ${first}, not ${expected.toFixed(4)}, ` +
      `and that of the second as ${second}, which must be lower; update the card's driver, or use --device cpu`,
  );
}
