// Compiled training beside tfjs's own fit of the same networks, on all images: about ten minutes on two cores, most of
// it tfjs's.
import { defineBenchmark } from '../src/types.ts';

/** Each network of ours and the same one trained by tfjs. */
export const trainingPairs: Readonly<Record<string, string>> = {
  mlp: 'mlp-tfjs',
  'cnn-lenet': 'cnn-lenet-tfjs',
  'cnn-batchnorm': 'cnn-batchnorm-tfjs',
  resnet: 'resnet-tfjs',
};

export const training = defineBenchmark({
  id: 'training',
  summary: 'each network beside itself trained by tfjs: all images, few epochs',
  dataset: 'fashion-mnist',
  models: Object.entries(trainingPairs).flat(),
  params: Object.fromEntries(
    Object.entries(trainingPairs).flatMap(([id, other]) => {
      const params = { epochs: id === 'mlp' ? 4 : 2 };
      return [
        [id, params],
        [other, params],
      ];
    }),
  ),
  latencyBatches: [],
});
