// Training as one TensorFlow graph: a step is one call into a session that holds the images, the weights and the optimiser.
import { completeOptimizer } from '../optimizer.ts';
import { averagingRate } from '../step.ts';
import { oneByOne, PREDICTION_IMAGES, type SteppingTrainer, weightVariables } from '../trainer.ts';
import { encodeSavedModel } from './graph.ts';
import { DTYPE, nativeBackend } from './native.ts';
import { type CompileRequest, indicesName, PREDICTED, planGraph, RATES } from './plan.ts';
import { type Feed, openSession } from './session.ts';
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
  const shape = [train.count, train.shape.height, train.shape.width, train.shape.channels];
  session.run(
    [
      ['images:0', shape, DTYPE.uint8, train.bytes],
      ['labels:0', [train.count], DTYPE.int32, Int32Array.from(train.labels)],
      ['seed:0', [], DTYPE.int32, Int32Array.of(seed)],
    ],
    [plan.loaded],
  );

  let steps = 0;
  const ratesOf = (learningRate: number): Float32Array =>
    Float32Array.of(...stepRates(rule, learningRate, steps), averagingRate(recipe.averaging ?? 0, steps));
  const step: SteppingTrainer['step'] = (indices, learningRate) => {
    const score = plan.scores.get(indices.length);
    if (!score) throw new Error(`no step was compiled for ${indices.length} images, only for ${batchSizes}`);
    steps++;
    const [sums] = session.run(
      [
        ['step:0', [], DTYPE.int32, Int32Array.of(steps)],
        ['rates:0', [RATES], DTYPE.float32, ratesOf(learningRate)],
        [indicesName(indices.length), [indices.length], DTYPE.int32, indices],
      ],
      [score],
    );
    return { lossSum: sums![0]!, correct: sums![1]! };
  };
  const trainer: SteppingTrainer = {
    step,
    run: oneByOne(step),
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
      session.run(feeds, [plan.imported]);
    },
    predict(bytes) {
      const size = shape.slice(1).reduce((product, length) => product * length, 1);
      const classCount = model.outputs[0]!.shape[1]!;
      const probabilities = new Float32Array((bytes.length / size) * classCount);
      // The graph takes no fewer images than it was traced with: the last ones are blank.
      const fed = new Uint8Array(PREDICTION_IMAGES * size);
      for (let start = 0; start < bytes.length; start += fed.length) {
        fed.set(bytes.subarray(start, start + fed.length));
        const at = (start / size) * classCount;
        const [found] = session.run(
          [[PREDICTED, [PREDICTION_IMAGES, ...shape.slice(1)], DTYPE.uint8, fed]],
          [plan.probabilities],
        );
        probabilities.set(found!.subarray(0, probabilities.length - at), at);
      }
      return probabilities;
    },
    save: () => ({ steps, values: session.run([], plan.saved).map((values) => Float32Array.from(values)) }),
    load(state) {
      steps = state.steps;
      const feeds = plan.stored.map(
        ({ shape }, i): Feed => [`stored-${i}:0`, [...shape], DTYPE.float32, state.values[i]!],
      );
      session.run(feeds, [plan.restored]);
    },
    dispose: () => session.close(),
  };
  trainer.syncTrainer();
  return trainer;
}
