// C-support vector classification, one against one, with libsvm's answer: kernel rows by TensorFlow, pairs in worker
// threads. Only the rows of points that may become support vectors are ever computed.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import { createRandom, shuffle } from '../../base/random.ts';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';
import { createWorkerPool, type WorkerPool } from '../worker-pool.ts';
import { type Kernel, kernelMatrix, layOut } from './kernel.ts';
import { couplePairs, fitSigmoid, type Sigmoid, sigmoidOf } from './platt.ts';
import { BLOCK_ROWS, findObjective, findRho, findViolators, type PairProgress, type PairState } from './smo.ts';

/** What to fit. */
export interface SvcOptions {
  readonly kernel: Kernel;
  /** Penalty of the slack, above 0. */
  readonly cost: number;
  /** Factor of the penalty for each class index; 1 where absent. */
  readonly classWeights?: readonly number[];
  /** Largest violation of the optimality conditions that is let stand (libsvm's `eps`, 0.001 there). */
  readonly tolerance: number;
  /** Worker threads, at least 1. The result does not depend on it. */
  readonly threads: number;
  /**
   * Megabytes of kernel rows that one pair under way may keep, at least 0; `threads + 1` pairs are under way. Where its
   * rows are more, the kernel among its active points alone is kept, and the rest is recomputed in every round.
   */
  readonly cacheMegabytes: number;
  /** Seed of the folds by which the pairs' probabilities are fitted; absent: no probabilities. */
  readonly probabilitySeed?: number;
  readonly signal?: AbortSignal;
  /** Told after each pair of classes. */
  readonly onPair?: (done: number, total: number) => void;
}

/** The machine of one pair of classes: a positive decision votes for `first`. */
export interface SvcPair {
  /** Class index, lower than `second`. */
  readonly first: number;
  readonly second: number;
  readonly rho: number;
  /** Dual objective, `1/2 a'Qa - sum a`: libsvm's `obj`. */
  readonly objective: number;
  readonly supportVectors: number;
  /** Two-variable steps. */
  readonly iterations: number;
  /** From decision value to probability; absent when not asked for. */
  readonly sigmoid?: Sigmoid;
}

/** A fitted classifier. */
export interface SvcModel {
  readonly kernel: Kernel;
  /** Class indices that occur, ascending. */
  readonly classes: readonly number[];
  /** Features of a row. */
  readonly width: number;
  /** Row numbers of the training data that are a support vector of at least one pair, by class, then ascending. */
  readonly support: Int32Array;
  /** The rows themselves, support.length x width. */
  readonly vectors: Float32Array;
  /** support.length x pairs.length, row-major: alpha times sign. */
  readonly coefficients: Float32Array;
  /** In the order (0,1), (0,2), ..., (1,2), ... */
  readonly pairs: readonly SvcPair[];
  /** Kernel values computed during the fit. */
  readonly kernelValues: number;
}

interface Problem {
  readonly tf: Tensorflow;
  readonly options: SvcOptions;
  readonly pool: WorkerPool<PairState, PairProgress>;
}

/** The points of one stage of a pair, and the kernel rows of them that are known. */
interface Stage {
  readonly columns: Tensor2D;
  readonly signs: Int8Array;
  readonly bounds: readonly [positive: number, negative: number];
  readonly diagonal: Float32Array;
  /** The lane's memory for kernel rows, in blocks. */
  readonly memory: Float32Array[];
  /** Only grows: whoever solves the stage again, with other points held out, finds the rows there. */
  active: Int32Array;
  /** How many rows of `active` lie in the memory. */
  known: number;
  /** Kernel values computed. */
  kernelValues: number;
}

interface PairSolution {
  readonly pair: SvcPair;
  /** Alpha times sign of each point of the pair, first class first. */
  readonly weights: Float64Array;
  readonly kernelValues: number;
}

// A pair is solved on every 16th point, then on every 4th, then on all: each stage begins with the support vectors of
// the one before, so that few rows are computed over all points in vain.
const STAGES = [16, 4, 1];
// Below this a stage is not worth its round trips.
const SMALLEST_STAGE = 256;

