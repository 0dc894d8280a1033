// Training as one TensorFlow graph: a session holds the images, the weights and the optimiser's values, and each call takes
// some steps.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ImageShape, LabelledImages } from '../../types.ts';
import { type CompleteOptimizer, completeOptimizer } from '../training/optimizer.ts';
import { averagingRate } from '../training/step.ts';
import {
  type BatchScore,
  PREDICTION_IMAGES,
  type Step,
  type SteppingTrainer,
  type Trainer,
  weightVariables,
} from '../training/trainer.ts';
import { paddedBytes } from './batch-ops.ts';
import type { CompileRequest } from './compile-request.ts';
import { encodeSavedModel } from './graph.ts';
import { DTYPE, nativeBackend } from './native.ts';
import { type Feed, openSession, type Session } from './session.ts';
import { indicesName, RATES } from './step-loop.ts';
import { type Plan, PREDICTED, planGraph } from './step-plan.ts';
import { stepRates } from './updates.ts';

/**
 * Creates a trainer that runs the model's training step as a graph. It takes one step of every batch size with tfjs,
 * without effect on the model, and records it.
 *
 * @throws CannotCompile if the model's step cannot be a graph that does the same at every step
 */
export function compiledTrainer(request: CompileRequest): SteppingTrainer {
  const { tf, model, train, recipe } = request;
  const rule = completeOptimizer(recipe.optimizer);
  const plan = planGraph(request, rule);
  const session = openSession(nativeBackend(tf), encodeSavedModel(plan.graph.nodes));
  storeImages(session, plan, train);
  const steps = new StepRunner(request, rule, plan, session);
  const trainer: SteppingTrainer = {
    step: (indices, learningRate) => steps.take([{ indices, learningRate }])[0]!,
    run: inCalls((list) => steps.take(list)),
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
    predict: (bytes) => predictBytes(session, plan, train.shape, model.outputs[0]!.shape[1]!, bytes),
    save: () => ({
      steps: steps.taken,
      values: session.run([], plan.saved).map((values) => Float32Array.from(values)),
    }),
    load(state) {
      steps.taken = state.steps;
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

function storeImages(session: Session, plan: Plan, { count, bytes, labels, shape }: LabelledImages): void {
  const padded = paddedBytes(shape);
  const images = padImages(bytes, bytes.length / count, padded);
  session.store(
    [
      ['images:0', [count, padded / 4, 4], DTYPE.uint8, images],
      ['labels:0', [count], DTYPE.float32, Float32Array.from(labels)],
    ],
    plan.loaded,
  );
}

/** Takes steps in the session and counts them. */
class StepRunner {
  /** Number of steps taken so far. */
  taken = 0;
  private readonly request: CompileRequest;
  private readonly rule: CompleteOptimizer;
  private readonly plan: Plan;
  private readonly session: Session;

  constructor(request: CompileRequest, rule: CompleteOptimizer, plan: Plan, session: Session) {
    this.request = request;
    this.rule = rule;
    this.plan = plan;
    this.session = session;
  }

  /** Takes steps of one batch size in one call, and returns the score of each. */
  take(steps: readonly Step[]): BatchScore[] {
    const size = steps[0]!.indices.length;
    const scores = this.plan.scores.get(size);
    if (!scores) throw new Error(`no step was compiled for ${size} images, only for ${this.request.batchSizes}`);
    const rates = steps.flatMap(({ learningRate }, i) => this.ratesOf(learningRate, this.taken + i + 1));
    const indices = new Int32Array(steps.length * size);
    for (const [i, step] of steps.entries()) indices.set(step.indices, i * size);
    const [values] = this.session.run(
      [
        ['first:0', [], DTYPE.int32, Int32Array.of(this.taken + 1)],
        ['count:0', [], DTYPE.int32, Int32Array.of(steps.length)],
        ['seed:0', [], DTYPE.int32, Int32Array.of(this.request.seed)],
        ['rates:0', [steps.length, RATES], DTYPE.float32, Float32Array.from(rates)],
        [indicesName(size), [steps.length, size], DTYPE.int32, indices],
      ],
      [scores],
    );
    this.taken += steps.length;
    return steps.map((_, i) => ({ lossSum: values![2 * i]!, correct: values![2 * i + 1]! }));
  }

  private ratesOf(learningRate: number, step: number): number[] {
    return [...stepRates(this.rule, learningRate, step), averagingRate(this.request.recipe.averaging ?? 0, step)];
  }
}

/** Computes probabilities: n x classes, row-major. */
function predictBytes(
  session: Session,
  plan: Plan,
  shape: ImageShape,
  classCount: number,
  bytes: Uint8Array,
): Float32Array {
  const imageBytes = shape.height * shape.width * shape.channels;
  const paddedLength = paddedBytes(shape);
  const probabilities = new Float32Array((bytes.length / imageBytes) * classCount);
  const padded = padImages(bytes, imageBytes, paddedLength);
  // The graph always takes the number of images that it was traced with: the last ones are blank.
  const fed = new Uint8Array(PREDICTION_IMAGES * paddedLength);
  for (let at = 0; at < probabilities.length; at += PREDICTION_IMAGES * classCount) {
    const start = (at / classCount) * paddedLength;
    fed.set(padded.subarray(start, start + fed.length));
    const feed: Feed = [PREDICTED, [PREDICTION_IMAGES, paddedLength], DTYPE.uint8, fed];
    const [found] = session.run([feed], [plan.probabilities]);
    probabilities.set(found!.subarray(0, probabilities.length - at), at);
  }
  return probabilities;
}

/** Extends each image of `size` bytes to `padded` bytes. */
function padImages(bytes: Uint8Array, size: number, padded: number): Uint8Array {
  if (size === padded) return bytes;
  const count = bytes.length / size;
  const whole = new Uint8Array(count * padded);
  for (let i = 0; i < count; i++) whole.set(bytes.subarray(i * size, (i + 1) * size), i * padded);
  return whole;
}

/** Target duration of one call, in seconds: long compared with the overhead of a call, short for a user who waits for Ctrl-C. */
const CALL_SECONDS = 0.05;

/**
 * Creates the `run` of a trainer that takes several steps per call: as many as fit in `CALL_SECONDS`, at least one. The
 * division into calls does not change the result.
 */
function inCalls(take: (steps: readonly Step[]) => BatchScore[]): Trainer['run'] {
  return async (steps, onTaken) => {
    const total = { lossSum: 0, correct: 0 };
    let atOnce = 1;
    for (let start = 0; start < steps.length; ) {
      // An abort arrives as a message, which is received only between turns of the event loop.
      await nextTurn();
      const size = steps[start]!.indices.length;
      const other = steps.findIndex(({ indices }, i) => i > start && indices.length !== size);
      const call = steps.slice(start, Math.min(start + atOnce, other < 0 ? steps.length : other));
      const begun = performance.now();
      for (const [i, { lossSum, correct }] of take(call).entries()) {
        total.lossSum += lossSum;
        total.correct += correct;
        // The caller is told the very step, and may end the run.
        if (!Number.isFinite(lossSum)) onTaken(start + i + 1, total);
      }
      const stepSeconds = (performance.now() - begun) / 1000 / call.length;
      // The number at most doubles, because one fast call may be chance; it falls immediately.
      atOnce = Math.max(1, Math.min(2 * call.length, Math.floor(CALL_SECONDS / stepSeconds)));
      start += call.length;
      onTaken(start, total);
    }
    return total;
  };
}
