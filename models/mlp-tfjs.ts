// mlp trained by the library's own loop, to compare with.
import { tfjsFit } from '../src/engine/network/tfjs-fit.ts';
import { mlp } from './mlp.ts';

export const mlpTfjs = tfjsFit(mlp);