/**
 * Fits one machine for each pair of classes that occur. Deterministic, whatever the number of threads.
 *
 * @param rows n x width, row-major
 * @param labels n class indices
 * @throws UserError when fewer than two classes occur, a value is no number, or an option is out of range
 * @see Cortes, C. and Vapnik, V. (1995). Support-vector networks. Machine Learning 20, 273-297.
 * @see Chang, C.-C. and Lin, C.-J. (2011). LIBSVM: a library for support vector machines. ACM TIST 2(3).
 * @see Hsu, C.-W. and Lin, C.-J. (2002). A comparison of methods for multiclass support vector machines. IEEE
 *   Transactions on Neural Networks 13, 415-425 (one against one by votes).
 */
export async function fitSvc(
  tf: Tensorflow,
  rows: Float32Array,
  labels: Uint8Array,
  options: SvcOptions,
): Promise<SvcModel> {
  const { signal } = options;
  const width = labels.length > 0 ? rows.length / labels.length : 0;
  checkOptions(options);
  checkRows(rows, width);
  const members = groupByClass(labels);
  const classes = [...members.keys()];
  if (classes.length < 2) {
    throw new UserError(`an SVM needs at least two classes in the training images; found ${classes.length}`);
  }
  signal?.throwIfAborted();

  const classPairs = classes.flatMap((first, a) => classes.slice(a + 1).map((second) => [first, second] as const));
  const pool = createWorkerPool<PairState, PairProgress>(
    new URL('./smo-worker.ts', import.meta.url),
    signal ? { threads: options.threads, signal } : { threads: options.threads },
  );
  const points = layOut(tf, options.kernel, rows, width);
  try {
    const solutions: PairSolution[] = new Array(classPairs.length);
    let next = 0;
    let done = 0;
    // One lane more than workers: while they optimise, this thread computes the rows of another pair.
    const lane = async (): Promise<void> => {
      const memory: Float32Array[] = [];
      while (next < classPairs.length) {
        const index = next++;
        const [first, second] = classPairs[index]!;
        const [positive, negative] = [members.get(first)!, members.get(second)!];
        const both = tf.tidy(() => tf.gather(points, tf.tensor1d([...positive, ...negative], 'int32')));
        try {
          const positives = positive.length;
          solutions[index] = await solvePair({ tf, options, pool }, memory, first, second, both, positives);
        } finally {
          both.dispose();
        }
        options.onPair?.(++done, classPairs.length);
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: options.threads + 1 }, lane));
    signal?.throwIfAborted();
    const failed = lanes.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return assemble(rows, width, options.kernel, members, solutions);
  } finally {
    points.dispose();
    await pool.close();
  }
}

/** What a fitted classifier says of rows. */
export interface SvcPrediction {
  /**
   * One class index a row: most votes, the lowest class when tied; with probabilities the most probable class, as
   * `svm_predict_probability` of libsvm.
   */
  readonly labels: Uint8Array;
  /** n x pairs, row-major: decision values, positive for the pair's first class. */
  readonly decisions: Float32Array;
  /** n x model.classes.length, row-major, each row sums to 1; absent when they were not fitted. */
  readonly probabilities?: Float32Array;
}

/**
 * Classifies rows by the votes of all pairs, as libsvm does, or by the pairs' coupled probabilities (platt.ts).
 *
 * @param rows n x model.width, row-major
 * @param signal checked between chunks
 */
export async function predictSvc(
  tf: Tensorflow,
  model: SvcModel,
  rows: Float32Array,
  signal?: AbortSignal,
): Promise<SvcPrediction> {
  const { width, kernel, pairs } = model;
  const count = rows.length / width;
  const decisions = new Float32Array(count * pairs.length);
  // About 32 MB of kernel values at a time.
  const chunk = Math.max(1, Math.min(count, Math.floor(8_000_000 / Math.max(1, model.support.length))));
  const vectors = layOut(tf, kernel, model.vectors, width);
  const coefficients = tf.tensor2d(model.coefficients, [model.support.length, pairs.length]);
  const rhos = tf.tensor1d(pairs.map(({ rho }) => rho));
  try {
    for (let start = 0; start < count; start += chunk) {
      await nextTurn();
      signal?.throwIfAborted();
      const part = tf.tidy(() => {
        const own = layOut(tf, kernel, rows.subarray(start * width, Math.min(count, start + chunk) * width), width);
        return kernelMatrix(tf, kernel, own, vectors).matMul<Tensor2D>(coefficients).sub(rhos);
      });
      decisions.set(await part.data<'float32'>(), start * pairs.length);
      part.dispose();
    }
  } finally {
    tf.dispose([vectors, coefficients, rhos]);
  }
  if (!pairs.every(({ sigmoid }) => sigmoid)) return { labels: vote(model, decisions), decisions };
  const probabilities = await couple(model, decisions, signal);
  const classCount = model.classes.length;
  const labels = Uint8Array.from({ length: count }, (_, i) => {
    const row = probabilities.subarray(i * classCount, (i + 1) * classCount);
    return model.classes[row.indexOf(Math.max(...row))]!;
  });
  return { labels, decisions, probabilities };
}

