// The fitted kernel SVM: one binary classifier for each pair of classes, and the support vectors that they share.
import type { Kernel } from './kernel.ts';
import type { Sigmoid } from './platt.ts';

/** The binary classifier of one pair of classes. A positive decision value is a vote for `first`. */
export interface SvcPair {
  /** Class index, lower than `second`. */
  readonly first: number;
  readonly second: number;
  readonly rho: number;
  /** Dual objective, `1/2 a'Qa - sum a`: libsvm's `obj`. */
  readonly objective: number;
  /** Number of support vectors. */
  readonly supportVectors: number;
  /** Number of two-variable steps. */
  readonly iterations: number;
  /** Converts a decision value into a probability; absent if no probabilities were fitted. */
  readonly sigmoid?: Sigmoid;
}

/** A fitted classifier. */
export interface SvcModel {
  readonly kernel: Kernel;
  /** The class indices that occur in the training data, ascending. */
  readonly classes: readonly number[];
  /** Number of features of a row. */
  readonly width: number;
  /** Row numbers of the support vectors of at least one pair, by class, then ascending. */
  readonly support: Int32Array;
  /** The support vectors, support.length x width. */
  readonly vectors: Float32Array;
  /** support.length x pairs.length, row-major: alpha times y. */
  readonly coefficients: Float32Array;
  /** In the order (0,1), (0,2), ..., (1,2), ... */
  readonly pairs: readonly SvcPair[];
  /** Number of kernel values that the fit computed. */
  readonly kernelValues: number;
}

/** The solution of one pair. */
export interface PairSolution {
  readonly pair: SvcPair;
  /** Alpha times y of each point of the pair, first class first. */
  readonly coefficients: Float64Array;
  /** Number of kernel values computed. */
  readonly kernelValues: number;
}

/**
 * Combines the solutions of all pairs into a model.
 *
 * @param rows training data, n x width, row-major
 * @param width number of features of a row
 * @param members row numbers of each class that occurs, classes ascending
 * @param solutions in the order of `SvcModel.pairs`
 */
export function assembleModel(
  rows: Float32Array,
  width: number,
  kernel: Kernel,
  members: ReadonlyMap<number, Int32Array>,
  solutions: readonly PairSolution[],
): SvcModel {
  const classes = [...members.keys()];
  // For each class: the pairs that it is part of, and the position of its first point in them.
  const partsOf = (label: number) =>
    solutions.flatMap(({ pair, coefficients }, column) => {
      if (pair.first === label) return [{ column, coefficients, offset: 0 }];
      if (pair.second === label) return [{ column, coefficients, offset: members.get(pair.first)!.length }];
      return [];
    });
  const support: number[] = [];
  const lines: Float32Array[] = [];
  for (const label of classes) {
    const parts = partsOf(label);
    members.get(label)!.forEach((row, t) => {
      if (parts.every(({ coefficients, offset }) => coefficients[offset + t] === 0)) return;
      const line = new Float32Array(solutions.length);
      for (const { column, coefficients, offset } of parts) line[column] = coefficients[offset + t]!;
      support.push(row);
      lines.push(line);
    });
  }
  const coefficients = new Float32Array(support.length * solutions.length);
  lines.forEach((line, s) => {
    coefficients.set(line, s * solutions.length);
  });
  return {
    kernel,
    classes,
    width,
    support: Int32Array.from(support),
    vectors: takeRows(rows, Int32Array.from(support), width),
    coefficients,
    pairs: solutions.map(({ pair }) => pair),
    kernelValues: solutions.reduce((sum, { kernelValues }) => sum + kernelValues, 0),
  };
}

function takeRows(rows: Float32Array, chosen: Int32Array, width: number): Float32Array {
  const taken = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => {
    taken.set(rows.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
