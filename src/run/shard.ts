// Divides a run among machines. Every machine computes the same division by itself.
import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import { type FitRecord, isFinished } from '../results/schema.ts';
import { quantile } from '../stats/summary.ts';
import type { ModelAdapter } from '../types.ts';
import type { PlannedFit } from './run-fits.ts';

/** The assumed duration of a fit without records and estimate. */
const UNKNOWN_SECONDS = 60;
/** Digits of the fingerprint: few enough to compare by eye. */
const FINGERPRINT_DIGITS = 8;

/** One part of a run. */
export interface Shard {
  /** 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Sources of the durations of fits. */
export interface DurationSources {
  readonly benchmark: string;
  /** The checked-out code, which is measured; null outside a git checkout. */
  readonly git: FitRecord['git'];
  /** Records of any fits. */
  readonly records: readonly FitRecord[];
  /** The adapters of the planned models. */
  readonly adapters: readonly ModelAdapter[];
}

/** The fits of one shard and their share of the run. */
export interface ShardPart {
  /** In the plan's order. */
  readonly fits: readonly PlannedFit[];
  /** Expected duration of these fits. */
  readonly seconds: number;
  /** Expected duration of the whole plan. */
  readonly totalSeconds: number;
  /** Identifies the division of the plan: all shards of a run must have the same. */
  readonly fingerprint: string;
}

/**
 * Reads `i/n`.
 *
 * @throws UserError if the text has another form, or i is not in 1 to n
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
 * Picks the fits of one shard. The result depends only on the plan and on records of other commits, so it is the same on
 * every machine, whatever records the others have already written.
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
 * Divides tasks among machines so that the last machine finishes early: the longest task first, each to the machine with
 * the least work. No machine takes longer than 4/3 - 1/(3 n) times the longest of the best division.
 *
 * @param seconds duration of each task, at least 0
 * @param count number of machines
 * @returns for each machine the positions of its tasks in ascending order. Of equally long tasks the earlier comes first;
 *   of machines with equal work the one with fewer tasks, then the earlier
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
 * Estimates the duration of fits from records of other commits, else from the model's own estimate, else as a constant.
 * The estimates only affect how evenly the work is divided.
 *
 * @param fits of one plan
 * @returns seconds of each fit, above 0
 */
export function expectedSeconds(fits: readonly PlannedFit[], sources: DurationSources): number[] {
  // Records that other shards of this run write do not count: they appear while shards compute the division.
  const earlier = sources.records.filter(({ git }) => !isSameCode(git, sources.git));
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

function isSameCode(one: FitRecord['git'], other: FitRecord['git']): boolean {
  return one?.commit === other?.commit && one?.dirty === other?.dirty;
}

/** Median of a model's finished fits, preferably of the same benchmark, on the most similar number of images. */
function recordedSeconds(records: readonly FitRecord[], benchmark: string, train: number): number | undefined {
  const finished = records.filter(isFinished);
  const alike = finished.filter((record) => record.benchmark === benchmark);
  const candidates = alike.length > 0 ? alike : finished;
  if (candidates.length === 0) return undefined;
  const distance = ({ dataset }: FitRecord): number => Math.abs(Math.log(dataset.train / train));
  const nearest = Math.min(...candidates.map(distance));
  const scaled = candidates
    .filter((record) => distance(record) === nearest)
    // The setup takes equally long for any number of images.
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
