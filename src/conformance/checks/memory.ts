// The check that a model gives its memory back.
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tensorflow } from '../../engine/runtime/tensorflow.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { type Trial, withFitted } from '../trial/trial.ts';

/** Rounds until caches are filled and code is compiled. */
const WARM_ROUNDS = 3;
const ROUNDS = 6;
/** What a round may leave behind in bytes: the engine's own book-keeping, the allocator's leftovers. */
const MOST_HEAP_BYTES = 100_000;
const MOST_RESIDENT_BYTES = 1_500_000;

/** What a process holds, in its units. */
interface Held {
  readonly tensors: number;
  /** JavaScript objects and array buffers, bytes. */
  readonly heap: number;
  /** Resident memory, bytes. */
  readonly resident: number;
}

const LIMITS: readonly { key: keyof Held; limit: number; name: string }[] = [
  { key: 'tensors', limit: 0, name: 'tensors' },
  { key: 'heap', limit: MOST_HEAP_BYTES, name: 'bytes of JavaScript memory' },
  { key: 'resident', limit: MOST_RESIDENT_BYTES, name: 'bytes of resident memory' },
];

export const memory: Check = {
  id: 'memory',
  title: 'gives its memory back',
  meaning: 'A process that fits more than once, such as npm run serve, grows until it is killed.',
  cure:
    'Dispose of every tensor (tf.tidy, tf.dispose), end worker threads, and keep nothing at the top of the file that grows. ' +
    'dispose gives back what predict needed.',
  isMeasured: true,
  async run(trial) {
    const collectGarbage = garbageCollector();
    const held: Held[] = [];
    for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
      await withFitted(trial, {}, (classifier) => classifier.predict(trial.images.test));
      // Finalizers run between two turns of the event loop, and free more.
      await nextTurn();
      collectGarbage();
      await nextTurn();
      collectGarbage();
      held.push(await measure(trial));
    }
    const rounds = held.slice(WARM_ROUNDS - 1);
    for (const { key, limit, name } of LIMITS) {
      const growth = usualGrowth(rounds.map((one) => one[key]));
      if (growth > limit) {
        return failed(
          `each fit leaves behind ${name}: ${growth.toLocaleString('en')} (${ROUNDS} rounds of fit and dispose)`,
        );
      }
    }
    return passed(`nothing grew in ${ROUNDS} rounds of fit and dispose`);
  },
};

/** The lower quartile of the scalings from round to round: what is left behind every time, and not now and then. */
function usualGrowth(values: readonly number[]): number {
  const scalings = values.slice(1).map((value, i) => value - values[i]!);
  return scalings.sort((a, b) => a - b)[Math.floor(scalings.length / 4)]!;
}

async function measure({ adapter }: Trial): Promise<Held> {
  const tensors = adapter.needsTensorflow ? (await tensorflow()).memory().numTensors : 0;
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { tensors, heap: heapUsed + arrayBuffers, resident: rss };
}

/** Asks V8 for what its flag --expose-gc gives. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
