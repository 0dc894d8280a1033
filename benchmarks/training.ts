// Our compiled training compared with tfjs's fit of the same networks, on all images: about ten minutes on two cores,
// most of it tfjs's.
import { defineBenchmark } from '../src/types.ts';

/** The same network trained by tfjs, by our network. */
export const trainingPairs: Readonly<Record<string, string>> = {
  mlp: 'mlp-tfjs',
  'cnn-lenet': 'cnn-lenet-tfjs',
  'cnn-batchnorm': 'cnn-batchnorm-tfjs',
  resnet: 'resnet-tfjs',
};

export const training = defineBenchmark({
  id: 'training',
  summary: 'each network compared with the same network trained by tfjs: all images, few epochs',
  dataset: 'fashion-mnist',
  models: [
    'mlp',
    'mlp-tfjs',
    'cnn-lenet',
    'cnn-lenet-tfjs',
    'cnn-batchnorm',
    'cnn-batchnorm-tfjs',
    'resnet',
    'resnet-tfjs',
  ],
  params: {
    mlp: { epochs: 4 },
    'mlp-tfjs': { epochs: 4 },
    'cnn-lenet': { epochs: 2 },
    'cnn-lenet-tfjs': { epochs: 2 },
    'cnn-batchnorm': { epochs: 2 },
    'cnn-batchnorm-tfjs': { epochs: 2 },
    resnet: { epochs: 2 },
    'resnet-tfjs': { epochs: 2 },
  },
  latencyBatches: [],
});
