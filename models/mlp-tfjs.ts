// mlp trained by the training loop of tfjs, as a reference.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { mlp } from './mlp.ts';

export const mlpTfjs = tfjsFit(mlp);
