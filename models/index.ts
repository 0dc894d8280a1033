// The list of models: one line per file. The order here is the order of every list and report.
import type { ModelAdapter } from '../src/types.ts';

// To add a model, write its file and add its line at the end: `npm run new-model -- NAME` does both.
const files: readonly Readonly<Record<string, ModelAdapter>>[] = await Promise.all([
  import('./majority.ts'),
  import('./logistic-regression.ts'),
  import('./svm.ts'),
  import('./random-forest.ts'),
  import('./knn.ts'),
  import('./naive-bayes.ts'),
  import('./nearest-centroid.ts'),
  import('./linear-svm.ts'),
  import('./gradient-boosting.ts'),
  import('./mlp.ts'),
  import('./cnn.ts'),
  import('./resnet.ts'),
  import('./cnn-lenet.ts'),
  import('./cnn-dropout.ts'),
  import('./cnn-batchnorm.ts'),
  import('./mlp-strong.ts'),
  import('./cnn-strong.ts'),
  import('./resnet-fast.ts'),
  import('./logistic-regression-mljs.ts'),
  import('./svm-libsvm.ts'),
  import('./random-forest-mljs.ts'),
  import('./knn-mljs.ts'),
  import('./mlp-tfjs.ts'),
  import('./cnn-lenet-tfjs.ts'),
  import('./cnn-batchnorm-tfjs.ts'),
  import('./resnet-tfjs.ts'),
]);

/** All models, by the order of their lines. A model file exports one adapter and nothing else. */
export const models: readonly ModelAdapter[] = files.flatMap((file) => Object.values(file));
