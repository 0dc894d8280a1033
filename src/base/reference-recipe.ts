// A reference implementation as data: a Python library, and how one of its estimators does the work of one of our models.
import type { ParamValue } from './params.ts';

/** A Python library that reference implementations come from. */
export interface ReferenceLibrary {
  /** Its name; the ids of its references end with it (`svm-scikit-learn`). */
  readonly id: string;
  /** Its package on the Python Package Index, whose version records state as the engine's. */
  readonly package: string;
  /** Its pinned requirements: a file in `tools/references`. */
  readonly requirements: string;
  /** Python modules of this project that define its estimators: files in `tools/references`; absent when the library defines them. */
  readonly programs?: readonly string[];
  /** The paper that describes the library. */
  readonly source: string;
  /** Whether it is measured only when the user names it. */
  readonly isOnRequest?: boolean;
}

/** An estimator that does the work of one of our models. */
export interface ReferenceRecipe {
  /** Our model. */
  readonly modelId: string;
  readonly library: ReferenceLibrary;
  /** Module and class; it has `fit` and `predict` as scikit-learn's estimators do. */
  readonly estimator: string;
  /** Our model's parameter by the argument of the estimator that takes its value. */
  readonly shared: Readonly<Record<string, string>>;
  /** Arguments with fixed values. */
  readonly fixed: Readonly<Record<string, ParamValue>>;
  /** The argument that takes the number of threads; absent when there is none. */
  readonly threads?: string;
  /** The argument that takes the seed; absent when there is none. */
  readonly seed?: string;
  /** Notes for the record: the attribute of the fitted estimator, by the name of the note that its sum becomes. */
  readonly notes: Readonly<Record<string, string>>;
}
