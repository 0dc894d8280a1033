// The list of models: one line per file. The order here is the order of every list and report.

/**
 * The files of all models. A file exports one adapter and nothing else, and its name is the id of the model. It is loaded
 * only when a command needs the model.
 *
 * To add a model, write its file and add its line at the end: `npm run new-model -- NAME` does both.
 */
export const modelFiles: readonly `./${string}.ts`[] = [
  './majority.ts',
  './logistic-regression.ts',
  './svm.ts',
  './random-forest.ts',
  './knn.ts',
  './naive-bayes.ts',
  './nearest-centroid.ts',
  './linear-svm.ts',
  './gradient-boosting.ts',
  './mlp.ts',
  './cnn.ts',
  './resnet.ts',
  './cnn-lenet.ts',
  './cnn-dropout.ts',
  './cnn-batchnorm.ts',
  './mlp-strong.ts',
  './cnn-strong.ts',
  './resnet-fast.ts',
  './logistic-regression-mljs.ts',
  './svm-libsvm.ts',
  './random-forest-mljs.ts',
  './knn-mljs.ts',
  './mlp-tfjs.ts',
  './cnn-lenet-tfjs.ts',
  './cnn-batchnorm-tfjs.ts',
  './resnet-tfjs.ts',
];
