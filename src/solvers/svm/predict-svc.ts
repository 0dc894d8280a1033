// Prediction of the kernel SVM: decision values by TensorFlow, then votes or coupled probabilities.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';
import { kernelMatrix, layOut } from './kernel.ts';
import { couplePairs, sigmoidOf } from './platt.ts';
import type { SvcModel } from './svc-model.ts';

// Maximum number of kernel values at a time, about 32 MB.
const CHUNK_VALUES = 8_000_000;

/** The prediction for some rows. */
export interface SvcPrediction {
  /**
   * One class index per row. Without probabilities it is the class with the most votes, ties to the lowest class; with
   * probabilities it is the most probable class, as in libsvm's `svm_predict_probability`.
   */
  readonly labels: Uint8Array;
  /** n x pairs, row-major: decision values, positive for the first class of the pair. */
  readonly decisions: Float32Array;
  /** n x model.classes.length, row-major, each row sums to 1; absent if they were not fitted. */
  readonly probabilities?: Float32Array;
}

/**
 * Classifies rows by the votes of all pairs, as libsvm does, or by the coupled probabilities of the pairs (platt.ts).
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
  const decisions = await decide(tf, model, rows, signal);
  if (!model.pairs.every(({ sigmoid }) => sigmoid)) return { labels: vote(model, decisions), decisions };
  const probabilities = await couple(model, decisions, signal);
  const classCount = model.classes.length;
  const labels = Uint8Array.from({ length: probabilities.length / classCount }, (_, i) => {
    const row = probabilities.subarray(i * classCount, (i + 1) * classCount);
    return model.classes[row.indexOf(Math.max(...row))]!;
  });
  return { labels, decisions, probabilities };
}

async function decide(
  tf: Tensorflow,
  model: SvcModel,
  rows: Float32Array,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { width, kernel, pairs } = model;
  const count = rows.length / width;
  const decisions = new Float32Array(count * pairs.length);
  const chunk = Math.max(1, Math.min(count, Math.floor(CHUNK_VALUES / Math.max(1, model.support.length))));
  const vectors = layOut(tf, kernel, model.vectors, width);
  const coefficients = tf.tensor2d(model.coefficients, [model.support.length, pairs.length]);
  const rhos = tf.tensor1d(pairs.map(({ rho }) => rho));
  try {
    for (let start = 0; start < count; start += chunk) {
      await nextTurn();
      signal?.throwIfAborted();
      const part = tf.tidy(() => {
        const queries = layOut(tf, kernel, rows.subarray(start * width, Math.min(count, start + chunk) * width), width);
        return kernelMatrix(tf, kernel, queries, vectors).matMul<Tensor2D>(coefficients).sub(rhos);
      });
      decisions.set(await part.data<'float32'>(), start * pairs.length);
      part.dispose();
    }
  } finally {
    tf.dispose([vectors, coefficients, rhos]);
  }
  return decisions;
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
