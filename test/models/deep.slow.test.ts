// Parameter counts of the networks, compared with those of the publications that they reproduce, or computed by hand.
import { expect, it } from 'vitest';
import { cnn } from '../../models/cnn.ts';
import { cnnBatchnorm } from '../../models/cnn-batchnorm.ts';
import { cnnDropout } from '../../models/cnn-dropout.ts';
import { cnnLenet } from '../../models/cnn-lenet.ts';
import { cnnStrong } from '../../models/cnn-strong.ts';
import { mlp } from '../../models/mlp.ts';
import { mlpStrong } from '../../models/mlp-strong.ts';
import { resnet } from '../../models/resnet.ts';
import { resnetFast } from '../../models/resnet-fast.ts';
import type { DeepParams } from '../../src/engine/network/network-recipe.ts';
import type { LabelledImages, ModelAdapter } from '../../src/types.ts';
import { fitContext } from '../engine/small-images.ts';

const shape = { height: 28, width: 28, channels: 1 };
const images: LabelledImages = {
  count: 10,
  shape,
  bytes: new Uint8Array(7840),
  pixels: new Float32Array(7840),
  labels: Uint8Array.from({ length: 10 }, (_, i) => i),
};
const empty: LabelledImages = { ...images, count: 0 };

it.each<[ModelAdapter<DeepParams>, number]>([
  // 784 x 128 + 128, 128 x 64 + 64, 64 x 10 + 10.
  [mlp, 100_480 + 8_256 + 650],
  // 9 x 32 + 32, 288 x 64 + 64, 576 x 128 + 128, 1,152 x 128 + 128, 128 x 10 + 10.
  [cnn, 320 + 18_496 + 73_856 + 147_584 + 1_290],
  // Published.
  [cnnLenet, 225_034],
  [cnnDropout, 805_962],
  // Convolutions 320, 18,496, 73,856; dense 2,048 x 128 + 128, 1,290; four numbers per channel for normalisation.
  [cnnBatchnorm, 320 + 18_496 + 73_856 + 262_272 + 1_290 + 4 * (32 + 64 + 128 + 128)],
  // A stem of 9 x 32, six convolutions of 288 x 32 without bias, seven normalisations of 4 x 32, dense 32 x 10 + 10.
  [resnet, 288 + 6 * 9_216 + 7 * 128 + 330],
  // Dense 784 x 1,024, 1,024 x 1,024, 1,024 x 10 + 10; two normalisations.
  [mlpStrong, 802_816 + 1_048_576 + 10_250 + 2 * 4_096],
  // Convolutions of 9 x 32, 288 x 64, 576 x 128; dense 1,152 x 256, 256 x 10 + 10; four normalisations.
  [cnnStrong, 288 + 18_432 + 73_728 + 294_912 + 2_570 + 4 * (32 + 64 + 128 + 256)],
  // Convolutions of 9 x 48, 432 x 48 twice, 432 x 96, 864 x 96 twice; six normalisations; dense 192 x 10 + 10.
  [resnetFast, 432 + 2 * 20_736 + 41_472 + 2 * 82_944 + 4 * 3 * (48 + 96) + 1_930],
])('$id has the parameters of its recipe', async (model, parameters) => {
  const classNames = Array.from({ length: 10 }, (_, i) => String(i));
  const classifier = model.create(fitContext({ ...model.params, epochs: 1 }, { shape, classNames }));
  const report = await classifier.fit(images, empty);
  classifier.dispose?.();
  expect(report?.parameterCount).toBe(parameters);
});
