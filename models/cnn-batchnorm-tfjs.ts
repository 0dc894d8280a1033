// cnn-batchnorm trained by the library's own loop, to compare with.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { cnnBatchnorm } from './cnn-batchnorm.ts';

export const cnnBatchnormTfjs = tfjsFit(cnnBatchnorm);
