// What calls into TensorFlow cost: the steps of one network taken one a call and several a call, in turn.

import { createRandom } from '../../src/base/random.ts';
import type { CompileRequest } from '../../src/engine/compile/compile-request.ts';
import { compiledTrainer } from '../../src/engine/compile/compiled-trainer.ts';
import { nativeBackend } from '../../src/engine/compile/native.ts';
import { oneByOne, type Step, type Trainer } from '../../src/engine/training/trainer.ts';
import { summarize } from '../../src/stats/summary.ts';

/** What steps take by one way of calling; medians of the rounds. */
export interface CallCost {
  readonly stepSeconds: number;
  /** Share of `stepSeconds` that passes outside TensorFlow's own run of the graph: feeding, reading, JavaScript; in [0, 1]. */
  readonly outsideShare: number;
  readonly stepsACall: number;
}

/** The two ways beside each other. */
export interface CallProfile {
  readonly oneAStep: CallCost;
  readonly several: CallCost;
}

const ROUNDS = 7;
/** Of one way in one round, where no number of steps is given. */
const ROUND_SECONDS = 1;
const FIRST_STEPS = 20;

/**
 * Takes steps by both ways in turn, seven rounds after one that is not counted.
 *
 * @param request what to train
 * @param batch images in a step, one of the request's
 * @param steps in a round; by default as many as take about a second
 */
export async function compareCalls(request: CompileRequest, batch: number, steps?: number): Promise<CallProfile> {
  const inside = watchRuns(request);
  const trainer = compiledTrainer(request);
  try {
    const random = createRandom(request.seed);
    const makeSteps = (count: number): Step[] =>
      Array.from({ length: count }, () => {
        const indices = Int32Array.from({ length: batch }, () => Math.floor(random() * request.train.count));
        return { indices, learningRate: 1e-4 };
      });
    const round = async (run: Trainer['run'], list: readonly Step[]): Promise<CallCost> => {
      const before = { ...inside };
      const begun = performance.now();
      await run(list, () => {});
      const seconds = (performance.now() - begun) / 1000;
      return {
        stepSeconds: seconds / list.length,
        outsideShare: 1 - (inside.seconds - before.seconds) / seconds,
        stepsACall: list.length / (inside.calls - before.calls),
      };
    };
    await round(trainer.run, makeSteps(FIRST_STEPS));
    const { stepSeconds } = await round(trainer.run, makeSteps(FIRST_STEPS));
    const list = makeSteps(steps ?? Math.ceil(ROUND_SECONDS / stepSeconds));
    const rounds: CallProfile[] = [];
    for (let i = 0; i <= ROUNDS; i++) {
      rounds.push({ oneAStep: await round(oneByOne(trainer.step), list), several: await round(trainer.run, list) });
    }
    const counted = rounds.slice(1);
    return {
      oneAStep: medianCost(counted.map(({ oneAStep }) => oneAStep)),
      several: medianCost(counted.map(({ several }) => several)),
    };
  } finally {
    trainer.dispose();
    inside.unwatch();
  }
}

/** Counts what the native library's runs of graphs take from now on. */
function watchRuns({ tf }: CompileRequest): { seconds: number; calls: number; unwatch(): void } {
  const backend = nativeBackend(tf);
  const { binding } = backend;
  const inside = {
    seconds: 0,
    calls: 0,
    unwatch: () => {
      backend.binding = binding;
    },
  };
  const runSavedModel: typeof binding.runSavedModel = (...given) => {
    const begun = performance.now();
    const results = binding.runSavedModel(...given);
    inside.seconds += (performance.now() - begun) / 1000;
    inside.calls++;
    return results;
  };
  backend.binding = Object.create(binding, { runSavedModel: { value: runSavedModel } });
  return inside;
}

function medianCost(costs: readonly CallCost[]): CallCost {
  const median = (of: (cost: CallCost) => number): number => summarize(costs.map(of)).median;
  return {
    stepSeconds: median((cost) => cost.stepSeconds),
    outsideShare: median((cost) => cost.outsideShare),
    stepsACall: median((cost) => cost.stepsACall),
  };
}