function vote({ classes, pairs }: SvcModel, decisions: Float32Array): Uint8Array {
  const votes = new Uint16Array(Math.max(...classes) + 1);
  return Uint8Array.from({ length: decisions.length / pairs.length }, (_, i) => {
    votes.fill(0);
    for (let p = 0; p < pairs.length; p++) {
      const { first, second } = pairs[p]!;
      votes[decisions[i * pairs.length + p]! > 0 ? first : second]!++;
    }
    return votes.indexOf(Math.max(...votes));
  });
}

async function couple(
  { classes, pairs }: SvcModel,
  decisions: Float32Array,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const k = classes.length;
  const probabilities = new Float32Array((decisions.length / pairs.length) * k);
  const pairwise = new Float64Array(k * k);
  for (let i = 0; i * k < probabilities.length; i++) {
    if (i % 1000 === 0) await nextTurn();
    signal?.throwIfAborted();
    let p = 0;
    for (let a = 0; a < k; a++) {
      for (let b = a + 1; b < k; b++) {
        const ofFirst = sigmoidOf(pairs[p]!.sigmoid!, decisions[i * pairs.length + p]!);
        pairwise[a * k + b] = ofFirst;
        pairwise[b * k + a] = 1 - ofFirst;
        p++;
      }
    }
    probabilities.set(couplePairs(pairwise, k), i * k);
  }
  return probabilities;
}

async function solvePair(
  problem: Problem,
  memory: Float32Array[],
  first: number,
  second: number,
  points: Tensor2D,
  positives: number,
): Promise<PairSolution> {
  const { tf, options } = problem;
  const total = points.shape[0];
  const weightOf = (label: number): number => options.classWeights?.[label] ?? 1;
  const bounds = [options.cost * weightOf(first), options.cost * weightOf(second)] as const;
  let start = new Float64Array(total);
  let iterations = 0;
  let kernelValues = 0;
  for (const every of STAGES) {
    const chosen = chooseStage(total, positives, every);
    if (every > 1 && chosen.length < SMALLEST_STAGE) continue;
    const columns = every === 1 ? points : tf.tidy(() => tf.gather(points, tf.tensor1d(chosen, 'int32')));
    try {
      const signs = sharedArray(Int8Array, chosen.length);
      for (let t = 0; t < chosen.length; t++) signs[t] = chosen[t]! < positives ? 1 : -1;
      const alphas = sharedArray(Float64Array, chosen.length);
      for (let t = 0; t < chosen.length; t++) alphas[t] = start[chosen[t]!]!;
      const diagonal = await selfKernel(tf, options.kernel, columns);
      const active = firstActive(alphas, signs);
      const stage: Stage = { columns, signs, bounds, diagonal, memory, active, known: 0, kernelValues: 0 };
      const solved = await solveStage(problem, stage, alphas);
      iterations += solved.iterations;
      start = new Float64Array(total);
      for (let t = 0; t < chosen.length; t++) start[chosen[t]!] = alphas[t]!;
      if (every > 1) {
        kernelValues += stage.kernelValues;
        continue;
      }
      const seed = options.probabilitySeed;
      // Any mix will do that gives each pair folds of its own.
      const sigmoid =
        seed === undefined
          ? undefined
          : await calibrate(problem, stage, alphas, createRandom(seed + 65_537 * first + 257 * second));
      const weights = alphas.map((alpha, t) => alpha * signs[t]!);
      const supportVectors = alphas.reduce((sum, alpha) => sum + (alpha > 0 ? 1 : 0), 0);
      const { rho, objective } = solved;
      const pair = { first, second, rho, objective, supportVectors, iterations, ...(sigmoid ? { sigmoid } : {}) };
      return { pair, weights, kernelValues: kernelValues + stage.kernelValues };
    } finally {
      if (columns !== points) columns.dispose();
    }
  }
  throw new Error('unreachable: the last stage holds every point');
}

interface StageSolution {
  readonly rho: number;
  readonly objective: number;
  readonly iterations: number;
  /** As in PairState. */
  readonly errors: Float64Array;
}

