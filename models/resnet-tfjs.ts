// resnet trained by the library's own loop, to compare with.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { resnet } from './resnet.ts';

export const resnetTfjs = tfjsFit(resnet);
