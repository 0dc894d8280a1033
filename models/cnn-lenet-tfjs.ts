// cnn-lenet trained by the library's own loop, to compare with.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { cnnLenet } from './cnn-lenet.ts';

export const cnnLenetTfjs = tfjsFit(cnnLenet);
