// cnn-lenet trained by the training loop of tfjs, as a reference.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { cnnLenet } from './cnn-lenet.ts';

export const cnnLenetTfjs = tfjsFit(cnnLenet);
