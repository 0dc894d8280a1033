// The competitors, in the order of every list and report. To add one: write its file, add its line.
import type { ModelAdapter } from '../src/types.ts';
import { cnn } from './cnn.ts';
import { cnnBatchnorm } from './cnn-batchnorm.ts';
import { cnnDropout } from './cnn-dropout.ts';
import { cnnLenet } from './cnn-lenet.ts';
import { majority } from './majority.ts';
import { mlp } from './mlp.ts';
import { resnet } from './resnet.ts';

/** Every model that can be named on the command line. */
export const models: readonly ModelAdapter[] = [
  majority,
  mlp,
  cnn,
  resnet,
  cnnLenet,
  cnnDropout,
  cnnBatchnorm,
] as readonly ModelAdapter[];
