// The lists of benchmarks: `npm run bench -- --benchmark NAME`.
import type { StagedBenchmark } from '../src/base/staged-benchmark.ts';
import type { BenchmarkDefinition } from '../src/types.ts';
import { engines } from './engines.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { full } from './full.ts';
import { headline } from './headline.ts';
import { latency } from './latency.ts';
import { quick } from './quick.ts';
import { training } from './training.ts';

/** Every benchmark that is one comparison; the first is the default. */
export const benchmarks: readonly BenchmarkDefinition[] = [fashionMnist, quick, latency, engines, training];

/** Every benchmark that runs several measurements. */
export const stagedBenchmarks: readonly StagedBenchmark[] = [headline, full];