// Grows the active set until no point of the stage violates its condition. Changes the alphas, which say where to begin.
async function solveStage(
  problem: Problem,
  stage: Stage,
  alphas: Float64Array,
  held?: Uint8Array,
): Promise<StageSolution> {
  const { options } = problem;
  const { signs, bounds, diagonal } = stage;
  const count = signs.length;
  const errors = sharedArray(Float64Array, count);
  for (let t = 0; t < count; t++) errors[t] = -signs[t]!;
  let iterations = 0;
  let stale = true;
  for (;;) {
    const { active } = stage;
    const state: PairState = {
      count,
      signs,
      bounds,
      ...(held ? { held } : {}),
      alphas,
      errors,
      active,
      diagonal,
      blocks: [],
      tolerance: options.tolerance,
      stale,
      growth: Math.max(128, Math.ceil(active.length / 4)),
    };
    stale = false;
    const megabytes = (active.length * count * Float32Array.BYTES_PER_ELEMENT) / 1e6;
    const improve = megabytes <= options.cacheMegabytes ? improveByRows : improveByRecomputing;
    const { violators, iterations: steps } = await improve(problem, stage, state);
    iterations += steps;
    if (violators.length === 0) {
      return { rho: findRho(state), objective: findObjective(state), iterations, errors };
    }
    stage.active = Int32Array.from([...active, ...violators]);
  }
}

// One round with the kernel rows of all active points in memory.
async function improveByRows(problem: Problem, stage: Stage, state: PairState): Promise<PairProgress> {
  await appendRows(problem, stage, stage.columns, state.active, stage.known);
  stage.known = state.active.length;
  return problem.pool.run({ ...state, blocks: stage.memory.slice(0, Math.ceil(state.active.length / BLOCK_ROWS)) });
}

// The same with only the kernel among the active points in memory: the worker solves the problem of these points
// alone, and what that means for the other points is computed here from rows that are not kept.
async function improveByRecomputing(problem: Problem, stage: Stage, state: PairState): Promise<PairProgress> {
  const { tf, pool } = problem;
  const { active, alphas, errors, signs, held } = state;
  const size = active.length;
  if (state.stale) await addToErrors(problem, stage, state, (point) => alphas[point]!);
  const part = <T extends Int8Array | Uint8Array | Float32Array | Float64Array>(
    type: SharedArrayConstructor<T>,
    whole: T,
  ): T => {
    const own = sharedArray(type, size);
    active.forEach((point, r) => {
      own[r] = whole[point]!;
    });
    return own;
  };
  const own: PairState = {
    ...state,
    count: size,
    signs: part(Int8Array, signs),
    ...(held ? { held: part(Uint8Array, held) } : {}),
    alphas: part(Float64Array, alphas),
    errors: part(Float64Array, errors),
    diagonal: part(Float32Array, state.diagonal),
    active: Int32Array.from(active.keys()),
    stale: false,
  };
  // What the memory held of the rows is overwritten.
  stage.known = 0;
  const columns = tf.tidy(() => tf.gather(stage.columns, tf.tensor1d(active, 'int32')));
  try {
    await appendRows(problem, stage, columns, own.active, 0);
  } finally {
    columns.dispose();
  }
  const blocks = stage.memory.slice(0, Math.ceil(size / BLOCK_ROWS));
  const { middle, iterations } = await pool.run({ ...own, blocks });

  const rank = new Int32Array(state.count);
  active.forEach((point, r) => {
    rank[point] = r;
  });
  await addToErrors(problem, stage, state, (point) => own.alphas[rank[point]!]! - alphas[point]!);
  active.forEach((point, r) => {
    alphas[point] = own.alphas[r]!;
    errors[point] = own.errors[r]!;
  });
  return { violators: findViolators(state, middle), middle, iterations };
}

// Adds change(s) sign_s K(s, t), summed over the active points s, to the errors of all points t.
async function addToErrors(
  { tf, options }: Problem,
  stage: Stage,
  { active, signs, errors }: PairState,
  change: (point: number) => number,
): Promise<void> {
  const { columns } = stage;
  const changed = active.filter((point) => change(point) !== 0);
  for (let start = 0; start < changed.length; start += BLOCK_ROWS) {
    await nextTurn();
    options.signal?.throwIfAborted();
    const chosen = changed.subarray(start, start + BLOCK_ROWS);
    const weights = Float32Array.from(chosen, (point) => change(point) * signs[point]!);
    const sums = tf.tidy(() => {
      const rows = tf.gather(columns, tf.tensor1d(chosen, 'int32'));
      return tf.tensor2d(weights, [1, chosen.length]).matMul(kernelMatrix(tf, options.kernel, rows, columns));
    });
    const values = await sums.data<'float32'>();
    sums.dispose();
    for (let t = 0; t < values.length; t++) errors[t]! += values[t]!;
    stage.kernelValues += chosen.length * values.length;
  }
}

