// What can be measured, by name: `npm run bench -- --benchmark NAME`.
import type { BenchmarkDefinition } from '../src/types.ts';
import { engines } from './engines.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { latency } from './latency.ts';
import { quick } from './quick.ts';
import { training } from './training.ts';

/** Every benchmark; the first is the default. */
export const benchmarks: readonly BenchmarkDefinition[] = [fashionMnist, quick, latency, engines, training];
