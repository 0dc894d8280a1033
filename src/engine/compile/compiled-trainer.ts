// Training as one TensorFlow graph: steps are calls into a session that holds the images, the weights and the optimiser.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { completeOptimizer } from '../training/optimizer.ts';
import { averagingRate } from '../training/step.ts';
import {
  type BatchScore,
  PREDICTION_IMAGES,
  type Step,
  type SteppingTrainer,
  type Trainer,
  weightVariables,
} from '../training/trainer.ts';
import { encodeSavedModel } from './graph.ts';
import { DTYPE, nativeBackend } from './native.ts';
import { type Feed, openSession } from './session.ts';
import { type CompileRequest, indicesName, PREDICTED, paddedBytes, planGraph, RATES } from './step-plan.ts';
import { stepRates } from './updates.ts';

/**
 * Makes a trainer that runs the model's training step as a graph. For that it takes one step of every batch size with
 * tfjs, without effect on the model, and records it.
 *
 * @throws CannotCompile when the model's step cannot be written as a graph that does the same at every step
 */
export function compiledTrainer(request: CompileRequest): SteppingTrainer {
  const { tf, model, train, recipe, batchSizes, seed } = request;
  const backend = nativeBackend(tf);
  const rule = completeOptimizer(recipe.optimizer);
  const plan = planGraph(request, rule);
  const session = openSession(backend, encodeSavedModel(plan.graph.nodes));
  const imageBytes = train.bytes.length / train.count;
  const imageWords = paddedBytes(train.shape) / 4;
  const images = padImages(train.bytes, imageBytes, imageWords * 4);
  session.store(
    [
      ['images:0', [train.count, imageWords, 4], DTYPE.uint8, images],
      ['labels:0', [train.count], DTYPE.float32, Float32Array.from(train.labels)],
    ],
    plan.loaded,
  );

  let taken = 0;
  const ratesOf = (learningRate: number, step: number): number[] => [
    ...stepRates(rule, learningRate, step),
    averagingRate(recipe.averaging ?? 0, step),
  ];
  /** Takes steps of one batch size in one call, and returns the score of each. */
  const take = (steps: readonly Step[]): BatchScore[] => {
    const size = steps[0]!.indices.length;
    const scores = plan.scores.get(size);
    if (!scores) throw new Error(`no step was compiled for ${size} images, only for ${batchSizes}`);
    const rates = steps.flatMap(({ learningRate }, i) => ratesOf(learningRate, taken + i + 1));
    const indices = new Int32Array(steps.length * size);
    for (const [i, step] of steps.entries()) indices.set(step.indices, i * size);
    const [values] = session.run(
      [
        ['first:0', [], DTYPE.int32, Int32Array.of(taken + 1)],
        ['count:0', [], DTYPE.int32, Int32Array.of(steps.length)],
        ['seed:0', [], DTYPE.int32, Int32Array.of(seed)],
        ['rates:0', [steps.length, RATES], DTYPE.float32, Float32Array.from(rates)],
        [indicesName(size), [steps.length, size], DTYPE.int32, indices],
      ],
      [scores],
    );
    taken += steps.length;
    return steps.map((_, i) => ({ lossSum: values![2 * i]!, correct: values![2 * i + 1]! }));
  };
  const trainer: SteppingTrainer = {
    step: (indices, learningRate) => take([{ indices, learningRate }])[0]!,
    run: inCalls(take),
    syncModel() {
      const values = session.run([], plan.exports);
      for (const [i, variable] of weightVariables(model).entries()) {
        tf.tidy(() => variable.assign(tf.tensor(values[i]!, variable.shape, 'float32')));
      }
    },
    syncTrainer() {
      const feeds = weightVariables(model).map(
        (variable, i): Feed => [`import-${i}:0`, variable.shape, DTYPE.float32, variable.dataSync() as Float32Array],
      );
      session.store(feeds, plan.imported);
    },
    predict(bytes) {
      const classCount = model.outputs[0]!.shape[1]!;
      const probabilities = new Float32Array((bytes.length / imageBytes) * classCount);
      const padded = padImages(bytes, imageBytes, imageWords * 4);
      // The graph takes no fewer images than it was traced with: the last ones are blank.
      const fed = new Uint8Array(PREDICTION_IMAGES * imageWords * 4);
      for (let at = 0; at < probabilities.length; at += PREDICTION_IMAGES * classCount) {
        const start = (at / classCount) * imageWords * 4;
        fed.set(padded.subarray(start, start + fed.length));
        const feed: Feed = [PREDICTED, [PREDICTION_IMAGES, imageWords * 4], DTYPE.uint8, fed];
        const [found] = session.run([feed], [plan.probabilities]);
        probabilities.set(found!.subarray(0, probabilities.length - at), at);
      }
      return probabilities;
    },
    save: () => ({ steps: taken, values: session.run([], plan.saved).map((values) => Float32Array.from(values)) }),
    load(state) {
      taken = state.steps;
      const feeds = plan.stored.map(
        ({ shape }, i): Feed => [`stored-${i}:0`, [...shape], DTYPE.float32, state.values[i]!],
      );
      session.store(feeds, plan.restored);
    },
    dispose: () => session.close(),
  };
  trainer.syncTrainer();
  return trainer;
}

/** Lengthens each image of `size` bytes to `padded` bytes. */
function padImages(bytes: Uint8Array, size: number, padded: number): Uint8Array {
  if (size === padded) return bytes;
  const count = bytes.length / size;
  const whole = new Uint8Array(count * padded);
  for (let i = 0; i < count; i++) whole.set(bytes.subarray(i * size, (i + 1) * size), i * padded);
  return whole;
}

/** How long one call may last, in seconds: long beside what a call costs, short for somebody who waits for a stop. */
const CALL_SECONDS = 0.05;

/**
 * Makes the `run` of a trainer that takes several steps in one call: as many as fit in `CALL_SECONDS`, one at least. How
 * they are divided into calls changes nothing in what is computed.
 */
function inCalls(take: (steps: readonly Step[]) => BatchScore[]): Trainer['run'] {
  return async (steps, onTaken) => {
    const total = { lossSum: 0, correct: 0 };
    let atOnce = 1;
    for (let start = 0; start < steps.length; ) {
      // An abort arrives as a message: it is seen only when the event loop turns.
      await nextTurn();
      const size = steps[start]!.indices.length;
      const other = steps.findIndex(({ indices }, i) => i > start && indices.length !== size);
      const call = steps.slice(start, Math.min(start + atOnce, other < 0 ? steps.length : other));
      const begun = performance.now();
      for (const { lossSum, correct } of take(call)) {
        total.lossSum += lossSum;
        total.correct += correct;
      }
      const stepSeconds = (performance.now() - begun) / 1000 / call.length;
      // A call that was held up by chance says little: the number at most doubles, but falls at once.
      atOnce = Math.max(1, Math.min(2 * call.length, Math.floor(CALL_SECONDS / stepSeconds)));
      start += call.length;
      onTaken(start, total);
    }
    return total;
  };
}
