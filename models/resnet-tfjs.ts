// resnet trained by the training loop of tfjs, as a reference.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { resnet } from './resnet.ts';

export const resnetTfjs = tfjsFit(resnet);
