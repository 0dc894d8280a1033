// The cost of calling TensorFlow: steps of one network taken with one call per step, and with several steps per call.
import { createRandom } from '../../src/base/random.ts';
import { plainTable } from '../../src/document/terminal-table.ts';
import type { CompileRequest } from '../../src/engine/compile/compile-request.ts';
import { compiledTrainer } from '../../src/engine/compile/compiled-trainer.ts';
import { nativeBackend } from '../../src/engine/compile/native.ts';
import { oneByOne, type Step, type Trainer } from '../../src/engine/training/trainer.ts';
import { summarize } from '../../src/stats/summary.ts';

/** The cost of steps; medians of the rounds. */
export interface CallCost {
  readonly stepSeconds: number;
  /** Share of `stepSeconds` outside TensorFlow's run of the graph (feeding, reading, JavaScript), in [0, 1]. */
  readonly outsideShare: number;
  readonly stepsPerCall: number;
}

/** Both ways of calling. */
export interface CallProfile {
  readonly oneStep: CallCost;
  readonly several: CallCost;
}

/** Seconds and number of the native library's runs of graphs. */
interface RunTimes {
  seconds: number;
  calls: number;
}

const ROUNDS = 7;
/** Length of a round when no number of steps is given. */
const ROUND_SECONDS = 1;
const FIRST_STEPS = 20;

/**
 * Takes steps in both ways, alternating, for seven rounds after one that is not counted.
 *
 * @param request what to train
 * @param batch images per step, one of the request's batch sizes
 * @param steps steps per round; by default as many as take about a second
 */
export async function compareCalls(request: CompileRequest, batch: number, steps?: number): Promise<CallProfile> {
  const inside = watchRuns(request);
  const trainer = compiledTrainer(request);
  try {
    const makeSteps = stepsMaker(request, batch);
    const round = (run: Trainer['run'], list: readonly Step[]): Promise<CallCost> => timeSteps(run, list, inside.times);
    await round(trainer.run, makeSteps(FIRST_STEPS));
    const { stepSeconds } = await round(trainer.run, makeSteps(FIRST_STEPS));
    const list = makeSteps(steps ?? Math.ceil(ROUND_SECONDS / stepSeconds));
    const rounds: CallProfile[] = [];
    for (let i = 0; i <= ROUNDS; i++) {
      rounds.push({ oneStep: await round(oneByOne(trainer.step), list), several: await round(trainer.run, list) });
    }
    const counted = rounds.slice(1);
    return {
      oneStep: medianCost(counted.map(({ oneStep }) => oneStep)),
      several: medianCost(counted.map(({ several }) => several)),
    };
  } finally {
    trainer.dispose();
    inside.unwatch();
  }
}

/** Gives a function that draws steps of random batches. */
function stepsMaker(request: CompileRequest, batch: number): (count: number) => Step[] {
  const random = createRandom(request.seed);
  return (count) =>
    Array.from({ length: count }, () => {
      const indices = Int32Array.from({ length: batch }, () => Math.floor(random() * request.train.count));
      return { indices, learningRate: 1e-4 };
    });
}

async function timeSteps(run: Trainer['run'], list: readonly Step[], times: RunTimes): Promise<CallCost> {
  const before = { ...times };
  const start = performance.now();
  await run(list, () => {});
  const seconds = (performance.now() - start) / 1000;
  return {
    stepSeconds: seconds / list.length,
    outsideShare: 1 - (times.seconds - before.seconds) / seconds,
    stepsPerCall: list.length / (times.calls - before.calls),
  };
}

/** Measures the native library's runs of graphs from now on. */
function watchRuns({ tf }: CompileRequest): { readonly times: RunTimes; unwatch(): void } {
  const backend = nativeBackend(tf);
  const { binding } = backend;
  const times: RunTimes = { seconds: 0, calls: 0 };
  const runSavedModel: typeof binding.runSavedModel = (...given) => {
    const start = performance.now();
    const results = binding.runSavedModel(...given);
    times.seconds += (performance.now() - start) / 1000;
    times.calls++;
    return results;
  };
  backend.binding = Object.create(binding, { runSavedModel: { value: runSavedModel } });
  return {
    times,
    unwatch: () => {
      backend.binding = binding;
    },
  };
}

function medianCost(costs: readonly CallCost[]): CallCost {
  const median = (of: (cost: CallCost) => number): number => summarize(costs.map(of)).median;
  return {
    stepSeconds: median((cost) => cost.stepSeconds),
    outsideShare: median((cost) => cost.outsideShare),
    stepsPerCall: median((cost) => cost.stepsPerCall),
  };
}

/** Writes both ways of calling as a table. */
export function describeCalls({
  model,
  batch,
  device,
  oneStep,
  several,
}: CallProfile & { readonly model: string; readonly batch: number; readonly device: string }): string {
  const rows = [
    ['one step per call', oneStep],
    ['several steps per call', several],
  ] as const;
  const cells = rows.map(([name, { stepSeconds, outsideShare, stepsPerCall }]) => [
    name,
    stepsPerCall.toFixed(1),
    (stepSeconds * 1e3).toFixed(3),
    `${(100 * outsideShare).toFixed(1)} %`,
  ]);
  return [
    plainTable([model, 'steps per call', 'ms per step', 'outside'], cells, 100),
    '',
    `Computed on: ${device}. Steps of ${batch} images, medians of alternating rounds. ` +
      'Outside: the share of a step outside TensorFlow.',
  ].join('\n');
}
