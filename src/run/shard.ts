// One run on many machines: which fits each of them does. Every machine finds the same answer by itself.
import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { quantile } from '../stats/summary.ts';
import type { ModelAdapter } from '../types.ts';
import type { PlannedFit } from './run-fits.ts';

/** What a fit is taken to last of which nothing is known. */
const UNKNOWN_SECONDS = 60;
/** How much of the fingerprint is shown: enough to see at a glance that two differ. */
const FINGERPRINT_DIGITS = 8;

/** One part of a run. */
export interface Shard {
  /** 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** What is known of how long fits last. */
export interface DurationSources {
  readonly benchmark: string;
  /** The state of the code that is to be measured; null outside a git checkout. */
  readonly git: FitRecord['git'];
  /** Any records. */
  readonly records: readonly FitRecord[];
  /** Those of the models that are planned. */
  readonly adapters: readonly ModelAdapter[];
}

/** The fits of one shard, and how they compare with all. */
export interface ShardPart {
  /** In the plan's order. */
  readonly fits: readonly PlannedFit[];
  /** How long they are taken to last. */
  readonly seconds: number;
  /** How long the whole plan is. */
  readonly totalSeconds: number;
  /** Says who does what: equal in all shards of a run that agree. */
  readonly fingerprint: string;
}

/**
 * Reads `i/n`.
 *
 * @throws UserError when the text has another form, or i is not one of 1 to n
 */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= count)) {
    throw new UserError(`--shard takes i/n with i from 1 to n, e.g. 2/4 for the second of four; given: "${text}"`);
  }
  return { index, count };
}

/**
 * Picks the fits of one shard. The answer depends on the plan and on records of other states of the code alone, so that
 * it is the same on every machine whatever the others have written meanwhile.
 *
 * @param fits the whole plan
 */
export function shardOf(fits: readonly PlannedFit[], { index, count }: Shard, sources: DurationSources): ShardPart {
  const seconds = expectedSeconds(fits, sources);
  const parts = balance(seconds, count);
  const sum = (places: Iterable<number>): number => [...places].reduce((total, place) => total + seconds[place]!, 0);
  const own = parts[index - 1]!;
  return {
    fits: own.map((place) => fits[place]!),
    seconds: sum(own),
    totalSeconds: sum(fits.keys()),
    fingerprint: fingerprintOf(fits, parts),
  };
}

/**
 * Divides tasks among machines so that the last one is done early: the longest task first, each to the machine with the
 * least to do. No machine takes longer than 4/3 - 1/(3 n) times what the best division would.
 *
 * @param seconds how long each task lasts, at least 0
 * @param count how many machines
 * @returns for each machine the places of its tasks, in ascending order; of tasks as long the earlier, of machines with
 *   as much to do the one with fewer tasks, then the earlier, comes first
 * @see Graham, R. L. (1969). Bounds on multiprocessing timing anomalies. SIAM Journal on Applied Mathematics 17.
 */
export function balance(seconds: readonly number[], count: number): number[][] {
  const machines = Array.from({ length: count }, () => ({ load: 0, places: [] as number[] }));
  const longestFirst = [...seconds.keys()].sort((a, b) => seconds[b]! - seconds[a]! || a - b);
  for (const place of longestFirst) {
    const idlest = machines.reduce((best, machine) =>
      machine.load < best.load || (machine.load === best.load && machine.places.length < best.places.length)
        ? machine
        : best,
    );
    idlest.load += seconds[place]!;
    idlest.places.push(place);
  }
  return machines.map(({ places }) => places.sort((a, b) => a - b));
}

/**
 * Says how long fits will last: by what they took in other states of the code, else by the model's own estimate, else
 * all alike. Only balance hangs on it.
 *
 * @param fits of one plan
 * @returns seconds of each, above 0
 */
export function expectedSeconds(fits: readonly PlannedFit[], sources: DurationSources): number[] {
  // What shards of this very run write must not count: it is not there yet when the first of them looks.
  const earlier = sources.records.filter(({ git }) => !isSameState(git, sources.git));
  return fits.map(({ job: { modelId, params, split } }) => {
    const { train, test } = split.counts;
    const recorded = recordedSeconds(
      earlier.filter(({ model }) => model.id === modelId),
      sources.benchmark,
      train,
    );
    const adapter = sources.adapters.find(({ id }) => id === modelId);
    const seconds = recorded ?? adapter?.estimateSeconds?.({ train, test, params });
    return seconds !== undefined && seconds > 0 && Number.isFinite(seconds) ? seconds : UNKNOWN_SECONDS;
  });
}

function isSameState(one: FitRecord['git'], other: FitRecord['git']): boolean {
  return one?.commit === other?.commit && one?.dirty === other?.dirty;
}

/** The median of a model's fits, of the same benchmark if there are any, on about as many images. */
function recordedSeconds(records: readonly FitRecord[], benchmark: string, train: number): number | undefined {
  const finished = records.filter(isFinished);
  const alike = finished.filter((record) => record.benchmark === benchmark);
  const candidates = alike.length > 0 ? alike : finished;
  if (candidates.length === 0) return undefined;
  const distance = ({ dataset }: FitRecord): number => Math.abs(Math.log(dataset.train / train));
  const nearest = Math.min(...candidates.map(distance));
  const scaled = candidates
    .filter((record) => distance(record) === nearest)
    // Setting a fit up takes as long for few images as for many.
    .map(({ timing: { setupSeconds, totalSeconds }, dataset }) => {
      return setupSeconds + (totalSeconds - setupSeconds) * (train / dataset.train);
    });
  return quantile(scaled, 0.5);
}

function fingerprintOf(fits: readonly PlannedFit[], parts: readonly (readonly number[])[]): string {
  const named = parts.map((places) =>
    places.map((place) => {
      const { job, facts, variant } = fits[place]!;
      return [job.modelId, job.seed, facts.repeat, variant ?? null];
    }),
  );
  return createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, FINGERPRINT_DIGITS);
}