// libsvm's number.
const FOLDS = 5;

// Fits the pair's sigmoid to decision values of points that were held out in turn. The machine of a fold begins with the
// alphas of the pair's machine and finds its kernel rows; a held-out point's error tells its decision value. After
// DeCoste, D. and Wagstaff, K. (2000). Alpha seeding for support vector machines. KDD 2000, 345-349.
async function calibrate(problem: Problem, stage: Stage, alphas: Float64Array, random: () => number): Promise<Sigmoid> {
  const { signs } = stage;
  const count = signs.length;
  const order = shuffle(Int32Array.from(signs.keys()), random);
  const decisions = new Float64Array(count);
  for (let fold = 0; fold < FOLDS; fold++) {
    const out = order.subarray(Math.floor((fold * count) / FOLDS), Math.floor(((fold + 1) * count) / FOLDS));
    const held = sharedArray(Uint8Array, count);
    for (const point of out) held[point] = 1;
    const has = (sign: number): boolean => signs.some((own, t) => own === sign && held[t] === 0);
    if (!has(1) || !has(-1)) {
      // Too few points for a machine: libsvm's answer is the side that is left, or none.
      for (const point of out) decisions[point] = Number(has(1)) - Number(has(-1));
      continue;
    }
    const { rho, errors } = await solveStage(problem, stage, withoutHeld(alphas, signs, held), held);
    for (const point of out) decisions[point] = errors[point]! + signs[point]! - rho;
  }
  return fitSigmoid(decisions, signs);
}

// The alphas with 0 for the points held out. What the one side then has too much, so that the sum of alpha times sign is
// not 0, is taken from its points one after another.
function withoutHeld(alphas: Float64Array, signs: Int8Array, held: Uint8Array): Float64Array {
  const kept = sharedArray(Float64Array, alphas.length);
  for (let t = 0; t < kept.length; t++) kept[t] = held[t] ? 0 : alphas[t]!;
  let surplus = kept.reduce((sum, alpha, t) => sum + alpha * signs[t]!, 0);
  const side = Math.sign(surplus);
  surplus = Math.abs(surplus);
  for (let t = 0; t < kept.length && surplus > 0; t++) {
    if (signs[t] !== side) continue;
    const taken = Math.min(surplus, kept[t]!);
    kept[t]! -= taken;
    surplus -= taken;
  }
  return kept;
}

// The support vectors of the stage before, or a few points of each class where there was none.
function firstActive(alphas: Float64Array, signs: Int8Array): Int32Array {
  const points = [...signs.keys()];
  const support = points.filter((t) => alphas[t]! > 0);
  if (support.length > 0) return Int32Array.from(support);
  const few = (sign: number): number[] => points.filter((t) => signs[t] === sign).slice(0, 64);
  return Int32Array.from([...few(1), ...few(-1)]);
}

// Computes the kernel rows of active[known...] against the columns into the lane's blocks.
async function appendRows(
  { tf, options: { kernel, signal } }: Problem,
  stage: Stage,
  columns: Tensor2D,
  active: Int32Array,
  known: number,
): Promise<void> {
  const { memory } = stage;
  const count = columns.shape[0];
  stage.kernelValues += (active.length - known) * count;
  for (let start = known; start < active.length; ) {
    await nextTurn();
    signal?.throwIfAborted();
    const block = Math.floor(start / BLOCK_ROWS);
    const end = Math.min(active.length, (block + 1) * BLOCK_ROWS);
    const values = tf.tidy(() => {
      const rows = tf.gather(columns, tf.tensor1d(active.subarray(start, end), 'int32'));
      return kernelMatrix(tf, kernel, rows, columns);
    });
    // The blocks are kept between stages and pairs: fresh pages cost more than the copy.
    if ((memory[block]?.length ?? 0) < BLOCK_ROWS * count)
      memory[block] = sharedArray(Float32Array, BLOCK_ROWS * count);
    memory[block]!.set(await values.data<'float32'>(), (start % BLOCK_ROWS) * count);
    values.dispose();
    start = end;
  }
}

