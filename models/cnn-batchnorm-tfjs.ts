// cnn-batchnorm trained by the training loop of tfjs, as a reference.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { cnnBatchnorm } from './cnn-batchnorm.ts';

export const cnnBatchnormTfjs = tfjsFit(cnnBatchnorm);
