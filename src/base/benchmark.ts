// The definition of a benchmark: which models run, on which data, with which settings.
import type { Params } from './params.ts';

/** A benchmark as data. Each file in `benchmarks/` exports one. */
export interface BenchmarkDefinition {
  /** Name on the command line and in records. */
  readonly id: string;
  /** One line for lists. */
  readonly summary: string;
  /** Name of a known data set, or path of a folder with four IDX files. */
  readonly dataset: string;
  /** Model ids, in the order in which they run. */
  readonly models: readonly string[];
  /** Number of training images held out for validation. Default: 5,000, or a twelfth of a smaller training set. */
  readonly validation?: number;
  /** Number of images to fit on, a stratified subset. Default: all that are not held out for validation. */
  readonly limit?: number;
  /** Number of images to test on, a stratified subset. Default: all. */
  readonly testLimit?: number;
  /** Parameters that differ from a model's defaults, by model id. */
  readonly params?: Readonly<Record<string, Params>>;
  /** Batch sizes at which prediction latency is measured after the fit; empty: latency is not measured. */
  readonly latencyBatches: readonly number[];
  /** Whether its runs are trials, which the committed report leaves out; false by default. */
  readonly isTrial?: boolean;
}

/**
 * Returns its argument. It gives a benchmark file type checking without a type annotation.
 *
 * @param benchmark the definition
 */
export function defineBenchmark(benchmark: BenchmarkDefinition): BenchmarkDefinition {
  return benchmark;
}
