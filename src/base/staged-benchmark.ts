// A benchmark of several stages as data: fits, references and scaling, measured one after another in one run.

/** Models by id, or all models of the list that are of some kinds. */
export type ModelSelection =
  | readonly string[]
  | { readonly kinds: readonly ('traditional' | 'deep' | 'baseline')[]; readonly except: readonly string[] };

/** Fits of a benchmark. */
export interface FitsStage {
  readonly measure: 'fits';
  /** One line for the progress. */
  readonly summary: string;
  /** Id of the benchmark. */
  readonly benchmark: string;
  readonly models: ModelSelection;
  /** How many seeds each model is fitted with, counted from 1; by default one. */
  readonly seeds?: number;
  /** Parameters that differ from the benchmark's, as `--set` takes them: `'knn.k=7'`. */
  readonly settings?: readonly string[];
}

/** Models alternating with their reference implementations. */
export interface ReferencesStage {
  readonly measure: 'references';
  readonly summary: string;
  readonly models: readonly string[];
  /** Ids of the libraries to choose from. */
  readonly libraries: readonly string[];
  /** Fits of each model and reference. */
  readonly rounds: number;
}

/** Models, and the npm libraries that do the same, on growing numbers of images. */
export interface ScalingStage {
  readonly measure: 'scaling';
  readonly summary: string;
  readonly models: readonly string[];
  /** No fit is started that is expected to take longer, in seconds. */
  readonly stopSeconds: number;
}

export type BenchmarkStage = FitsStage | ReferencesStage | ScalingStage;

/** A benchmark of several stages. A file in `benchmarks/` exports one. */
export interface StagedBenchmark {
  /** Its name on the command line; records keep the names of the benchmarks that the stages measure. */
  readonly id: string;
  /** One line for lists. */
  readonly summary: string;
  /** In the order in which they run. */
  readonly stages: readonly BenchmarkStage[];
}
