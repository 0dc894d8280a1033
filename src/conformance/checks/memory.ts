// Check: a model frees its memory.

import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { integer } from '../../document/format.ts';
import { tensorflow } from '../../engine/runtime/tensorflow.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { type Trial, withFitted } from '../trial/trial.ts';

/** First rounds, which fill caches and compile code; they are not counted. */
const WARM_ROUNDS = 3;
const ROUNDS = 6;
/** If fit and prediction of 64 images take longer, each round fits on fewer. */
const SLOW_SECONDS = 0.5;
const SLOW_IMAGES = 20;
/** Bytes that a round may leave in memory: bookkeeping of the engine and of the allocator. */
const MOST_HEAP_BYTES = 100_000;
const MOST_RESIDENT_BYTES = 1_500_000;

/** Memory use of the process. */
interface MemoryUse {
  readonly tensors: number;
  /** JavaScript objects and array buffers, bytes. */
  readonly heap: number;
  /** Resident memory, bytes. */
  readonly resident: number;
}

const LIMITS: readonly { key: keyof MemoryUse; limit: number; name: string }[] = [
  { key: 'tensors', limit: 0, name: 'tensors' },
  { key: 'heap', limit: MOST_HEAP_BYTES, name: 'bytes of JavaScript memory' },
  { key: 'resident', limit: MOST_RESIDENT_BYTES, name: 'bytes of resident memory' },
];

export const memory: Check = {
  id: 'memory',
  title: 'frees its memory',
  meaning: 'The memory of a process that uses several models, such as npm run serve, grows until the system kills it.',
  cure:
    'Dispose of every tensor (tf.tidy, tf.dispose), end worker threads, and keep no growing collection at the top level of the ' +
    'file. Free in dispose what predict needed.',
  images: 576,
  isDoctorOnly: true,
  async run(trial) {
    const collectGarbage = garbageCollector();
    const { seconds } = await trial.fittedFew();
    const { few } = trial.images;
    const train = seconds > SLOW_SECONDS ? takeBalanced(few, SLOW_IMAGES) : few;
    const uses: MemoryUse[] = [];
    for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
      await withFitted(trial, { train }, (classifier) => classifier.predict(trial.images.test));
      // Finalizers run between two turns of the event loop and free more memory.
      await nextTurn();
      collectGarbage();
      await nextTurn();
      collectGarbage();
      uses.push(await measure(trial));
    }
    const rounds = uses.slice(WARM_ROUNDS - 1);
    for (const { key, limit, name } of LIMITS) {
      const growth = usualGrowth(rounds.map((one) => one[key]));
      if (growth > limit) {
        return failed(`each fit leaks ${integer(growth)} ${name} (${ROUNDS} rounds of fit and dispose)`);
      }
    }
    return passed(`memory did not grow in ${ROUNDS} rounds of fit and dispose`);
  },
};

/** Returns the lower quartile of the increases between rounds: a leak shows in every round, other growth in some. */
function usualGrowth(values: readonly number[]): number {
  const increases = values.slice(1).map((value, i) => value - values[i]!);
  return increases.sort((a, b) => a - b)[Math.floor(increases.length / 4)]!;
}

async function measure({ adapter }: Trial): Promise<MemoryUse> {
  const tensors = adapter.needsTensorflow ? (await tensorflow()).memory().numTensors : 0;
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { tensors, heap: heapUsed + arrayBuffers, resident: rss };
}

/** Returns the function that V8's flag --expose-gc provides. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
