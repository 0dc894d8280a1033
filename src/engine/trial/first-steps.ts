// Measures the first training steps in this process. The first step includes compiling programs and loading kernels.
import { UserError } from '../../base/errors.ts';
import { quietFitEvents } from '../../base/quiet-fit-events.ts';
import { createRandom } from '../../base/random.ts';
import { createImages, imageSize } from '../../data/images.ts';
import type { Device, FitContext } from '../../types.ts';
import { layersClassifier } from '../network/layers-classifier.ts';
import type { DeepParams, LayersRecipe } from '../network/network-recipe.ts';

/** Times of two training steps of a small convolutional network. */
export interface FirstSteps {
  /** The first step, including building the network, compiling its step, and loading or compiling kernels. */
  readonly firstSeconds: number;
  /** The second step alone. */
  readonly secondSeconds: number;
  /** Whether a step runs as one TensorFlow graph. */
  readonly isCompiled: boolean;
}

const SHAPE = { height: 28, width: 28, channels: 1 };
const IMAGES = 32;
const CLASSES = 10;
/** Far above the rounding errors of single precision and TensorFloat-32. */
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
        // With zero weights all classes are equally probable for every image, so the first loss is known.
        tf.layers.dense({ units: classCount, activation: 'softmax', kernelInitializer: 'zeros' }),
      ],
    }),
};

/**
 * Trains a small convolutional network for two steps on synthetic images, with the engine of this process.
 *
 * @param device the device that computes
 * @throws UserError if the losses are wrong: the engine then computes wrongly
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
    // All images are one batch, so an epoch is one step, and its loss has been read from the device.
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
 * Checks two losses.
 *
 * @param losses of the two steps, in nats per image
 * @throws UserError if the first is not the logarithm of the number of classes, or the second is not lower
 */
export function checkLosses(losses: readonly (number | null)[]): void {
  const [first, second] = losses.map((loss) => loss ?? Number.NaN) as [number, number];
  const expected = Math.log(CLASSES);
  if (Math.abs(first - expected) < TOLERANCE && second < first) return;
  throw new UserError(
    `the engine computes wrongly: the loss of the first training step is ${first}, expected ${expected.toFixed(4)}, and ` +
      `that of the second is ${second}, which must be lower; update the card's driver, or use --device cpu`,
  );
}
