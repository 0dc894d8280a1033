// The competitors, in the order of every list and report. To add one: write its file, add its line.
import type { ModelAdapter } from '../src/types.ts';
import { cnn } from './cnn.ts';
import { cnnBatchnorm } from './cnn-batchnorm.ts';
import { cnnBatchnormTfjs } from './cnn-batchnorm-tfjs.ts';
import { cnnDropout } from './cnn-dropout.ts';
import { cnnLenet } from './cnn-lenet.ts';
import { cnnLenetTfjs } from './cnn-lenet-tfjs.ts';
import { cnnStrong } from './cnn-strong.ts';
import { gradientBoosting } from './gradient-boosting.ts';
import { knn } from './knn.ts';
import { knnMljs } from './knn-mljs.ts';
import { linearSvm } from './linear-svm.ts';
import { logisticRegression } from './logistic-regression.ts';
import { logisticRegressionMljs } from './logistic-regression-mljs.ts';
import { majority } from './majority.ts';
import { mlp } from './mlp.ts';
import { mlpStrong } from './mlp-strong.ts';
import { mlpTfjs } from './mlp-tfjs.ts';
import { naiveBayes } from './naive-bayes.ts';
import { nearestCentroid } from './nearest-centroid.ts';
import { randomForest } from './random-forest.ts';
import { randomForestMljs } from './random-forest-mljs.ts';
import { resnet } from './resnet.ts';
import { resnetFast } from './resnet-fast.ts';
import { resnetTfjs } from './resnet-tfjs.ts';
import { svm } from './svm.ts';
import { svmLibsvm } from './svm-libsvm.ts';

/** Every model that can be named on the command line. */
export const models: readonly ModelAdapter[] = [
  majority,
  logisticRegression,
  svm,
  randomForest,
  knn,
  naiveBayes,
  nearestCentroid,
  linearSvm,
  gradientBoosting,
  mlp,
  cnn,
  resnet,
  cnnLenet,
  cnnDropout,
  cnnBatchnorm,
  mlpStrong,
  cnnStrong,
  resnetFast,
  logisticRegressionMljs,
  svmLibsvm,
  randomForestMljs,
  knnMljs,
  mlpTfjs,
  cnnLenetTfjs,
  cnnBatchnormTfjs,
  resnetTfjs,
];
