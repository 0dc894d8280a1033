// C-support vector classification (SVC), one against one, with the same result as libsvm. TensorFlow computes the kernel
// rows, worker threads solve the binary problems, and only the rows of possible support vectors are computed.
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../../base/errors.ts';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';
import { createWorkerPool } from '../worker-pool.ts';
import { fitPair } from './fit-pair.ts';
import { layOut } from './kernel.ts';
import type { ActiveSetResult, PairState } from './smo.ts';
import { assembleModel, type PairSolution, type SvcModel } from './svc-model.ts';
import { checkSvcOptions, checkSvcRows, type SvcOptions } from './svc-options.ts';

/**
 * Fits one binary classifier for each pair of classes that occur. The result does not depend on the number of threads.
 *
 * @param rows n x width, row-major
 * @param labels n class indices
 * @throws UserError if fewer than two classes occur, a value is not finite, or an option is out of range
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
  checkSvcOptions(options);
  checkSvcRows(rows, width);
  const members = groupByClass(labels);
  if (members.size < 2) {
    throw new UserError(`an SVM needs at least two classes in the training images; found ${members.size}`);
  }
  signal?.throwIfAborted();
  const points = layOut(tf, options.kernel, rows, width);
  try {
    const solutions = await fitPairs(tf, points, members, options);
    return assembleModel(rows, width, options.kernel, members, solutions);
  } finally {
    points.dispose();
  }
}

/** Fits all pairs, `threads + 1` at a time. */
async function fitPairs(
  tf: Tensorflow,
  points: Tensor2D,
  members: ReadonlyMap<number, Int32Array>,
  options: SvcOptions,
): Promise<PairSolution[]> {
  const { signal, threads } = options;
  const classes = [...members.keys()];
  const classPairs = classes.flatMap((first, a) => classes.slice(a + 1).map((second) => [first, second] as const));
  const pool = createWorkerPool<PairState, ActiveSetResult>(
    new URL('./smo-worker.ts', import.meta.url),
    signal ? { threads, signal } : { threads },
  );
  try {
    const solutions: PairSolution[] = new Array(classPairs.length);
    let next = 0;
    let done = 0;
    const fitNextPairs = async (): Promise<void> => {
      const rowBlocks: Float32Array[] = [];
      while (next < classPairs.length) {
        const index = next++;
        const [first, second] = classPairs[index]!;
        const [positive, negative] = [members.get(first)!, members.get(second)!];
        const both = tf.tidy(() => tf.gather(points, tf.tensor1d([...positive, ...negative], 'int32')));
        try {
          solutions[index] = await fitPair({ tf, options, pool }, rowBlocks, first, second, both, positive.length);
        } finally {
          both.dispose();
        }
        options.onPair?.(++done, classPairs.length);
      }
    };
    // One more than the worker threads: while they optimise, this thread computes the kernel rows of another pair.
    const results = await Promise.allSettled(Array.from({ length: threads + 1 }, fitNextPairs));
    signal?.throwIfAborted();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return solutions;
  } finally {
    await pool.close();
  }
}

function groupByClass(labels: Uint8Array): Map<number, Int32Array> {
  const groups = new Map<number, Int32Array>();
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    groups.set(label, Int32Array.from([...labels.keys()].filter((i) => labels[i] === label)));
  }
  return groups;
}