async function selfKernel(tf: Tensorflow, { name, degree }: Kernel, points: Tensor2D): Promise<Float32Array> {
  const diagonal = sharedArray(Float32Array, points.shape[0]);
  if (name === 'rbf') return diagonal.fill(1);
  const squares = tf.tidy(() => {
    const [count, width] = points.shape;
    const product = points
      .slice([0, 0], [count, width - 2])
      .square()
      .sum(1);
    // Twice the last column is coef0 (layOut).
    const sum = product.add(
      points
        .slice([0, width - 1], [count, 1])
        .reshape([count])
        .mul(2),
    );
    return name === 'poly' ? sum.pow(tf.scalar(degree)) : sum;
  });
  diagonal.set(await squares.data<'float32'>());
  squares.dispose();
  return diagonal;
}

// Every so-many-th point of each class, but at least one.
function chooseStage(total: number, positives: number, every: number): Int32Array {
  const chosen: number[] = [];
  for (let t = 0; t < total; t++) if ((t < positives ? t : t - positives) % every === 0) chosen.push(t);
  return Int32Array.from(chosen);
}

function assemble(
  rows: Float32Array,
  width: number,
  kernel: Kernel,
  members: Map<number, Int32Array>,
  solutions: readonly PairSolution[],
): SvcModel {
  const classes = [...members.keys()];
  // For each class: the pairs it is part of, and where its points begin in them.
  const partsOf = (label: number) =>
    solutions.flatMap(({ pair, weights }, column) => {
      if (pair.first === label) return [{ column, weights, offset: 0 }];
      if (pair.second === label) return [{ column, weights, offset: members.get(pair.first)!.length }];
      return [];
    });
  const support: number[] = [];
  const coefficients: Float32Array[] = [];
  for (const label of classes) {
    const parts = partsOf(label);
    members.get(label)!.forEach((row, t) => {
      if (parts.every(({ weights, offset }) => weights[offset + t] === 0)) return;
      const line = new Float32Array(solutions.length);
      for (const { column, weights, offset } of parts) line[column] = weights[offset + t]!;
      support.push(row);
      coefficients.push(line);
    });
  }
  const flat = new Float32Array(support.length * solutions.length);
  coefficients.forEach((line, s) => {
    flat.set(line, s * solutions.length);
  });
  return {
    kernel,
    classes,
    width,
    support: Int32Array.from(support),
    vectors: takeRows(rows, Int32Array.from(support), width),
    coefficients: flat,
    pairs: solutions.map(({ pair }) => pair),
    kernelValues: solutions.reduce((sum, { kernelValues }) => sum + kernelValues, 0),
  };
}

function groupByClass(labels: Uint8Array): Map<number, Int32Array> {
  const groups = new Map<number, Int32Array>();
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    groups.set(label, Int32Array.from([...labels.keys()].filter((i) => labels[i] === label)));
  }
  return groups;
}

function takeRows(rows: Float32Array, chosen: Int32Array, width: number): Float32Array {
  const taken = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => {
    taken.set(rows.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}

interface SharedArrayConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): T;
}

function sharedArray<T>(type: SharedArrayConstructor<T>, length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
}

function checkOptions({ kernel, cost, tolerance, classWeights, cacheMegabytes }: SvcOptions): void {
  const positive = (name: string, value: number): void => {
    if (!(value > 0 && Number.isFinite(value))) throw new UserError(`invalid ${name}: ${value}; a number above 0`);
  };
  positive('C', cost);
  positive('gamma', kernel.gamma);
  positive('tolerance', tolerance);
  for (const weight of classWeights ?? []) positive('class weight', weight);
  if (kernel.name === 'poly' && !(Number.isInteger(kernel.degree) && kernel.degree >= 1)) {
    throw new UserError(`invalid degree: ${kernel.degree}; an integer of at least 1`);
  }
  if (!(cacheMegabytes >= 0)) throw new UserError(`invalid cacheMegabytes: ${cacheMegabytes}; a number of at least 0`);
  if (!Number.isFinite(kernel.coef0)) throw new UserError(`invalid coef0: ${kernel.coef0}; a finite number`);
}

function checkRows(rows: Float32Array, width: number): void {
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = `image ${Math.floor(bad / width)}, value ${bad % width}`;
  throw new UserError(`an SVM needs finite pixels; found ${rows[bad]} (${place})`);
}
